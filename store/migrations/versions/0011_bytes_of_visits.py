"""How many bytes of songs each visit has, so that all of them together can be bounded."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the number, and count the songs of the visits that are there."""
    op.add_column("accounts", sa.Column("n_bytes", sa.Integer))
    op.execute(
        "UPDATE accounts SET n_bytes = (SELECT length(CAST(songs AS VARCHAR)) FROM libraries"
        " WHERE account_id = accounts.id) WHERE expires_at IS NOT NULL"
    )
