"""The songs that a listener could not play, so that they are not picked again and again."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select

from store import rows, tables
from store.database import Database

# What is closed in a market today may be open some time later.
REMEMBERED = timedelta(days=90)


def remember(database: Database, account_id: str, song_ids: Iterable[str]) -> None:
    """Keep which songs were missing or unplayable just now.

    Raises
    ------
    AccountForgotten
        If the account is not there any more.
    """
    now = database.clock.now()
    with database.writing() as connection:
        rows.require_account(connection, account_id)
        # In one order, so that no two wait for each other.
        for song_id in sorted(song_ids):
            row = {"account_id": account_id, "song_id": song_id, "noticed_at": now}
            rows.upsert(connection, tables.unplayable_songs, row)


def list_songs(database: Database, account_id: str) -> frozenset[str]:
    """Give the ids of the songs that the listener could not play in the last 90 days."""
    kept = tables.unplayable_songs.c
    since = database.clock.now() - REMEMBERED
    wanted = select(kept.song_id).where(kept.account_id == account_id, kept.noticed_at >= since)
    with database.reading() as connection:
        return frozenset(connection.scalars(wanted))


def purge(database: Database) -> None:
    """Forget, for all listeners, what was noticed more than 90 days ago."""
    since = database.clock.now() - REMEMBERED
    with database.writing() as connection:
        connection.execute(
            delete(tables.unplayable_songs).where(tables.unplayable_songs.c.noticed_at < since)
        )
