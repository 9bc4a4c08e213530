"""The source of the time, which tests replace."""

from datetime import UTC, datetime
from threading import Event


class Clock:
    """The time of the machine."""

    def now(self) -> datetime:
        """Return the present time, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float, cancelled: Event | None = None) -> bool:
        """Wait for `seconds`; return True, at once, if `cancelled` is set before they are over."""
        return (cancelled or Event()).wait(seconds)
