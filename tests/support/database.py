"""A database for a test, with a clock that the test moves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet
from sqlalchemy import make_url

from store import engine as engines
from store import schema
from store.clock import Clock
from store.database import open_database
from store.drafts import DraftStep
from store.playlists import Playlist
from store.record import LibraryCounts, PlaylistRecord

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = Fernet.generate_key().decode()
#: A playlist of Lisa's, with nothing to tell of it.
PLAYLIST = Playlist(
    "p1",
    "lisa",
    "New songs",
    START,
    PlaylistRecord((), (), LibraryCounts(0, 0, 0, 0)),
    ("s1", "s2"),
    "https://example.org/p1",
)
#: A step of a draft of it.
STEP = DraftStep(0, START, "renamed", "Old songs", "Newer songs", PLAYLIST.record)


class FakeClock(Clock):
    """A clock that moves only when it is told to."""

    def __init__(self, at=START):
        self.at = at
        self.passed_s = 0.0
        self._later = []

    def now(self):
        return self.at

    def measure(self):
        return self.passed_s

    def move(self, **by):
        """Let time pass."""
        self.at += timedelta(**by)
        self.passed_s += timedelta(**by).total_seconds()
        due = [act for passed_s, act in self._later if passed_s <= self.passed_s]
        self._later = [later for later in self._later if later[0] > self.passed_s]
        for act in due:
            act()

    def do_after(self, seconds, act):
        """Have something done once so many seconds have passed."""
        self._later.append((self.passed_s + seconds, act))

    def set_back(self, **by):
        """Set the clock back, as a wrong time server does: no time passes."""
        self.at -= timedelta(**by)

    def wait(self, seconds, cancelled=None):
        self.move(seconds=seconds)
        return cancelled is not None and cancelled.is_set()


def open_store(url, keys=(KEY,)):
    return open_database(url, keys, FakeClock())


def migrate_to(url, version):
    """Change the tables with Alembic alone."""
    engine = engines.connect(url)
    with engines.begin_exclusive(engine) as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        command.upgrade(config, version)
    engine.dispose()


def bytes_on_disk(request, url):
    """Return everything that the database has written so far, the write-ahead log included."""
    if url.startswith("postgresql"):
        return request.getfixturevalue("postgresql").bytes_on_disk()
    file = Path(make_url(url).database)
    assert file.with_name("store.db-wal").exists()
    return b"".join(path.read_bytes() for path in file.parent.glob("store.db*"))
