"""The listener's side of the jobs: starting, finding and cancelling; the runner's side is `store.runs`."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from store import rows
from store.allowance import require_allowance
from store.database import Database
from store.job import COLUMNS, Job, Kind, OnChange, is_due, is_free, read_job
from store.tables import LIVE, has_made, is_live, jobs
from store.tuning import Tuning


@dataclass(frozen=True, slots=True)
class Ended:
    """Jobs of a kind that ended in the same way: `error` is the class name of the failure, if it was one."""

    kind: Kind
    state: Literal["done", "failed", "cancelled"]
    error: str | None
    n_jobs: int


#: The kinds that write a playlist in Spotify.
WRITING: tuple[Kind, ...] = ("make", "save", "weekly")
_LIVE = select(*COLUMNS).where(jobs.c.account_id == bindparam("account_id"), is_live)


def start(
    database: Database,
    account_id: str,
    kind: Kind = "make",
    as_new: bool = False,
    reread: bool = False,
    tuning: Tuning | None = None,
    draft_of: str | None = None,
    step: int | None = None,
    on_change: OnChange = "ask",
    source: str | None = None,
    language: str = "en",
) -> tuple[Job, bool]:
    """Return the account's live job, or start one where there is none; and whether it is new.

    The parameters are as in `Job`.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    TooMuchMade
        If as much was made for it as may be for now.
    """
    wished = {
        "kind": kind,
        "as_new": as_new,
        "reread": reread,
        "tuning": tuning.to_json() if tuning else None,
        "draft_of": draft_of,
        "step": step,
        "on_change": on_change,
        "source": source,
        "language": language,
    }
    with database.writing() as connection:
        # SQLite has one writer at a time. In PostgreSQL the account's row is the lock.
        rows.require_account(connection, account_id, exclusive=True)
        if live := select_live(connection, account_id):
            return live, False
        now = database.clock.now()
        require_allowance(connection, database, account_id, reread)
        return insert_waiting(connection, now, account_id, **wished), True


def insert_waiting(connection: Connection, now: datetime, account_id: str, **wished: Any) -> Job:
    """Insert a job that waits, in a transaction that has locked an account without a live job."""
    values = {
        "id": secrets.token_urlsafe(16),
        "account_id": account_id,
        "state": "waiting",
        "stage": "",
        "done": 0,
        "as_new": False,
        "created_at": now,
        "heartbeat": now,
        "runs": 0,
        **wished,
    }
    return read_job(connection.execute(insert(jobs).values(**values).returning(*COLUMNS)).one())


def get(database: Database, job_id: str, account_id: str) -> Job | None:
    """Return a listener's job; None where there is none, or it is somebody else's."""
    wanted = select(*COLUMNS).where(jobs.c.id == job_id, jobs.c.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return read_job(row) if row else None


def count_done(database: Database, account_id: str) -> int:
    """Return how many of the account's jobs have made, refreshed or saved a playlist or a draft."""
    wanted = select(func.count()).where(jobs.c.account_id == account_id, has_made)
    with database.reading() as connection:
        n_done: int = connection.scalar(wanted) or 0
    return n_done


def get_live(database: Database, account_id: str) -> Job | None:
    """Return the account's one job that has not ended; None if there is none."""
    with database.reading() as connection:
        return select_live(connection, account_id)


def select_live(connection: Connection, account_id: str) -> Job | None:
    """Return the account's one job that has not ended, within a transaction of the caller's."""
    row = connection.execute(_LIVE, {"account_id": account_id}).one_or_none()
    return read_job(row) if row else None


def list_possible_creators(database: Database, job: Job) -> list[Job]:
    """Return the jobs that may have created a playlist of which we have no row, oldest first.

    Those are the listener's jobs that ended without a playlist since the last
    that had one, and this job itself where it has run before. One that only
    makes a draft creates none.
    """
    is_of_listener = (jobs.c.account_id == job.account_id) & jobs.c.kind.in_(WRITING)
    # Whichever job got a playlist has looked for those that earlier jobs may have created.
    last_with_playlist = (
        select(func.max(jobs.c.created_at))
        .where(is_of_listener, jobs.c.playlist_id.is_not(None))
        .scalar_subquery()
    )
    wanted = (
        select(*COLUMNS)
        .where(is_of_listener, jobs.c.playlist_id.is_(None), jobs.c.state.in_(["failed", "cancelled"]))
        .where((jobs.c.created_at > last_with_playlist) | last_with_playlist.is_(None))
        .order_by(jobs.c.created_at)
    )
    with database.reading() as connection:
        ended = [read_job(row) for row in connection.execute(wanted)]
    return [*ended, job] if job.runs > 1 or job.calls else ended


def is_half_written(database: Database, playlist_id: str) -> bool:
    """Return whether the last job that was about to write a playlist has not got to the end, or not yet.

    Then the playlist may hold any of the songs that are noted, in part.
    """
    wanted = (
        select(jobs.c.state)
        .where(jobs.c.playlist_id == playlist_id, jobs.c.kind.in_(WRITING))
        .order_by(jobs.c.created_at.desc())
        .limit(1)
    )
    with database.reading() as connection:
        return connection.scalar(wanted) not in ("done", None)


def list_due(database: Database) -> list[Job]:
    """Return every job that a runner may claim now, oldest first."""
    wanted = select(*COLUMNS).where(is_due(database.clock.now())).order_by(jobs.c.created_at)
    with database.reading() as connection:
        return [read_job(row) for row in connection.execute(wanted)]


def measure_wait(database: Database) -> timedelta:
    """Return how long nobody has worked on the job that waits longest; zero where none waits.

    A job whose runner has died waits, too; one that is parked does not.
    """
    now = database.clock.now()
    wanted = select(func.min(jobs.c.heartbeat)).where(is_free(now), jobs.c.state != "parked")
    with database.reading() as connection:
        since: datetime | None = connection.scalar(wanted)
    return max(now - since, timedelta(0)) if since else timedelta(0)


def count_live(database: Database) -> dict[str, int]:
    """Return how many jobs wait, run and are parked."""
    wanted = select(jobs.c.state, func.count()).where(is_live).group_by(jobs.c.state)
    with database.reading() as connection:
        found = {state: number for state, number in connection.execute(wanted)}
    return {state: found.get(state, 0) for state in LIVE}


def count_ended(database: Database, within: timedelta) -> list[Ended]:
    """Return how many jobs have ended lately, those of each outcome together, the most first."""
    n_jobs = func.count().label("n_jobs")
    wanted = (
        select(jobs.c.kind, jobs.c.state, jobs.c.error, n_jobs)
        .where(~is_live, jobs.c.heartbeat > database.clock.now() - within)
        .group_by(jobs.c.kind, jobs.c.state, jobs.c.error)
        .order_by(n_jobs.desc(), jobs.c.kind, jobs.c.state, jobs.c.error)
    )
    with database.reading() as connection:
        return [Ended(*row) for row in connection.execute(wanted)]


def cancel(database: Database, job_id: str, account_id: str) -> bool:
    """Cancel a listener's job: at once where no runner holds it, else when its runner next reports.

    Returns False where the job has ended, or is somebody else's.
    """
    state = case((is_free(database.clock.now()), "cancelled"), else_=jobs.c.state)
    change = (
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.account_id == account_id, is_live)
        .values(state=state, cancel_asked=True, parked_until=None)
    )
    with database.writing() as connection:
        return connection.execute(change).rowcount == 1
