"""Who may read the files: nobody but the program's own user, whatever an earlier version left open."""

import os
import stat

import pytest

from startup import create_app, create_worker_queue
from store.private_files import close_to_others
from tests.support.website import settings_for


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def start(standin, invented, state):
    """Start a web process and a worker, as a user whose new files others may read."""

    def start_both():
        settings = settings_for(standin.running, invented / "models", state)
        create_app(settings)
        create_worker_queue(settings)

    before = os.umask(0o022)
    yield start_both
    os.umask(before)


def read_modes(folder):
    """Return the permissions of a folder and of what is in it, by name; those of the folder by "."."""
    paths = {".": folder, **{path.name: path for path in folder.iterdir()}}
    return {name: stat.S_IMODE(path.stat().st_mode) for name, path in paths.items()}


def test_what_is_made_is_closed_to_other_users(start, state):
    start()

    modes = read_modes(state)
    assert {"recommender.db", "recommender.db-wal", "recommender.db-shm", "recommender.queue.db"} < set(modes)
    assert modes.pop(".") == 0o700
    assert set(modes.values()) == {0o600}


def test_what_an_earlier_version_left_open_is_closed(start, state):
    start()
    state.chmod(0o755)
    for path in state.iterdir():
        path.chmod(0o644)

    start()

    modes = read_modes(state)
    assert modes.pop(".") == 0o700
    assert set(modes.values()) == {0o600}


def test_a_folder_of_several_users_stays_open(tmp_path):
    tmp_path.chmod(0o1777)

    close_to_others(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


def test_what_its_owner_may_not_write_stays_so(tmp_path):
    (tmp_path / "file").touch(0o444)

    close_to_others(tmp_path / "file")

    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o400
