"""The source of the time, which tests replace."""

import time
from datetime import UTC, datetime, timedelta
from threading import Event

from sqlalchemy import ColumnElement

#: By how much the clocks of several machines may differ.
MAX_AHEAD = timedelta(seconds=10)


class Clock:
    """The time of the machine."""

    def now(self) -> datetime:
        """Return the present time, in UTC."""
        return datetime.now(UTC)

    def measure(self) -> float:
        """Return the seconds since some moment, for durations of one process: nobody sets them."""
        return time.monotonic()

    def wait(self, seconds: float, cancelled: Event | None = None) -> bool:
        """Wait for `seconds`; return True, at once, if `cancelled` is set before they are over."""
        return (cancelled or Event()).wait(seconds)


def is_ahead(noted: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """Build the SQL condition that a time that was the present when it was noted is still to come.

    Then the clock was set back since, and nothing is known of how long ago that was.
    """
    return noted > now + MAX_AHEAD
