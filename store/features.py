"""The audio features that came from outside, so that the same song is not asked for in every job."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import select

from store import rows, tables
from store.database import Database

Features = Mapping[str, float]

# A song that the source did not know may be known to it later.
ASK_AGAIN = timedelta(days=30)
# No database takes any number of values in one statement.
AT_ONCE = 5_000


def save(database: Database, features: Mapping[str, Features | None]) -> None:
    """Keep what the source said of songs by their ids; None where it knows nothing of one."""
    now = database.clock.now()
    with database.writing() as connection:
        # In one order, so that no two wait for each other.
        for song_id in sorted(features):
            known = features[song_id]
            row = {"song_id": song_id, "features": dict(known) if known else None, "asked_at": now}
            rows.upsert(connection, tables.features, row)


def load(database: Database, song_ids: Collection[str]) -> dict[str, Features | None]:
    """Give what is known of these songs; one that is not among them has to be asked for.

    None stands for a song that the source did not know in the last 30 days.
    """
    kept = tables.features.c
    since = database.clock.now() - ASK_AGAIN
    asked = sorted(song_ids)
    found: dict[str, Features | None] = {}
    with database.reading() as connection:
        for first in range(0, len(asked), AT_ONCE):
            some = kept.song_id.in_(asked[first : first + AT_ONCE])
            for row in connection.execute(select(tables.features).where(some)):
                if row.features is not None or row.asked_at >= since:
                    found[row.song_id] = row.features
    return found
