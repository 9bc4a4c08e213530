"""Parked and cancelled jobs and their calls, leases of tokens, libraries, opinions, songs and features.

Columns are added, tables never recreated: in SQLite, dropping the old table
would delete the rows that refer to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the tables; what is there stays as it is."""
    op.add_column("jobs", sa.Column("parked_until", TIME))
    op.add_column("jobs", sa.Column("cancel_asked", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("jobs", sa.Column("calls", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("reread", sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_index("one_live_job", "jobs")
    is_live = sa.text("state IN ('waiting', 'running', 'parked')")
    op.create_index(
        "one_live_job", "jobs", ["account_id"], unique=True, sqlite_where=is_live, postgresql_where=is_live
    )
    op.add_column("tokens", sa.Column("lease", sa.String))
    op.add_column("tokens", sa.Column("leased_until", TIME))
    op.create_table(
        "libraries",
        sa.Column("account_id", sa.String, _its_account(), primary_key=True),
        sa.Column("songs", sa.JSON, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("read_at", TIME, nullable=False),
        sa.Column("full_read_at", TIME),
        sa.Column("next_old_page", sa.Integer, nullable=False),
    )
    op.create_table(
        "opinions",
        sa.Column("account_id", sa.String, _its_account(), primary_key=True),
        sa.Column("about", sa.String, primary_key=True),
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("wish", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("given_at", TIME, nullable=False),
    )
    op.create_table(
        "unplayable_songs",
        sa.Column("account_id", sa.String, _its_account(), primary_key=True),
        sa.Column("song_id", sa.String, primary_key=True),
        sa.Column("noticed_at", TIME, nullable=False),
    )
    op.create_table(
        "features",
        sa.Column("song_id", sa.String, primary_key=True),
        sa.Column("features", sa.JSON, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
    )


def _its_account() -> sa.ForeignKey:
    return sa.ForeignKey("accounts.id", ondelete="CASCADE")
