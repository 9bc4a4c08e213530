"""Where the time comes from, so that a test can bring its own."""

from datetime import UTC, datetime


class Clock:
    """The time of the machine."""

    def now(self) -> datetime:
        """Give the present moment, in UTC."""
        return datetime.now(UTC)
