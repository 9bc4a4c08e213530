"""The tables as they are now; `migrations` has their history."""

import json
import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    false,
)
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A time, always in UTC, so that times compare correctly in every database.

    SQLite stores text without a zone: unless all are in one zone, it would
    order them by local time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a time to UTC for the database; ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without its zone cannot be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a time from the database to UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PackedJson(TypeDecorator[Any]):
    """A value of JSON, compressed: fifty steps of a draft of a hundred songs would be 5 MB, and are 1 MB."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes:
        """Compress a value for the database; the quickest way is a quarter of the size."""
        return zlib.compress(json.dumps(value).encode(), level=1)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Decompress a value from the database."""
        return None if value is None else json.loads(zlib.decompress(value))


class PackedText(PackedJson):
    """The same, read as the text of the JSON in UTF-8: for whoever checks it while parsing."""

    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decompress a value from the database."""
        return None if value is None else zlib.decompress(value)


metadata = MetaData()


def _its_account() -> ForeignKey:
    """Reference the account that owns a row, and with which it is deleted."""
    return ForeignKey("accounts.id", ondelete="CASCADE")


accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("display_name", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    # Of a visitor, who has no account at Spotify.
    Column("expires_at", UtcTime, index=True),
    # Of a visitor's songs, as they are stored: to read them only to know that would take long.
    Column("n_bytes", Integer),
)

tokens = Table(
    "tokens",
    metadata,
    Column("account_id", String, _its_account(), primary_key=True),
    Column("encrypted", LargeBinary, nullable=False),
    # The id of the lease to exchange the token for a new one, and until when nobody else may.
    Column("lease", String),
    Column("leased_until", UtcTime),
    # When the listener must have signed in again, so that pages need not decrypt the token; None where an
    # older program has written it.
    Column("ends_at", UtcTime),
)

sessions = Table(
    "sessions",
    metadata,
    # The hash of the id: whoever reads the table cannot take over a session.
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
    Column("additions", JSON, nullable=False, server_default="[]"),
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
    Column("heartbeat", UtcTime, nullable=False, index=True),
    Column("runner", String),
    Column("runs", Integer, nullable=False),
    Column("parked_until", UtcTime),
    Column("cancel_asked", Boolean, nullable=False, server_default=false()),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("reread", Boolean, nullable=False, server_default=false()),
    Column("kind", String, nullable=False, server_default="make"),
    Column("tuning", JSON(none_as_null=True)),
    Column("draft_of", String, ForeignKey("playlists.id", ondelete="SET NULL")),
    Column("step", Integer),
    Column("on_change", String, nullable=False, server_default="ask"),
    # How many of its calls are noted apart, as it was parked for the listener's allowance.
    Column("calls_before_pause", Integer, key="calls_noted", nullable=False, server_default="0"),
    # The playlist whose songs count from this job on.
    Column("source", String),
    Column("language", String, nullable=False, server_default="en"),
)

#: Jobs that have made something; listing playlists makes nothing.
has_made = (jobs.c.state == "done") & (jobs.c.kind != "list")

#: The states of a job that has not ended.
LIVE = ("waiting", "running", "parked")
is_live = jobs.c.state.in_(LIVE)
Index("one_live_job", jobs.c.account_id, unique=True, sqlite_where=is_live, postgresql_where=is_live)

pauses = Table(
    "pauses",
    metadata,
    # The app's client id.
    Column("app", String, primary_key=True),
    Column("noted_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
)

# The last turn of each periodic chore that a worker has taken.
chores = Table(
    "chores",
    metadata,
    Column("name", String, primary_key=True),
    Column("turn", String, nullable=False),
)

mixes = Table(
    "mixes",
    metadata,
    Column("job_id", String, primary_key=True),
    Column("account_id", String, _its_account(), nullable=False, index=True),
    Column("made_at", UtcTime, nullable=False),
    Column("song_ids", JSON, nullable=False),
    Column("playlist_id", String, ForeignKey("playlists.id", ondelete="SET NULL")),
    # The name that the listener gave it in the history.
    Column("name", String),
    # Without one it is not in the history: an older program made it, or the listener has deleted it.
    Column("record", JSON(none_as_null=True)),
)

draft_steps = Table(
    "draft_steps",
    metadata,
    Column("playlist_id", String, ForeignKey("playlists.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("account_id", String, _its_account(), nullable=False, index=True),
    Column("made_at", UtcTime, nullable=False),
    Column("state", PackedJson, nullable=False),
)

recipes = Table(
    "recipes",
    metadata,
    Column("account_id", String, _its_account(), primary_key=True),
    Column("name", String, primary_key=True),
    Column("tuning", JSON, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

weekly_refreshes = Table(
    "weekly_refreshes",
    metadata,
    Column("account_id", String, _its_account(), primary_key=True),
    Column("playlist_id", String, ForeignKey("playlists.id", ondelete="CASCADE"), nullable=False),
    # From 0, Monday.
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    # A name of the IANA database, as "Europe/Lisbon".
    Column("time_zone", String, nullable=False),
    Column("next_at", UtcTime, nullable=False, index=True),
    Column("n_failures", Integer, nullable=False, server_default="0"),
    Column("is_paused", Boolean, key="is_on_hold", nullable=False, server_default=false()),
)

libraries = Table(
    "libraries",
    metadata,
    Column("account_id", String, _its_account(), primary_key=True),
    Column("songs", JSON, nullable=False),
    Column("total", Integer, nullable=False),
    Column("read_at", UtcTime, nullable=False),
    Column("full_read_at", UtcTime),
    Column("next_old_page", Integer, nullable=False),
    Column("source", String, nullable=False, server_default=""),
    Column("playlist", String, nullable=False, server_default=""),
    Column("playlist_songs", JSON, nullable=False, server_default="[]"),
)

# What a listener can choose from in place of their saved songs, as last listed.
own_playlists = Table(
    "own_playlists",
    metadata,
    Column("account_id", String, _its_account(), primary_key=True),
    Column("listed", JSON, nullable=False),
    Column("listed_at", UtcTime, nullable=False),
)

opinions = Table(
    "opinions",
    metadata,
    Column("account_id", String, _its_account(), primary_key=True),
    Column("about", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("wish", String, nullable=False),
    Column("label", String, nullable=False),
    Column("given_at", UtcTime, nullable=False),
)

unplayable_songs = Table(
    "unplayable_songs",
    metadata,
    Column("account_id", String, _its_account(), primary_key=True),
    Column("song_id", String, primary_key=True),
    Column("noticed_at", UtcTime, nullable=False),
)

# What was made for a listener and no job tells any more, for a day; `who` is a keyed hash of the account.
spent = Table(
    "spent",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("who", String, nullable=False, index=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("calls", Integer, nullable=False),
)

# Of songs, not of listeners: its rows belong to no account.
features = Table(
    "features",
    metadata,
    Column("song_id", String, primary_key=True),
    Column("features", JSON, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
)
