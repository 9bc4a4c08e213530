"""Visitors without an account at Spotify, whose rows end by the clock; libraries that come from a file."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add when an account ends, and the file that a library comes from."""
    op.add_column("accounts", sa.Column("expires_at", sa.DateTime(timezone=True)))
    op.create_index("ix_accounts_expires_at", "accounts", ["expires_at"])
    op.add_column("libraries", sa.Column("source", sa.String, nullable=False, server_default=""))
