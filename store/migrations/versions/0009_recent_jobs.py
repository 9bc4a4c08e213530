"""What all jobs asked of Spotify within a day is summed up without reading those of former days."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_jobs_heartbeat", "jobs", ["heartbeat"])
