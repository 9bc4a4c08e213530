"""One pause of an app's calls to Spotify for all workers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table; no pause is known."""
    op.create_table(
        "pauses",
        sa.Column("app", sa.String, primary_key=True),
        sa.Column("noted_at", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
    )
