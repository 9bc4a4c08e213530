"""A database for a test, with a clock that the test moves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import make_url

from store.clock import Clock
from store.database import open_database

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = Fernet.generate_key().decode()


class FakeClock(Clock):
    """A clock that moves only when it is told to."""

    def __init__(self, at=START):
        self.at = at

    def now(self):
        return self.at

    def move(self, **by):
        self.at += timedelta(**by)

    def wait(self, seconds, cancelled=None):
        self.move(seconds=seconds)
        return cancelled is not None and cancelled.is_set()


def open_store(url, keys=(KEY,)):
    return open_database(url, keys, FakeClock())


def bytes_on_disk(request, url):
    """Return everything that the database has written so far, the write-ahead log included."""
    if url.startswith("postgresql"):
        return request.getfixturevalue("postgresql").bytes_on_disk()
    file = Path(make_url(url).database)
    assert file.with_name("store.db-wal").exists()
    return b"".join(path.read_bytes() for path in file.parent.glob("store.db*"))
