"""Weekly refreshes: which playlist is refreshed every week, when next, and whether it went well."""

import logging
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sqlalchemy import ColumnElement, Connection, bindparam, delete, false, select, true, update

from store import rows
from store.allowance import require_allowance
from store.database import Database
from store.errors import AccountForgotten, TooMuchMade
from store.job import Job
from store.jobs import insert_waiting, select_live
from store.tables import jobs, weekly_refreshes

log = logging.getLogger(__name__)

#: After so many failures, one after the other, it is put on hold.
MAX_FAILURES = 3
#: Errors that the next week would bring again: only the listener can end them, so it is put on hold at once.
LASTING = frozenset({"PlaylistGone", "NotKept"})
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WeeklyRefresh:
    """The refresh of one playlist at an hour of a weekday, 0 is Monday, by the clocks of the listener's zone.

    `next_at` is when it is due. `n_failures` counts those since the last that
    went well; one on hold is due no more until the listener sets it again.
    """

    account_id: str
    playlist_id: str
    weekday: int
    hour: int
    time_zone: str
    next_at: datetime
    n_failures: int
    is_on_hold: bool


_kept = weekly_refreshes.c
_COLUMNS = [_kept[each.name] for each in fields(WeeklyRefresh)]
_BY_ACCOUNT = select(*_COLUMNS).where(_kept.account_id == bindparam("account_id"))


def turn_on(
    database: Database, account_id: str, playlist_id: str, weekday: int, hour: int, time_zone: str
) -> WeeklyRefresh:
    """Save when a listener's playlist is refreshed, in place of what was set before; it is on hold no longer.

    Parameters
    ----------
    weekday : from 0, Monday
    hour : from 0 to 23
    time_zone : its name in the IANA database, as "Europe/Lisbon"

    Raises
    ------
    ValueError
        If there is no such weekday, hour or time zone.
    AccountForgotten
        If the account was deleted.
    """
    if not (0 <= weekday < 7 and 0 <= hour < 24):
        raise ValueError(f"there is no hour {hour} of weekday {weekday}")
    if time_zone not in available_timezones():
        raise ValueError(f"there is no time zone {time_zone!r}")
    next_at = find_next(weekday, hour, time_zone, database.clock.now())
    refresh = WeeklyRefresh(account_id, playlist_id, weekday, hour, time_zone, next_at, 0, False)
    with database.writing() as connection:
        rows.require_account(connection, account_id)
        row = {each.name: getattr(refresh, each.name) for each in fields(WeeklyRefresh)}
        rows.upsert(connection, weekly_refreshes, row)
    return refresh


def turn_off(database: Database, account_id: str) -> None:
    """Delete a listener's weekly refresh, if there is one."""
    with database.writing() as connection:
        connection.execute(delete(weekly_refreshes).where(_kept.account_id == account_id))


def get(database: Database, account_id: str) -> WeeklyRefresh | None:
    """Return a listener's weekly refresh; None where it is off."""
    with database.reading() as connection:
        row = connection.execute(_BY_ACCOUNT, {"account_id": account_id}).one_or_none()
    return WeeklyRefresh(*row) if row else None


def list_due(database: Database) -> list[WeeklyRefresh]:
    """Return every refresh whose time has come, the one that waits longest first."""
    is_due = (_kept.next_at <= database.clock.now()) & (_kept.is_on_hold == false())
    with database.reading() as connection:
        found = connection.execute(select(*_COLUMNS).where(is_due).order_by(_kept.next_at))
        return [WeeklyRefresh(*row) for row in found]


def start_job(database: Database, refresh: WeeklyRefresh) -> Job | None:
    """Start the job of a refresh that is due, and set when it is due next: of several that try, one does.

    A week in which nobody was there to start it is not made up for. Returns None
    where another has started it, the listener has changed it meanwhile, or has
    a live job, or had too much made, after which it is started, or has disconnected. One whose time zone
    is not known here is put on hold instead.
    """
    now = database.clock.now()
    try:
        next_at = find_next(refresh.weekday, refresh.hour, refresh.time_zone, now)
    except ZoneInfoNotFoundError:
        log.error("a weekly refresh is put on hold: there is no time zone %r here", refresh.time_zone)
        _put_on_hold(database, refresh)
        return None
    is_as_listed = (_kept.next_at == refresh.next_at) & (_kept.playlist_id == refresh.playlist_id)
    advance = update(weekly_refreshes).where(_kept.account_id == refresh.account_id, is_as_listed)
    with database.writing() as connection:
        try:
            rows.require_account(connection, refresh.account_id, exclusive=True)
        except AccountForgotten:
            return None
        if select_live(connection, refresh.account_id):
            return None
        try:
            require_allowance(connection, database, refresh.account_id, reread=False)
        except TooMuchMade:
            return None
        if not connection.execute(advance.values(next_at=next_at)).rowcount:
            return None
        return insert_waiting(
            connection, now, refresh.account_id, kind="weekly", draft_of=refresh.playlist_id, on_change="keep"
        )


def note_success(connection: Connection, job_id: str) -> None:
    """Forget the failures where this job was a weekly refresh, in a transaction of the caller's."""
    connection.execute(update(weekly_refreshes).where(_is_refreshed_by(job_id)).values(n_failures=0))


def note_failure(connection: Connection, job_id: str, error: str) -> None:
    """Count a failure where this job was a weekly refresh; a lasting one, or too many, put it on hold."""
    counted = update(weekly_refreshes).where(_is_refreshed_by(job_id))
    n_failures = _kept.n_failures + 1
    is_on_hold = true() if error in LASTING else n_failures >= MAX_FAILURES
    connection.execute(counted.values(n_failures=n_failures, is_on_hold=is_on_hold))


def find_failure(database: Database, refresh: WeeklyRefresh) -> str | None:
    """Return the error of the last job of a weekly refresh; None where it went well, or there was none."""
    is_its = (jobs.c.draft_of == refresh.playlist_id) & (jobs.c.kind == "weekly")
    last = select(jobs.c.error).where(is_its).order_by(jobs.c.created_at.desc()).limit(1)
    with database.reading() as connection:
        error: str | None = connection.scalar(last)
    return error


def move(connection: Connection, old_id: str, new_id: str) -> None:
    """Refresh from now on the playlist that was made in place of one, in a transaction of the caller's."""
    change = update(weekly_refreshes).where(_kept.playlist_id == old_id)
    connection.execute(change.values(playlist_id=new_id))


def find_next(weekday: int, hour: int, time_zone: str, after: datetime) -> datetime:
    """Find the next time after a moment at which the clocks of a zone show this hour of this weekday.

    An hour that is skipped when the clocks go forward is the one after it; of
    one that comes twice, the first counts.
    """
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    # Times of one zone would be compared by their clocks, those in UTC are by moments.
    found = datetime.combine(day, time_of_day(hour), zone).astimezone(UTC)
    return found if found > after else datetime.combine(day + WEEK, time_of_day(hour), zone).astimezone(UTC)


def _put_on_hold(database: Database, refresh: WeeklyRefresh) -> None:
    is_it = (_kept.account_id == refresh.account_id) & (_kept.next_at == refresh.next_at)
    with database.writing() as connection:
        connection.execute(update(weekly_refreshes).where(is_it).values(is_on_hold=True))


def _is_refreshed_by(job_id: str) -> ColumnElement[bool]:
    is_it = (jobs.c.id == job_id) & (jobs.c.kind == "weekly")
    its_playlist = select(jobs.c.draft_of).where(is_it).scalar_subquery()
    return _kept.playlist_id == its_playlist
