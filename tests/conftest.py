"""What many tests share: the stand-in Spotify as a real server, an invented catalogue, the website."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from formats.library_csv import read_library
from invented.catalogue import write_invented_catalogue
from recommender.song import Song
from standin.state import State
from tests.support import fault_table, memory_folder, outage_table, parallel, tracing
from tests.support.database import FakeClock
from tests.support.needs import needs
from tests.support.secret_search import pytest_runtest_teardown, pytest_terminal_summary, serve  # noqa: F401 - two are hooks
from tests.support.songs import as_csv, kaggle_rows
from tests.support.standin import (
    CLIENT_ID,
    CLIENT_SECRET,
    N_SONGS,
    REDIRECT_URI,
    Clock,
    Standin,
    made_up_songs,
)
from tests.support.website import Website, settings_for
from training.train import train

pytest_plugins = ["tests.support.servers"]

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Set up what all tests share: English commands, files in memory where possible, tables at the end, coverage."""
    # Whatever the terminal asks for.
    os.environ["LANGUAGE"] = "en"
    # A machine that does much else is late now and then: how long an example takes is no test.
    too_slow = hypothesis.HealthCheck.too_slow
    hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[too_slow])
    hypothesis.settings.load_profile("untimed")
    memory_folder.use()
    config.pluginmanager.register(fault_table)
    config.pluginmanager.register(outage_table)
    config.pluginmanager.register(parallel)
    config.pluginmanager.register(tracing)


@pytest.fixture
def shared_data() -> Path:
    """The folder with the real data, beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    needs("shared", folder.is_dir(), "the real data is not beside the project (../shared/data)")
    return folder


@pytest.fixture
def standin() -> Iterator[Standin]:
    """A stand-in with an app registered for `/callback` on 127.0.0.1, whatever the port."""
    clock = Clock()
    state = State(made_up_songs(N_SONGS), CLIENT_ID, CLIENT_SECRET, (REDIRECT_URI,), now=clock.now)
    with serve(state) as running:
        yield Standin(running, clock)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of 60 songs, which no test may change."""
    folder = tmp_path_factory.mktemp("trained")
    data = folder / "data.csv"
    data.write_text(as_csv(kaggle_rows(60)), encoding="utf-8")
    train([data], folder / "models")
    return folder / "models"


@pytest.fixture
def models(trained: Path, tmp_path: Path) -> Path:
    """A build that a test may damage."""
    return Path(shutil.copytree(trained, tmp_path / "models"))


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
def make_site(invented: Path, invented_songs: list[Song], tmp_path: Path) -> Iterator[Callable[..., Website]]:
    """Make a website with other settings than usual: `make_site(PLAYLIST_NAME="...")`.

    Its stand-in goes by the same clock, so that moving it moves both.
    """
    songs = list(invented_songs)
    clock = FakeClock(datetime.now(UTC))
    redirect_uris = (REDIRECT_URI, "https://songs.example/callback")
    state = State(songs, CLIENT_ID, CLIENT_SECRET, redirect_uris, now=lambda: clock.now().timestamp())
    with serve(state) as running:

        def make(**others: str) -> Website:
            settings = settings_for(running, invented / "models", tmp_path, **others)
            return Website(settings, running, songs, clock)

        yield make


@pytest.fixture
def site(make_site: Callable[..., Website]) -> Website:
    """The whole application against a stand-in that knows the invented catalogue."""
    return make_site()
