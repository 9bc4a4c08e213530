"""The listeners' libraries as last read from Spotify, so that the next reading is short, or from a file.

A playlist of a listener's may stand in for their saved songs: both are kept, as neither is picked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from store import rows
from store.database import Database
from store.tables import libraries


@dataclass(frozen=True)
class KeptLibrary:
    """What is known of a library.

    `songs` are the entries, newest first, each as JSON; None keeps the place of
    an entry that is no song. `total` is the number of entries by Spotify's
    count. `read_at` is when any of it was last read, `full_read_at` when all of
    it was; None where a reading was broken off: then `songs` are the beginning.
    `next_old_page` is the page that is compared next. `source` is the name of the
    file that the songs come from, "" where they are those that are saved at Spotify.
    `playlist` is the name of the playlist whose songs count in their place, and
    `playlist_songs` are those; "" and none where no playlist does.
    """

    account_id: str
    songs: tuple[Mapping[str, Any] | None, ...]
    total: int
    read_at: datetime
    full_read_at: datetime | None
    next_old_page: int
    source: str = ""
    playlist: str = ""
    playlist_songs: tuple[Mapping[str, Any] | None, ...] = ()


@dataclass(frozen=True)
class LibrarySummary:
    """How many entries a library has, when it was last read, and which songs count, as in `KeptLibrary`."""

    total: int
    read_at: datetime
    source: str
    playlist: str


_COLUMNS = [libraries.c[each.name] for each in fields(KeptLibrary)]
_READ_AT = select(libraries.c.read_at).where(libraries.c.account_id == bindparam("account_id"))


def load(database: Database, account_id: str) -> KeptLibrary | None:
    """Load what is known of a listener's library; None before the first reading."""
    wanted = select(*_COLUMNS).where(libraries.c.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    songs = {"songs": tuple(row.songs), "playlist_songs": tuple(row.playlist_songs)}
    return KeptLibrary(**{**row._mapping, **songs})


def get_read_at(database: Database, account_id: str) -> datetime | None:
    """Return when any of a listener's library was last read; None before the first reading."""
    with database.reading() as connection:
        read_at: datetime | None = connection.scalar(_READ_AT, {"account_id": account_id})
    return read_at


def summarise(database: Database, account_id: str) -> LibrarySummary | None:
    """Return what a listener's library is, without its songs; None before the first reading."""
    columns = [libraries.c[each.name] for each in fields(LibrarySummary)]
    wanted = select(*columns).where(libraries.c.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return LibrarySummary(*row) if row else None


def list_accounts(database: Database, account_ids: Collection[str]) -> frozenset[str]:
    """Return which of these accounts have a library: one that was deleted has none."""
    wanted = select(libraries.c.account_id).where(libraries.c.account_id.in_(account_ids))
    with database.reading() as connection:
        return frozenset(connection.scalars(wanted))


def save(database: Database, library: KeptLibrary) -> None:
    """Save a library in place of what was known of it.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    with database.writing() as connection:
        rows.require_account(connection, library.account_id)
        write(connection, library)


def save_reading(database: Database, library: KeptLibrary, known: KeptLibrary | None) -> None:
    """Save what was read of a listener's saved songs, but leave songs of a file that were brought meanwhile.

    Parameters
    ----------
    known : what was kept when the reading began, None where nothing was

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    kept = select(libraries.c.source, libraries.c.read_at).where(libraries.c.account_id == library.account_id)
    with database.writing() as connection:
        # Else a file could be brought between the look and the write.
        rows.require_account(connection, library.account_id, exclusive=True)
        now = connection.execute(kept).one_or_none()
        is_brought = now and now.source and (known is None or tuple(now) != (known.source, known.read_at))
        if not is_brought:
            write(connection, library)


def write(connection: Connection, library: KeptLibrary) -> None:
    """Write a library in place of what was known of it, in a transaction of the caller's."""
    row = {each.name: getattr(library, each.name) for each in fields(KeptLibrary)}
    for name in ("songs", "playlist_songs"):
        row[name] = [dict(song) if song else None for song in row[name]]
    rows.upsert(connection, libraries, row)
