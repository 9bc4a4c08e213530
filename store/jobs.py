"""The listener's side of the jobs: starting, finding and cancelling; the runner's side is `store.runs`."""

import secrets

from sqlalchemy import Connection, case, func, insert, select, update

from store import rows
from store.database import Database
from store.job import COLUMNS, Job, is_due, is_free
from store.tables import is_live, jobs


def start(
    database: Database,
    account_id: str,
    as_new: bool = False,
    reread: bool = False,
    preset: str | None = None,
) -> tuple[Job, bool]:
    """Return the account's live job, or start one where there is none; and whether it is new.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    now = database.clock.now()
    values = {
        "id": secrets.token_urlsafe(16),
        "account_id": account_id,
        "state": "waiting",
        "stage": "",
        "done": 0,
        "as_new": as_new,
        "reread": reread,
        "preset": preset,
        "created_at": now,
        "heartbeat": now,
        "runs": 0,
    }
    with database.writing() as connection:
        # SQLite has one writer at a time. In PostgreSQL the account's row is the lock.
        rows.require_account(connection, account_id, exclusive=True)
        if live := _select_live(connection, account_id):
            return live, False
        row = connection.execute(insert(jobs).values(**values).returning(*COLUMNS)).one()
    return Job(*row), True


def get(database: Database, job_id: str, account_id: str) -> Job | None:
    """Return a listener's job; None where there is none, or it is somebody else's."""
    wanted = select(*COLUMNS).where(jobs.c.id == job_id, jobs.c.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return Job(*row) if row else None


def count_calls(database: Database, playlist_id: str) -> int:
    """Return how many calls to Spotify the last job that wrote a playlist made; 0 where that is unknown."""
    wanted = (
        select(jobs.c.calls)
        .where(jobs.c.playlist_id == playlist_id, jobs.c.state == "done")
        .order_by(jobs.c.created_at.desc())
        .limit(1)
    )
    with database.reading() as connection:
        calls: int = connection.scalar(wanted) or 0
    return calls


def get_last_preset(database: Database, account_id: str) -> str | None:
    """Return the preset of the account's last job; None before the first, and where it had none."""
    wanted = select(jobs.c.preset).where(jobs.c.account_id == account_id)
    with database.reading() as connection:
        preset: str | None = connection.scalar(wanted.order_by(jobs.c.created_at.desc()).limit(1))
    return preset


def count_done(database: Database, account_id: str) -> int:
    """Return how many of the account's jobs have made or refreshed a playlist."""
    wanted = select(func.count()).where(jobs.c.account_id == account_id, jobs.c.state == "done")
    with database.reading() as connection:
        n_done: int = connection.scalar(wanted) or 0
    return n_done


def get_live(database: Database, account_id: str) -> Job | None:
    """Return the account's one job that has not ended; None if there is none."""
    with database.reading() as connection:
        return _select_live(connection, account_id)


def list_possible_creators(database: Database, job: Job) -> list[Job]:
    """Return the jobs that may have created a playlist of which we have no row, oldest first.

    Those are the listener's jobs that ended without a playlist since the last
    that had one, and this job itself where it has run before.
    """
    is_of_listener = jobs.c.account_id == job.account_id
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
        ended = [Job(*row) for row in connection.execute(wanted)]
    return [*ended, job] if job.runs > 1 or job.calls else ended


def list_due(database: Database) -> list[Job]:
    """Return every job that a runner may claim now, oldest first."""
    wanted = select(*COLUMNS).where(is_due(database.clock.now())).order_by(jobs.c.created_at)
    with database.reading() as connection:
        return [Job(*row) for row in connection.execute(wanted)]


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


def _select_live(connection: Connection, account_id: str) -> Job | None:
    wanted = select(*COLUMNS).where(jobs.c.account_id == account_id, is_live)
    row = connection.execute(wanted).one_or_none()
    return Job(*row) if row else None
