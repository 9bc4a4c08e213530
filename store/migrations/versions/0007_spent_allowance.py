"""What a listener's jobs have asked of Spotify outlives the jobs: after a disconnect, and after a pause."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("jobs", sa.Column("calls_before_pause", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "spent",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("who", sa.String, nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("calls", sa.Integer, nullable=False),
    )
