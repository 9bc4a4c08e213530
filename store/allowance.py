"""How much is made for one listener in an hour and a day: all listeners share what Spotify lets us ask.

What is made counts by the jobs. What they no longer tell is noted apart, under a
keyed hash of the account's id and for a day: so disconnecting does not begin a new
count, and nobody can tell from it who was here.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from sqlalchemy import Connection, Select, delete, func, insert, select

from store.clock import is_ahead
from store.database import Database
from store.errors import BudgetSpent, TooMuchMade
from store.tables import has_made, jobs, libraries, spent

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
LONGEST = max(allowance.within for allowance in ALLOWANCES)
# No job does more at a time, however much it has left to do.
MAX_CALLS = min(allowance.calls for allowance in ALLOWANCES)


class Made(NamedTuple):
    """When something was made for a listener, and by how many calls."""

    at: datetime
    calls: int


def require_allowance(connection: Connection, database: Database, account_id: str, reread: bool) -> None:
    """Check that another job of a listener stays within what is allowed, in a transaction of the caller's.

    A job that comes first may always begin, however large the library that it
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
    made = _list_made(connection, database, account_id)
    needed = _count_needed(_count_unread(connection, account_id, reread))
    now = database.clock.now()
    ends = [
        made[allowance.jobs - 1].at + allowance.within
        for allowance in ALLOWANCES
        if len(made) >= allowance.jobs
    ]
    until = max(_find_room(made, needed, now), *ends, now)
    if until > now:
        raise TooMuchMade(f"no job before {until}", until)


def find_room(database: Database, job_id: str, account_id: str, calls: int, n_unread: int) -> datetime:
    """Return when a job that has made as many calls as it may can go on: now, or once others no longer count.

    Parameters
    ----------
    calls : those that count as the job's own
    n_unread : songs of the library that it has still to read
    """
    now = database.clock.now()
    with database.reading() as connection:
        made = _list_made(connection, database, account_id, but=job_id)
    return _find_room([Made(now, calls), *made], min(_count_needed(n_unread), MAX_CALLS), now)


def count_left(database: Database, job_id: str, account_id: str) -> int | None:
    """Return how many calls a job may make until it writes; None where it may make as many as it needs.

    That is only for reading a listener's library for the first time, which is as
    large as it is: nothing was made for them before, and nothing spent by an
    account that they have disconnected. What is left for the writing is kept back.
    """
    with database.reading() as connection:
        made = _list_made(connection, database, account_id, but=job_id)
        if _is_first(connection, database, job_id, account_id):
            return None
    now = database.clock.now()
    spent_within = {each: sum(job.calls for job in made if job.at > now - each.within) for each in ALLOWANCES}
    return min(each.calls - int(calls) for each, calls in spent_within.items()) - USUAL_CALLS


def count_all(database: Database) -> int:
    """Return how many calls the jobs of all listeners have made within a day."""
    with database.reading() as connection:
        return sum(
            connection.scalar(select(func.coalesce(func.sum(made.subquery().c.calls), 0))) or 0
            for made in _select_made(database)
        )


def require_budget(database: Database, max_calls: int) -> None:
    """Check that another call stays within what the app may make in a day for all listeners.

    All calls of a job count from its last sign of life; those that runs have not reported
    yet, a page of a library each, are not counted.

    Parameters
    ----------
    max_calls : 0 where there is no such limit

    Raises
    ------
    BudgetSpent
        If it does not, with the time from which there is room for a job.
    """
    # Each report of each job asks this: only where it is no are the rows themselves read.
    if not max_calls or count_all(database) < max_calls:
        return
    calls = 0
    # Newest first: the first row with which there is no room must have left.
    for row in _list_all(database):
        calls += row.calls
        if calls + USUAL_CALLS > max_calls:
            raise BudgetSpent(f"{max_calls} calls for all listeners within a day", row.at + LONGEST)


def note_spent(connection: Connection, database: Database, account_id: str, at: datetime, calls: int) -> None:
    """Note calls that the jobs of an account will no longer tell, in a transaction of the caller's."""
    connection.execute(insert(spent).values(who=hide_account(database, account_id), at=at, calls=calls))


def note_all_spent(connection: Connection, database: Database, account_id: str) -> None:
    """Note what was made for an account that is about to be deleted, in a transaction of the caller's.

    A job that runs counts as a usual one at least: it may ask a little more before it is told.
    """
    since = database.clock.now() - LONGEST
    wanted = select(jobs.c.heartbeat, jobs.c.state, _counted)
    for job in connection.execute(wanted.where(jobs.c.account_id == account_id, jobs.c.heartbeat > since)):
        calls = max(job.calls, USUAL_CALLS) if job.state == "running" else job.calls
        note_spent(connection, database, account_id, job.heartbeat, calls)


def purge(database: Database) -> None:
    """Delete what was noted more than a day ago."""
    is_old = spent.c.at <= database.clock.now() - LONGEST
    with database.reading() as connection:
        if connection.execute(select(spent.c.number).where(is_old).limit(1)).first() is None:
            return
    with database.writing() as connection:
        connection.execute(delete(spent).where(is_old))


# Of a job that was parked for it, only what it has asked since; the rest is noted apart.
_counted = (jobs.c.calls - jobs.c.calls_noted).label("calls")


def _find_room(made: Sequence[Made], needed: int, now: datetime) -> datetime:
    """Return from when so many calls stay within what is allowed; `made` has the newest first."""
    until = now
    for allowance in ALLOWANCES:
        calls = 0
        for each in made:
            calls += each.calls
            if calls and calls + needed > allowance.calls:
                # The first with which it is too much must have left before there is room.
                until = max(until, each.at + allowance.within)
                break
    return until


def _count_needed(n_unread: int) -> int:
    return USUAL_CALLS + ceil(n_unread / SONGS_A_CALL)


def _list_made(connection: Connection, database: Database, account_id: str, but: str = "") -> list[Made]:
    """Return what was made for a listener within the longest time that counts, newest first."""
    of_jobs, noted = _select_made(database)
    of_jobs = of_jobs.where(jobs.c.account_id == account_id, jobs.c.id != but)
    return _read_made(connection, of_jobs, noted.where(spent.c.who == hide_account(database, account_id)))


def _list_all(database: Database) -> list[Made]:
    """Return what was made for anybody within the longest time that counts, newest first."""
    with database.reading() as connection:
        return _read_made(connection, *_select_made(database))


def _select_made(database: Database) -> tuple[Select[datetime, int], Select[datetime, int]]:
    """Build the queries for what counts by the jobs, and for what is noted apart, of all listeners."""
    now = database.clock.now()
    since = now - LONGEST
    # What was noted in the future is of before the clock was set back, nobody knows how long.
    of_jobs = select(jobs.c.heartbeat.label("at"), _counted).where(
        jobs.c.heartbeat > since, ~is_ahead(jobs.c.heartbeat, now)
    )
    noted = select(spent.c.at, spent.c.calls).where(spent.c.at > since, ~is_ahead(spent.c.at, now))
    return of_jobs, noted


def _read_made(connection: Connection, *queries: Select[datetime, int]) -> list[Made]:
    made = [Made(*row) for query in queries for row in connection.execute(query)]
    return sorted(made, key=lambda each: each.at, reverse=True)


def _is_first(connection: Connection, database: Database, job_id: str, account_id: str) -> bool:
    """Return whether nothing was made for a listener before a job, and their library not read to its end."""
    # What the app's budget interrupts is noted, too, and is still the first reading.
    own = connection.scalar(select(jobs.c.calls_noted).where(jobs.c.id == job_id)) or 0
    noted = select(func.coalesce(func.sum(spent.c.calls), 0)).where(
        spent.c.who == hide_account(database, account_id)
    )
    if (connection.scalar(noted) or 0) > own:
        return False
    kinds = (
        select(jobs.c.id).where(jobs.c.account_id == account_id, has_made),
        select(libraries.c.account_id).where(
            libraries.c.account_id == account_id, libraries.c.full_read_at.is_not(None)
        ),
    )
    return all(connection.execute(kind.limit(1)).first() is None for kind in kinds)


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


def hide_account(database: Database, account_id: str) -> str:
    """Return the code under which what was made for an account is noted: it names nobody without our key."""
    return hmac.new(database.hiding_key, account_id.encode(), hashlib.sha256).hexdigest()
