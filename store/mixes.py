"""The songs of a listener's mixes of the last 60 days, so that a refresh does not bring them again."""

from datetime import timedelta

from sqlalchemy import Connection, delete, select

from store import rows
from store.database import Database
from store.job import Job
from store.playlists import Playlist
from store.tables import mixes

REMEMBERED = timedelta(days=60)


def write(connection: Connection, job_id: str, playlist: Playlist) -> None:
    """Write the songs of a job's mix within the caller's transaction: one row, however often the job runs."""
    song_ids = [song.id for song in playlist.record.songs] if playlist.record else []
    row = {"job_id": job_id, "account_id": playlist.account_id, "made_at": playlist.made_at}
    rows.upsert(connection, mixes, {**row, "song_ids": song_ids})


def list_recent(database: Database, job: Job) -> list[frozenset[str]]:
    """Return the song ids of each mix of the 60 days before a job was asked for, the newest mix first.

    A mix of the job itself is none of them: run again, it finds the same.
    """
    wanted = (
        select(mixes.c.song_ids)
        .where(mixes.c.account_id == job.account_id, mixes.c.job_id != job.id)
        .where(mixes.c.made_at >= job.created_at - REMEMBERED)
        .order_by(mixes.c.made_at.desc(), mixes.c.job_id)
    )
    with database.reading() as connection:
        return [frozenset(song_ids) for song_ids in connection.scalars(wanted)]


def purge(database: Database) -> None:
    """Delete, for all listeners, the mixes that were made more than 60 days ago."""
    since = database.clock.now() - REMEMBERED
    with database.writing() as connection:
        connection.execute(delete(mixes).where(mixes.c.made_at < since))
