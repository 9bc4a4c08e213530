"""A cache of the audio features from the optional source, so that no job asks again for the same song."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import select

from store import rows, tables
from store.database import Database

Features = Mapping[str, float]

# The source may come to know a song that it did not know.
ASK_AGAIN = timedelta(days=30)
# Databases limit the number of values in one statement.
MAX_IDS_PER_QUERY = 5_000


def save(database: Database, features: Mapping[str, Features | None]) -> None:
    """Save the features that the source returned, by song id; None for a song that it does not know."""
    now = database.clock.now()
    with database.writing() as connection:
        # Always in the same order, which prevents deadlocks.
        for song_id in sorted(features):
            known = features[song_id]
            row = {"song_id": song_id, "features": dict(known) if known else None, "asked_at": now}
            rows.upsert(connection, tables.features, row)


def load(database: Database, song_ids: Collection[str]) -> dict[str, Features | None]:
    """Return the cached features by song id; a song that is missing has to be asked for.

    None stands for a song that the source did not know in the last 30 days.
    """
    since = database.clock.now() - ASK_AGAIN
    asked = sorted(song_ids)
    found: dict[str, Features | None] = {}
    with database.reading() as connection:
        for start in range(0, len(asked), MAX_IDS_PER_QUERY):
            in_batch = tables.features.c.song_id.in_(asked[start : start + MAX_IDS_PER_QUERY])
            for row in connection.execute(select(tables.features).where(in_batch)):
                if row.features is not None or row.asked_at >= since:
                    found[row.song_id] = row.features
    return found
