"""The songs that a listener could not play, so that they are not picked again at once."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select

from store import rows
from store.database import Database
from store.tables import unplayable_songs

# A song that is not available in a market today may be later.
REMEMBERED = timedelta(days=90)


def remember(database: Database, account_id: str, song_ids: Iterable[str]) -> None:
    """Remember songs that were found missing or unplayable just now.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    now = database.clock.now()
    with database.writing() as connection:
        rows.require_account(connection, account_id)
        # Always in the same order, which prevents deadlocks.
        for song_id in sorted(song_ids):
            row = {"account_id": account_id, "song_id": song_id, "noticed_at": now}
            rows.upsert(connection, unplayable_songs, row)


def list_songs(database: Database, account_id: str) -> frozenset[str]:
    """Return the ids of the songs that the listener could not play in the last 90 days."""
    since = database.clock.now() - REMEMBERED
    wanted = select(unplayable_songs.c.song_id).where(
        unplayable_songs.c.account_id == account_id, unplayable_songs.c.noticed_at >= since
    )
    with database.reading() as connection:
        return frozenset(connection.scalars(wanted))


def purge(database: Database) -> None:
    """Delete, for all listeners, what was noticed more than 90 days ago."""
    since = database.clock.now() - REMEMBERED
    with database.writing() as connection:
        connection.execute(delete(unplayable_songs).where(unplayable_songs.c.noticed_at < since))
