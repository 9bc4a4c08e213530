"""When a sign-in ends, beside the token in which it is encrypted."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the end; what has none is asked for in the token, and written when that is next renewed."""
    op.add_column("tokens", sa.Column("ends_at", sa.DateTime(timezone=True)))
