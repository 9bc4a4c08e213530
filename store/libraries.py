"""The listeners' libraries as we last read them, so that the next reading costs few calls."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from store import rows, tables
from store.database import Database


@dataclass(frozen=True)
class KeptLibrary:
    """What is known of a library.

    `songs` are newest first and in their places, each as JSON can say it, None
    for an entry that is no song. `total` is how many entries there were by
    Spotify's count. `read_at` is when something was read last, `full_read_at`
    when everything was, None where a reading was broken off: then `songs` are
    the beginning. `next_old_page` is the page that is compared next.
    """

    account_id: str
    songs: tuple[Mapping[str, Any] | None, ...]
    total: int
    read_at: datetime
    full_read_at: datetime | None
    next_old_page: int


_COLUMNS = [tables.libraries.c[each.name] for each in fields(KeptLibrary)]


def load(database: Database, account_id: str) -> KeptLibrary | None:
    """Give what is known of a listener's library, None before the first reading."""
    wanted = select(*_COLUMNS).where(tables.libraries.c.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return KeptLibrary(**{**row._mapping, "songs": tuple(row.songs)}) if row else None


def get_total(database: Database, account_id: str) -> int | None:
    """Give how many entries a listener's library had by Spotify's count, None before the first reading."""
    kept = tables.libraries.c
    with database.reading() as connection:
        total: int | None = connection.scalar(select(kept.total).where(kept.account_id == account_id))
    return total


def save(database: Database, library: KeptLibrary) -> None:
    """Keep a library in place of what was known of it.

    Raises
    ------
    AccountForgotten
        If the account is not there any more.
    """
    row = {each.name: getattr(library, each.name) for each in fields(KeptLibrary)}
    row["songs"] = [dict(song) if song else None for song in library.songs]
    with database.writing() as connection:
        rows.require_account(connection, library.account_id)
        rows.upsert(connection, tables.libraries, row)
