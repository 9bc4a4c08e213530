"""Several workers do the periodic work once: which turn of it was taken."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "chores",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("turn", sa.String, nullable=False),
    )
