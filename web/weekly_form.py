"""The form that sets when a playlist is refreshed every week."""

from collections.abc import Mapping
from typing import TypedDict
from zoneinfo import available_timezones

from flask import abort

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class WeeklyTime(TypedDict):
    """A day and an hour of the week, where the listener lives: `weekday` counts from 0, Monday."""

    weekday: int
    hour: int
    time_zone: str


def read_weekly(form: Mapping[str, str]) -> WeeklyTime:
    """Read the form; a time zone that nobody knows, as of an odd browser, is UTC."""
    weekday, hour = form.get("weekday", ""), form.get("hour", "")
    if not (weekday in set("0123456") and hour.isascii() and hour.isdecimal() and int(hour[:3]) < 24):
        abort(400, "Please choose a day of the week and a full hour.")
    time_zone = form.get("time_zone", "")
    return WeeklyTime(
        weekday=int(weekday),
        hour=int(hour),
        time_zone=time_zone if time_zone in available_timezones() else "UTC",
    )
