"""The jobs: what is being made for whom, how far it is, and who is at it.

A runner claims a job and keeps its heart beating by reporting progress. One
that was silent for too long counts as dead: another may claim the job, and
whatever the first still writes is refused.
"""

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from store import playlists, tables
from store.database import Database
from store.errors import JobLost
from store.playlists import Playlist

#: A runner that was silent for so long counts as dead; longer than any single call to Spotify may take.
STALE = timedelta(seconds=60)


@dataclass(frozen=True)
class Job:
    """One making of a playlist.

    `done` of `total` counts within the stage; `error` is the kind of failure;
    `runs` says how often it has been claimed.
    """

    id: str
    account_id: str
    state: Literal["waiting", "running", "done", "failed"]
    stage: str
    done: int
    total: int | None
    error: str | None
    playlist_id: str | None
    as_new: bool
    created_at: datetime
    heartbeat: datetime
    runs: int


_jobs = tables.jobs.c
_COLUMNS = [_jobs[each.name] for each in fields(Job)]


def start(database: Database, account_id: str, as_new: bool = False) -> tuple[Job, bool]:
    """Give the account's live job, or a new one where there is none; and whether it is new."""
    now = database.clock.now()
    fresh = {
        "id": secrets.token_urlsafe(16),
        "account_id": account_id,
        "state": "waiting",
        "stage": "",
        "done": 0,
        "as_new": as_new,
        "created_at": now,
        "heartbeat": now,
        "runs": 0,
    }
    with database.writing() as connection:
        # SQLite has one writer at a time. Elsewhere the account's row is the lock.
        connection.execute(
            select(tables.accounts.c.id).where(tables.accounts.c.id == account_id).with_for_update()
        )
        if live := _live_of(connection, account_id):
            return live, False
        row = connection.execute(insert(tables.jobs).values(**fresh).returning(*_COLUMNS)).one()
    return Job(*row), True


def get(database: Database, job_id: str, account_id: str) -> Job | None:
    """Give a listener's job; None where there is none, or it is somebody else's."""
    wanted = select(*_COLUMNS).where(_jobs.id == job_id, _jobs.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return Job(*row) if row else None


def live_of(database: Database, account_id: str) -> Job | None:
    """Give the account's job that has not ended, if there is one; there is never a second."""
    with database.reading() as connection:
        return _live_of(connection, account_id)


def unfinished(database: Database) -> list[Job]:
    """Give every job that has not ended, the oldest first."""
    wanted = select(*_COLUMNS).where(tables.is_live).order_by(_jobs.created_at)
    with database.reading() as connection:
        return [Job(*row) for row in connection.execute(wanted)]


def claim(database: Database, job_id: str, runner: str) -> Job | None:
    """Take a job that waits, or whose runner has gone silent; it starts from the beginning.

    None where it has ended or somebody else is at it: of several that try at
    once, one gets it.
    """
    now = database.clock.now()
    is_dead = (_jobs.state == "running") & (_jobs.heartbeat < now - STALE)
    claimed = (
        update(tables.jobs)
        .where(_jobs.id == job_id, (_jobs.state == "waiting") | is_dead)
        .values(
            state="running", runner=runner, heartbeat=now, runs=_jobs.runs + 1, stage="", done=0, total=None
        )
        .returning(*_COLUMNS)
    )
    with database.writing() as connection:
        row = connection.execute(claimed).one_or_none()
    return Job(*row) if row else None


def progress(
    database: Database, job_id: str, runner: str, stage: str, done: int = 0, total: int | None = None
) -> None:
    """Report how far a job is; this is its runner's heartbeat, too.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more.
    """
    with database.writing() as connection:
        _write(connection, database, job_id, runner, stage=stage, done=done, total=total)


def remember_playlist(database: Database, job_id: str, runner: str, playlist: Playlist) -> None:
    """Keep the playlist that a job writes, from the moment it exists: a second run must not create another.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more; then the playlist is not kept.
    """
    with database.writing() as connection:
        playlists.write(connection, playlist)
        _write(connection, database, job_id, runner, playlist_id=playlist.id)


def finish(database: Database, job_id: str, runner: str, playlist: Playlist) -> None:
    """End a job, and keep the playlist as it was written, both or neither.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more; then the playlist is not kept.
    """
    with database.writing() as connection:
        playlists.write(connection, playlist)
        _write(connection, database, job_id, runner, state="done", playlist_id=playlist.id)


def fail(database: Database, job_id: str, runner: str, error: str) -> None:
    """End a job that cannot be done, with the kind of error.

    Raises
    ------
    JobLost
        If the runner does not hold the job any more.
    """
    with database.writing() as connection:
        _write(connection, database, job_id, runner, state="failed", error=error)


def _live_of(connection: Connection, account_id: str) -> Job | None:
    wanted = select(*_COLUMNS).where(_jobs.account_id == account_id, tables.is_live)
    row = connection.execute(wanted).one_or_none()
    return Job(*row) if row else None


def _write(connection: Connection, database: Database, job_id: str, runner: str, **values: Any) -> None:
    held = (_jobs.id == job_id) & (_jobs.runner == runner) & (_jobs.state == "running")
    change = update(tables.jobs).where(held).values(heartbeat=database.clock.now(), **values)
    if connection.execute(change).rowcount != 1:
        raise JobLost(f"job {job_id} is not this runner's any more")
