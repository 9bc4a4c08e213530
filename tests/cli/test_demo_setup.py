import socket
from pathlib import Path

import pytest

from cli import demo_setup
from cli.errors import CommandError
from formats.errors import FormatError
from formats.library_csv import read_library
from recommender.errors import BadDataset
from standin.listeners import choose_demo_listeners, read_listener
from standin.state import State


@pytest.fixture
def environment():
    """Two ports that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as web, socket.create_server(("127.0.0.1", 0)) as standin:
        return {"PORT": str(web.getsockname()[1]), "STANDIN_PORT": str(standin.getsockname()[1])}


def test_the_demo_starts_with_an_empty_database(environment, invented, tmp_path):
    first = demo_setup.prepare(tmp_path, environment, invented / "data.csv", library=None)
    file = Path(first.environment["DATABASE_URL"].removeprefix("sqlite:///"))
    for name in (file, file.with_suffix(".queue.db")):
        name.write_text("what an earlier demo left")

    second = demo_setup.prepare(tmp_path, environment, invented / "data.csv", library=None)

    assert second.environment["DATABASE_URL"] == first.environment["DATABASE_URL"]
    assert list(file.parent.iterdir()) == []


def test_the_demo_asks_nobody_outside_for_features(environment, invented, tmp_path):
    environment |= {"FEATURE_SOURCE": "reccobeats"}

    prepared = demo_setup.prepare(tmp_path, environment, invented / "data.csv", library=None).environment

    assert prepared["RECCOBEATS_URL"] == f"http://127.0.0.1:{environment['STANDIN_PORT']}/reccobeats/v1"


@pytest.mark.parametrize("has_library", [False, True], ids=["invented", "library"])
def test_the_operator_of_the_demo_is_its_first_listener(environment, invented, tmp_path, has_library):
    catalogue = invented / "data.csv"
    library = catalogue if has_library else None

    prepared = demo_setup.prepare(tmp_path, environment, catalogue, library).environment

    songs = read_library(catalogue)
    first = read_listener(library) if library else choose_demo_listeners(catalogue, songs)[0]
    state = State(songs, "demo", "secret", ("http://127.0.0.1/callback",))
    assert prepared["OPERATOR_ID"] == state.add_listener(first.name, first.saved).id


def test_the_demo_builds_its_models_once(environment, invented, tmp_path):
    first = demo_setup.prepare(tmp_path, environment, invented / "data.csv", library=None)
    manifest = Path(first.environment["MODELS_DIR"], "manifest.json")
    built_at = manifest.stat().st_mtime_ns

    second = demo_setup.prepare(tmp_path, environment, invented / "data.csv", library=None)

    assert second.environment["MODELS_DIR"] == first.environment["MODELS_DIR"]
    assert manifest.stat().st_mtime_ns == built_at


def test_a_catalogue_that_is_not_there_is_named(environment, tmp_path):
    with pytest.raises(BadDataset, match="there is no file"):
        demo_setup.prepare(tmp_path, environment, tmp_path / "none.csv", library=None)


def test_a_library_that_cannot_be_read_ends_before_anything_is_built(environment, tmp_path):
    with pytest.raises(FormatError, match="there is no file"):
        demo_setup.prepare(tmp_path, environment, data=None, library=tmp_path / "none.csv")

    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_named_with_the_remedy(environment, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        with pytest.raises(CommandError, match=f"port {port} .*STANDIN_PORT=8011"):
            demo_setup.prepare(tmp_path, environment | {"STANDIN_PORT": port}, data=None, library=None)


def test_the_demo_tells_what_it_read_of_a_library_of_any_kind(environment, invented, tmp_path, capsys):
    library = tmp_path / "YourLibrary.json"
    library.write_text(
        '{"tracks": [{"artist": "Cash", "track": "Hurt", "uri": ""}, null], "bannedTracks": []}'
    )

    prepared = demo_setup.prepare(tmp_path, environment, invented / "data.csv", library=library)

    assert "YourLibrary.json" in prepared.standin.command
    told = capsys.readouterr().err
    assert "YourLibrary.json: 1 song read. Left out: 1 entry without the name of a song." in told
