"""The runner's side of a job: claiming it, reporting progress, ending it or handing it back.

Every report is a heartbeat. A runner that was silent for too long counts as
dead: another may claim the job, and whatever the first still writes is refused.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store import mixes, playlists
from store.database import Database
from store.errors import JobCancelled, JobLost
from store.job import COLUMNS, Job, is_due, is_held_by
from store.playlists import Playlist
from store.tables import accounts, jobs


def claim(database: Database, job_id: str, runner: str) -> Job | None:
    """Claim a job that waits, is due again, or whose runner has gone silent; it starts from the beginning.

    Returns None where it has ended, is parked for later or another runner
    holds it: of several that try at once, one gets it.
    """
    now = database.clock.now()
    reset = {"stage": "", "done": 0, "total": None, "error": None, "parked_until": None}
    change = (
        update(jobs)
        .where(jobs.c.id == job_id, is_due(now))
        .values(state="running", runner=runner, heartbeat=now, runs=jobs.c.runs + 1, **reset)
        .returning(*COLUMNS)
    )
    with database.writing() as connection:
        row = connection.execute(change).one_or_none()
    return Job(*row) if row else None


def progress(
    database: Database,
    job_id: str,
    runner: str,
    stage: str,
    done: int = 0,
    total: int | None = None,
    calls: int | None = None,
) -> None:
    """Report how far a job is; this is its runner's heartbeat, too.

    `calls` here and below counts the whole job's calls to Spotify, earlier runs
    included; None leaves the count as it is.

    Raises
    ------
    JobLost
        If the runner no longer holds the job.
    JobCancelled
        If the listener has cancelled it.
    """
    with database.writing() as connection:
        _raise_if_cancelled(
            _update(connection, database, job_id, runner, calls, stage=stage, done=done, total=total)
        )


def heartbeat(database: Database, job_id: str, runner: str, calls: int | None = None) -> None:
    """Report that the runner is alive, where there is no progress to report.

    Raises
    ------
    JobLost, JobCancelled
        As `progress`.
    """
    with database.writing() as connection:
        _raise_if_cancelled(_update(connection, database, job_id, runner, calls))


def park(
    database: Database, job_id: str, runner: str, until: datetime, error: str, calls: int | None = None
) -> None:
    """Park a job that can only go on later, with the class name of the error that stopped it.

    Raises
    ------
    JobLost, JobCancelled
        As `progress`; then it is not parked.
    """
    parked = {"state": "parked", "parked_until": until, "error": error, "runs": 0}
    with database.writing() as connection:
        _raise_if_cancelled(_update(connection, database, job_id, runner, calls, **parked))


def hand_back(database: Database, job_id: str, runner: str, calls: int) -> None:
    """Let a job wait for another runner, without counting this run.

    Does nothing where the runner no longer holds the job.
    """
    change = (
        update(jobs)
        .where(is_held_by(runner, job_id))
        .values(state="waiting", runner=None, runs=jobs.c.runs - 1, calls=calls)
    )
    with database.writing() as connection:
        connection.execute(change)


def remember_playlist(
    database: Database, job_id: str, runner: str, playlist: Playlist, calls: int | None = None
) -> None:
    """Save the playlist that a job writes, from the moment it exists: a second run must not create another.

    Raises
    ------
    JobLost
        If the runner no longer holds the job; then the playlist is not saved.
    """
    with database.writing() as connection:
        _save_playlist(connection, job_id, runner, playlist)
        _update(connection, database, job_id, runner, calls, playlist_id=playlist.id)


def finish(
    database: Database, job_id: str, runner: str, playlist: Playlist, calls: int | None = None
) -> None:
    """End a job as done, save the playlist as it was written and its songs as a mix: all of it or nothing.

    Raises
    ------
    JobLost
        If the runner no longer holds the job; then the playlist is not saved.
    """
    with database.writing() as connection:
        _save_playlist(connection, job_id, runner, playlist)
        mixes.write(connection, job_id, playlist)
        _update(connection, database, job_id, runner, calls, state="done", playlist_id=playlist.id)


def fail(database: Database, job_id: str, runner: str, error: str, calls: int | None = None) -> None:
    """End a job as failed, with the class name of the error.

    Raises
    ------
    JobLost
        If the runner no longer holds the job.
    """
    with database.writing() as connection:
        _update(connection, database, job_id, runner, calls, state="failed", error=error)


def end_cancelled(database: Database, job_id: str, runner: str, calls: int | None = None) -> None:
    """End a job as cancelled, once its runner was told so by `JobCancelled`.

    Raises
    ------
    JobLost
        If the runner no longer holds the job.
    """
    with database.writing() as connection:
        _update(connection, database, job_id, runner, calls, state="cancelled")


def _save_playlist(connection: Connection, job_id: str, runner: str, playlist: Playlist) -> None:
    """Save a playlist if the runner holds the job; its account cannot be deleted meanwhile."""
    held = select(accounts.c.id).join(jobs).where(is_held_by(runner, job_id))
    if connection.scalar(held.with_for_update(read=True, key_share=True, of=accounts)) is None:
        raise _lost(job_id)
    playlists.write(connection, playlist)


def _update(
    connection: Connection, database: Database, job_id: str, runner: str, calls: int | None, **values: Any
) -> bool:
    """Update a job that the runner holds, and return whether the listener has cancelled it."""
    if calls is not None:
        values["calls"] = calls
    change = (
        update(jobs)
        .where(is_held_by(runner, job_id))
        .values(heartbeat=database.clock.now(), **values)
        .returning(jobs.c.cancel_asked)
    )
    cancel_asked: bool | None = connection.scalar(change)
    if cancel_asked is None:
        raise _lost(job_id)
    return cancel_asked


def _lost(job_id: str) -> JobLost:
    return JobLost(f"job {job_id} is no longer this runner's")


def _raise_if_cancelled(cancel_asked: bool) -> None:
    if cancel_asked:
        raise JobCancelled("the listener has cancelled this job")
