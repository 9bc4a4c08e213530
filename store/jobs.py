"""The listener's side of the jobs: what is being made for whom; the runner's is `store.runs`."""

import secrets

from sqlalchemy import Connection, case, func, insert, select, update

from store import rows, tables
from store.database import Database
from store.job import COLUMNS, Job, is_due, is_free
from store.job import kept as _jobs


def start(
    database: Database, account_id: str, as_new: bool = False, reread: bool = False
) -> tuple[Job, bool]:
    """Give the account's live job, or a new one where there is none; and whether it is new.

    Raises
    ------
    AccountForgotten
        If the account is not there any more.
    """
    now = database.clock.now()
    fresh = {
        "id": secrets.token_urlsafe(16),
        "account_id": account_id,
        "state": "waiting",
        "stage": "",
        "done": 0,
        "as_new": as_new,
        "reread": reread,
        "created_at": now,
        "heartbeat": now,
        "runs": 0,
    }
    with database.writing() as connection:
        # SQLite has one writer at a time. Elsewhere the account's row is the lock.
        rows.require_account(connection, account_id, alone=True)
        if live := _select_live(connection, account_id):
            return live, False
        row = connection.execute(insert(tables.jobs).values(**fresh).returning(*COLUMNS)).one()
    return Job(*row), True


def get(database: Database, job_id: str, account_id: str) -> Job | None:
    """Give a listener's job; None where there is none, or it is somebody else's."""
    wanted = select(*COLUMNS).where(_jobs.id == job_id, _jobs.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return Job(*row) if row else None


def calls_for(database: Database, playlist_id: str) -> int:
    """Give how many calls to Spotify the job made that wrote a playlist last; 0 where that is not known."""
    wanted = (
        select(_jobs.calls)
        .where(_jobs.playlist_id == playlist_id, _jobs.state == "done")
        .order_by(_jobs.created_at.desc())
        .limit(1)
    )
    with database.reading() as connection:
        calls: int = connection.scalar(wanted) or 0
    return calls


def get_live(database: Database, account_id: str) -> Job | None:
    """Give the account's job that has not ended, if there is one; there is never a second."""
    with database.reading() as connection:
        return _select_live(connection, account_id)


def may_have_created(database: Database, job: Job) -> list[Job]:
    """Give the jobs that may have created a playlist that is in no row, the oldest first.

    Those are the listener's that ended without one since the last that had
    one, and this job itself where it has run before.
    """
    hers = _jobs.account_id == job.account_id
    settled = select(func.max(_jobs.created_at)).where(hers, _jobs.playlist_id.is_not(None)).scalar_subquery()
    wanted = (
        select(*COLUMNS)
        .where(hers, _jobs.playlist_id.is_(None), _jobs.state.in_(["failed", "cancelled"]))
        .where((_jobs.created_at > settled) | settled.is_(None))
        .order_by(_jobs.created_at)
    )
    with database.reading() as connection:
        ended = [Job(*row) for row in connection.execute(wanted)]
    return [*ended, job] if job.runs > 1 or job.calls else ended


def due(database: Database) -> list[Job]:
    """Give every job that a runner may claim now, the oldest first."""
    wanted = select(*COLUMNS).where(is_due(database.clock.now())).order_by(_jobs.created_at)
    with database.reading() as connection:
        return [Job(*row) for row in connection.execute(wanted)]


def cancel(database: Database, job_id: str, account_id: str) -> bool:
    """End a listener's job, at once where nobody is at it; else its runner is told at its next report.

    False where the job has ended, or is somebody else's.
    """
    state = case((is_free(database.clock.now()), "cancelled"), else_=_jobs.state)
    hers = (_jobs.id == job_id) & (_jobs.account_id == account_id) & tables.is_live
    change = update(tables.jobs).where(hers).values(state=state, cancel_asked=True, parked_until=None)
    with database.writing() as connection:
        return connection.execute(change).rowcount == 1


def _select_live(connection: Connection, account_id: str) -> Job | None:
    wanted = select(*COLUMNS).where(_jobs.account_id == account_id, tables.is_live)
    row = connection.execute(wanted).one_or_none()
    return Job(*row) if row else None
