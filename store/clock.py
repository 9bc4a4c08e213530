"""Where the time comes from, so that a test can bring its own."""

from datetime import UTC, datetime
from threading import Event


class Clock:
    """The time of the machine."""

    def now(self) -> datetime:
        """Give the present moment, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float, cancelled: Event | None = None) -> bool:
        """Let the time pass; True, and at once, where it was cancelled meanwhile."""
        return (cancelled or Event()).wait(seconds)
