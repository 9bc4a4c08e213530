"""The tables, in the order in which a listener fills them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A moment, always in UTC, so that moments compare correctly in every database.

    SQLite keeps text without a zone: unless all are in one zone, it would
    order them by the clock on the wall.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take a moment to the database; one without a zone is a mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without its zone cannot be kept: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take a moment from the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()


def _its_account() -> ForeignKey:
    """Tie a row to its account: it is deleted with it."""
    return ForeignKey("accounts.id", ondelete="CASCADE")


accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("display_name", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("account_id", String, _its_account(), primary_key=True),
    Column("encrypted", LargeBinary, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    # The hash of the id: who reads the table cannot take over a session.
    Column("id_hash", String, primary_key=True),
    Column("account_id", String, _its_account(), index=True),
    Column("encrypted", LargeBinary, nullable=False),
    Column("last_seen", UtcTime, nullable=False, index=True),
)

playlists = Table(
    "playlists",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, _its_account(), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("mix", JSON, nullable=False),
    Column("song_ids", JSON, nullable=False),
    Column("url", String, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, _its_account(), nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("error", String),
    Column("playlist_id", String, ForeignKey("playlists.id", ondelete="SET NULL")),
    Column("as_new", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("heartbeat", UtcTime, nullable=False),
    Column("runner", String),
    Column("runs", Integer, nullable=False),
)

#: Neither done nor failed.
is_live = jobs.c.state.in_(["waiting", "running"])
Index("one_live_job", jobs.c.account_id, unique=True, sqlite_where=is_live, postgresql_where=is_live)

# The same statement in both, but no common word for it in SQLAlchemy.
_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write a row over the one with its primary key, or as a new one where there is none."""
    insert = _INSERT[connection.dialect.name](table).values(**row)
    key = [column.name for column in table.primary_key]
    rest = {name: insert.excluded[name] for name in row if name not in key}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=rest))
