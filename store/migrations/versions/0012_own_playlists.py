"""A playlist of the listener's in place of their saved songs, and the list that they choose it from."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the songs of a playlist beside the saved ones, the job that reads it, and the list."""
    op.add_column("libraries", sa.Column("playlist", sa.String, nullable=False, server_default=""))
    op.add_column("libraries", sa.Column("playlist_songs", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("jobs", sa.Column("source", sa.String))
    op.create_table(
        "own_playlists",
        sa.Column(
            "account_id", sa.String, sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("listed", sa.JSON, nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
    )
