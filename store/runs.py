"""The runner's side of a job: it claims it, reports how far it is, and ends it or hands it back.

A runner keeps its heart beating by reporting progress. One that was silent
for too long counts as dead: another may claim the job, and whatever the first
still writes is refused.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store import playlists, tables
from store.database import Database
from store.errors import JobCancelled, JobLost
from store.job import COLUMNS, Job, is_due, is_held_by
from store.job import kept as _jobs
from store.playlists import Playlist


def claim(database: Database, job_id: str, runner: str) -> Job | None:
    """Take a job that waits, is due again, or whose runner has gone silent; it starts from the beginning.

    None where it has ended, is parked for later or somebody else is at it: of
    several that try at once, one gets it.
    """
    now = database.clock.now()
    fresh = {"stage": "", "done": 0, "total": None, "error": None, "parked_until": None}
    claimed = (
        update(tables.jobs)
        .where(_jobs.id == job_id, is_due(now))
        .values(state="running", runner=runner, heartbeat=now, runs=_jobs.runs + 1, **fresh)
        .returning(*COLUMNS)
    )
    with database.writing() as connection:
        row = connection.execute(claimed).one_or_none()
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

    `calls` here and below are those of the whole job, earlier runs included;
    None leaves them as they are.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more.
    JobCancelled
        If the listener does not want it any more.
    """
    with database.writing() as connection:
        _obey(_write(connection, database, job_id, runner, calls, stage=stage, done=done, total=total))


def heartbeat(database: Database, job_id: str, runner: str, calls: int | None = None) -> None:
    """Tell that the runner lives, where there is nothing to report.

    Raises
    ------
    JobLost, JobCancelled
        As `progress`.
    """
    with database.writing() as connection:
        _obey(_write(connection, database, job_id, runner, calls))


def park(
    database: Database, job_id: str, runner: str, until: datetime, error: str, calls: int | None = None
) -> None:
    """Hand a job back that can only go on later, with the kind of error that keeps it from going on.

    Raises
    ------
    JobLost, JobCancelled
        As `progress`; then it is not parked.
    """
    parked = {"state": "parked", "parked_until": until, "error": error, "runs": 0}
    with database.writing() as connection:
        _obey(_write(connection, database, job_id, runner, calls, **parked))


def hand_back(database: Database, job_id: str, runner: str, calls: int) -> None:
    """Let a job wait for another runner, as if this run had not been.

    Nothing where the runner does not hold the job any more.
    """
    waits = update(tables.jobs).where(is_held_by(runner, job_id))
    with database.writing() as connection:
        connection.execute(waits.values(state="waiting", runner=None, runs=_jobs.runs - 1, calls=calls))


def remember_playlist(
    database: Database, job_id: str, runner: str, playlist: Playlist, calls: int | None = None
) -> None:
    """Keep the playlist that a job writes, from the moment it exists: a second run must not create another.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more; then the playlist is not kept.
    """
    with database.writing() as connection:
        _keep(connection, job_id, runner, playlist)
        _write(connection, database, job_id, runner, calls, playlist_id=playlist.id)


def finish(
    database: Database, job_id: str, runner: str, playlist: Playlist, calls: int | None = None
) -> None:
    """End a job, and keep the playlist as it was written, both or neither.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more; then the playlist is not kept.
    """
    with database.writing() as connection:
        _keep(connection, job_id, runner, playlist)
        _write(connection, database, job_id, runner, calls, state="done", playlist_id=playlist.id)


def fail(database: Database, job_id: str, runner: str, error: str, calls: int | None = None) -> None:
    """End a job that cannot be done, with the kind of error.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more.
    """
    with database.writing() as connection:
        _write(connection, database, job_id, runner, calls, state="failed", error=error)


def end_cancelled(database: Database, job_id: str, runner: str, calls: int | None = None) -> None:
    """End a job whose runner was told that it is not wanted any more.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more.
    """
    with database.writing() as connection:
        _write(connection, database, job_id, runner, calls, state="cancelled")


def _keep(connection: Connection, job_id: str, runner: str, playlist: Playlist) -> None:
    """Keep a playlist if the runner holds the job; its account cannot be forgotten meanwhile."""
    held = select(tables.accounts.c.id).join(tables.jobs).where(is_held_by(runner, job_id))
    if connection.scalar(held.with_for_update(read=True, key_share=True, of=tables.accounts)) is None:
        raise JobLost(f"job {job_id} is not this runner's any more")
    playlists.write(connection, playlist)


def _write(
    connection: Connection, database: Database, job_id: str, runner: str, calls: int | None, **values: Any
) -> bool:
    """Change a job that the runner holds, and say whether the listener wants it cancelled."""
    if calls is not None:
        values["calls"] = calls
    change = (
        update(tables.jobs)
        .where(is_held_by(runner, job_id))
        .values(heartbeat=database.clock.now(), **values)
        .returning(_jobs.cancel_asked)
    )
    cancel_asked: bool | None = connection.scalar(change)
    if cancel_asked is None:
        raise JobLost(f"job {job_id} is not this runner's any more")
    return cancel_asked


def _obey(cancel_asked: bool) -> None:
    if cancel_asked:
        raise JobCancelled("the listener has cancelled this job")
