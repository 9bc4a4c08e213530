"""How much is made for one listener in an hour and a day: all listeners share what Spotify lets us ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, func, select

from store.errors import TooMuchMade
from store.tables import jobs, libraries

#: What a job asks of Spotify besides reading a library whole: what is new there, the playlist, the writing.
USUAL_CALLS = 20
SONGS_A_CALL = 50


@dataclass(frozen=True)
class Allowance:
    """What is done for one listener within a time."""

    within: timedelta
    calls: int
    jobs: int


ALLOWANCES = (
    Allowance(timedelta(hours=1), calls=200, jobs=60),
    Allowance(timedelta(days=1), calls=1_000, jobs=200),
)


def require_allowance(connection: Connection, now: datetime, account_id: str, reread: bool) -> None:
    """Check that another job of a listener stays within what is allowed, in a transaction of the caller's.

    A job that comes first is always allowed, however large the library that it
    reads: its calls count for those that follow. All calls of a job count from
    its last sign of life.

    Parameters
    ----------
    reread : whether the job reads the whole library again

    Raises
    ------
    TooMuchMade
        If it does not, with the time from which it does.
    """
    done = jobs.c.heartbeat, jobs.c.calls
    wanted = select(*done).where(jobs.c.account_id == account_id).order_by(jobs.c.heartbeat.desc())
    longest = max(allowance.within for allowance in ALLOWANCES)
    made = connection.execute(wanted.where(jobs.c.heartbeat > now - longest)).all()
    needed = USUAL_CALLS + ceil(_count_unread(connection, account_id, reread) / SONGS_A_CALL)
    until = now
    for allowance in ALLOWANCES:
        calls = 0
        # Newest first: the first job with which it is too much must have left before there is room.
        for number, job in enumerate(made, start=1):
            calls += job.calls
            if number >= allowance.jobs or (calls and calls + needed > allowance.calls):
                until = max(until, job.heartbeat + allowance.within)
                break
    if until > now:
        raise TooMuchMade(f"no job before {until}", until)


def _count_unread(connection: Connection, account_id: str, reread: bool) -> int:
    """Return how many songs of the library are still to be read, as far as is known."""
    kept = libraries.c
    wanted = select(kept.total, kept.full_read_at, func.json_array_length(kept.songs).label("n_known"))
    row = connection.execute(wanted.where(kept.account_id == account_id)).one_or_none()
    if row is None:
        return 0
    if reread:
        return int(row.total)
    return 0 if row.full_read_at else max(row.total - row.n_known, 0)
