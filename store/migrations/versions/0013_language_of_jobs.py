"""The language in which what a job writes is named."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the language; jobs that are under way name in English, as they did."""
    op.add_column("jobs", sa.Column("language", sa.String, nullable=False, server_default="en"))
