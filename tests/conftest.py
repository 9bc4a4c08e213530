"""What many tests share: the stand-in Spotify as a real server, and the data beside the project."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import fault_table
import pytest
from secret_search import pytest_runtest_teardown, pytest_terminal_summary, serve  # noqa: F401 - two are hooks
from website import FakeClock, Website, settings_for

from library_files import read_library
from recommender.song import Song
from recommender.train import train
from standin.invented import write_invented_catalogue
from standin.server import RunningStandin
from standin.state import APP_SCOPES, Listener, State

ROOT = Path(__file__).parents[1]
CLIENT_ID = "test-app"
CLIENT_SECRET = "a-secret-of-the-tests"
REDIRECT_URI = "http://127.0.0.1/callback"
N_SONGS = 60


def pytest_configure(config: pytest.Config) -> None:
    """Print the table of faults at the end of a run that tried some."""
    config.pluginmanager.register(fault_table)


def needs(name: str, is_present: bool, sentence: str) -> None:
    """Skip the test with this sentence, or fail it where the environment's REQUIRE names what is missing.

    REQUIRE is a list with commas, as in `REQUIRE=chromium,shared`, for
    machines on which nothing may be skipped unnoticed.
    """
    if is_present:
        return
    if name in os.environ.get("REQUIRE", "").split(","):
        pytest.fail(f"{name} is required here: {sentence}")
    pytest.skip(sentence)


@pytest.fixture
def shared_data() -> Path:
    """The folder with the real data, beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    needs("shared", folder.is_dir(), "the real data is not beside the project (../shared/data)")
    return folder


def made_up_songs(n_songs: int, first: int = 0) -> list[Song]:
    """Songs number `first` and on: ids of 22 digits, three songs per artist, two artists per year."""
    return [
        Song(
            id=f"{number:022d}",
            title=f"Song {number}",
            artists=(f"Artist {number // 3}",),
            year=1990 + number // 6 % 30,
            duration_ms=180_000 + 1000 * number,
            is_explicit=number % 10 == 0,
        )
        for number in range(first, first + n_songs)
    ]


@dataclass
class Clock:
    """The stand-in's time, in seconds since 1970; it stands still unless a test moves it."""

    seconds: float = 1_800_000_000.0

    def now(self) -> float:
        return self.seconds


class Standin:
    """A running stand-in of 60 songs, with short ways to what tests need of it."""

    def __init__(self, running: RunningStandin, clock: Clock) -> None:
        self.running = running
        self.state = running.state
        self.url = running.url
        self.clock = clock

    def add_listener(self, saved: int | Sequence[Song] = 0, name: str = "Lisa") -> Listener:
        """Make a listener with these saved songs, or with so many made-up ones, newest first."""
        songs = made_up_songs(saved) if isinstance(saved, int) else saved
        return self.state.add_listener(name, songs)

    def token_for(self, listener: Listener, scopes: Iterable[str] = APP_SCOPES) -> str:
        """Make an access token without the way through the browser."""
        return self.state.token_for(listener, scopes)

    def count(self, asked: str) -> int:
        """Count the requests so far that fit `"METHOD /path"`."""
        return self.state.count(asked)


@pytest.fixture
def standin() -> Iterator[Standin]:
    """A stand-in with an app registered for `/callback` on 127.0.0.1, whatever the port."""
    clock = Clock()
    state = State(made_up_songs(N_SONGS), CLIENT_ID, CLIENT_SECRET, (REDIRECT_URI,), now=clock.now)
    with serve(state) as running:
        yield Standin(running, clock)


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an invented catalogue of 3,000 songs (data.csv) and the models made of it (models/)."""
    folder = tmp_path_factory.mktemp("invented")
    data = write_invented_catalogue(folder, n_songs=3_000)
    train([data], folder / "models", folder / "data_w_genres.csv")
    return folder


@pytest.fixture(scope="session")
def invented_songs(invented: Path) -> list[Song]:
    """The songs of the invented catalogue."""
    return read_library(invented / "data.csv")


@pytest.fixture
def site_of(invented: Path, invented_songs: list[Song], tmp_path: Path) -> Iterator[Callable[..., Website]]:
    """Make a website with other settings than usual: `site_of(PLAYLIST_NAME="...")`.

    Its stand-in goes by the same clock, so that what is waited for there comes.
    """
    songs = list(invented_songs)
    clock = FakeClock()
    redirect_uris = (REDIRECT_URI, "https://songs.example/callback")
    state = State(songs, CLIENT_ID, CLIENT_SECRET, redirect_uris, now=lambda: clock.now().timestamp())
    with serve(state) as running:

        def make(**others: str) -> Website:
            settings = settings_for(running, invented / "models", tmp_path, **others)
            return Website(settings, running, songs, clock)

        yield make


@pytest.fixture
def site(site_of: Callable[..., Website]) -> Website:
    """The whole application against a stand-in that knows the invented catalogue."""
    return site_of()
