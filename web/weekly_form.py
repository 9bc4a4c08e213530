"""The form that sets when a playlist is refreshed every week, and why that is on hold."""

from collections.abc import Mapping
from typing import TypedDict
from zoneinfo import available_timezones

from flask import abort

from store import weekly
from store.job import UNFORESEEN
from web.context import context
from web.errors import collect_error_pages
from web.language import translate

WEEKDAYS, HOURS = frozenset(map(str, range(7))), frozenset(map(str, range(24)))


class WeeklyTime(TypedDict):
    """A day and an hour of the week, where the listener lives: `weekday` counts from 0, Monday."""

    weekday: int
    hour: int
    time_zone: str


def read_weekly(form: Mapping[str, str]) -> WeeklyTime:
    """Read the form; a time zone that nobody knows, as of an odd browser, is UTC."""
    weekday, hour = form.get("weekday", ""), form.get("hour", "")
    if not (weekday in WEEKDAYS and hour in HOURS):
        abort(400, translate("Please choose a day of the week and a full hour."))
    time_zone = form.get("time_zone", "")
    return WeeklyTime(
        weekday=int(weekday),
        hour=int(hour),
        time_zone=time_zone if time_zone in available_timezones() else "UTC",
    )


def explain_hold(account_id: str) -> str:
    """Return why a listener's weekly refresh is on hold, in a sentence; "" where it is not."""
    database = context().database
    refresh = weekly.get(database, account_id)
    if refresh is None or not refresh.is_on_hold:
        return ""
    if refresh.time_zone not in available_timezones():
        return translate("Your time zone is not known here.")
    pages = collect_error_pages()
    failure = weekly.find_failure(database, refresh) or UNFORESEEN
    return translate(pages.get(failure, pages[UNFORESEEN]).sentence)
