"""Accounts, tokens, sessions, playlists and jobs, as they were before the tables had a version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables in the order in which they refer to each other."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "accounts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("last_seen", time, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("account_id", sa.String, _its_account(), primary_key=True),
        sa.Column("encrypted", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, _its_account(), index=True),
        sa.Column("encrypted", sa.LargeBinary, nullable=False),
        sa.Column("last_seen", time, nullable=False, index=True),
    )
    op.create_table(
        "playlists",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, _its_account(), nullable=False, index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("made_at", time, nullable=False),
        sa.Column("mix", sa.JSON, nullable=False),
        sa.Column("song_ids", sa.JSON, nullable=False),
        sa.Column("url", sa.String, nullable=False),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, _its_account(), nullable=False, index=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("error", sa.String),
        sa.Column("playlist_id", sa.String, sa.ForeignKey("playlists.id", ondelete="SET NULL")),
        sa.Column("as_new", sa.Boolean, nullable=False),
        sa.Column("created_at", time, nullable=False),
        sa.Column("heartbeat", time, nullable=False),
        sa.Column("runner", sa.String),
        sa.Column("runs", sa.Integer, nullable=False),
    )
    is_live = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "one_live_job", "jobs", ["account_id"], unique=True, sqlite_where=is_live, postgresql_where=is_live
    )


def _its_account() -> sa.ForeignKey:
    return sa.ForeignKey("accounts.id", ondelete="CASCADE")
