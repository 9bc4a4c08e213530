import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from cli.environment import load_environment
from cli.processes import Companion, announce


def test_keys_are_made_once_and_for_the_owner_only(tmp_path):
    before = load_environment(tmp_path, make_keys=False)
    first = load_environment(tmp_path, make_keys=True)
    second = load_environment(tmp_path, make_keys=True)

    keys = tmp_path / "instance" / "keys.env"
    assert keys.stat().st_mode & 0o777 == 0o600
    assert before.get("SECRET_KEY") == os.environ.get("SECRET_KEY")
    assert len(first["SECRET_KEY"]) >= 32
    assert (first["SECRET_KEY"], first["TOKEN_KEYS"]) == (second["SECRET_KEY"], second["TOKEN_KEYS"])


@pytest.fixture
def without_settings(monkeypatch):
    for name in ("SECRET_KEY", "TOKEN_KEYS", "STATE_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("without_settings")
@pytest.mark.parametrize("place", ["kept here", "{}/elsewhere"])
def test_keys_are_kept_in_the_state_folder_that_the_settings_name(tmp_path, place):
    root, place = tmp_path / "project", place.format(tmp_path)
    root.mkdir()
    (root / ".env").write_text(f"STATE_DIR='{place}'\n")

    made = load_environment(root, make_keys=True)

    assert f"SECRET_KEY={made['SECRET_KEY']}\n" in (root / place / "keys.env").read_text()
    assert load_environment(root, make_keys=False)["SECRET_KEY"] == made["SECRET_KEY"]
    assert not (root / "instance").exists()


@pytest.mark.usefixtures("without_settings")
def test_no_keys_are_made_where_both_are_set(tmp_path):
    (tmp_path / ".env").write_text("SECRET_KEY=one\nTOKEN_KEYS=two\n")

    load_environment(tmp_path, make_keys=True)

    assert [path.name for path in tmp_path.iterdir()] == [".env"]


@pytest.mark.usefixtures("without_settings")
def test_the_environment_overrides_both_files(tmp_path, monkeypatch):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "keys.env").write_text("SECRET_KEY=file\nTOKEN_KEYS=keys\n")
    (tmp_path / ".env").write_text("TOKEN_KEYS=env\nPLAYLIST_NAME=env\nLOG_LEVEL=ERROR\n")
    monkeypatch.setenv("PLAYLIST_NAME", "environment")
    monkeypatch.delenv("LOG_LEVEL", raising=False)

    found = load_environment(tmp_path, make_keys=False)

    wanted = {"SECRET_KEY": "file", "TOKEN_KEYS": "env", "PLAYLIST_NAME": "environment", "LOG_LEVEL": "ERROR"}
    assert {name: found[name] for name in wanted} == wanted


@pytest.fixture
def web():
    """A website that answers; `was_asked` is set once it has been."""
    was_asked = Event()

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            was_asked.set()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Healthy) as server:
        server.was_asked = was_asked
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def test_the_demo_is_ready_only_when_the_stand_in_listens(web, capsys):
    with socket.socket() as standin:
        standin.bind(("127.0.0.1", 0))  # and does not listen yet
        companion = Companion("spotify", "", standin.getsockname()[1])
        announcing = Thread(
            target=announce, args=(web.server_port, "http://here", companion, "http://here/operator")
        )
        announcing.start()
        assert web.was_asked.wait(5)

        before = capsys.readouterr().out
        standin.listen()
        announcing.join(5)

    assert before == ""
    after = capsys.readouterr().out
    assert "Ready: open http://here " in after
    assert "The operator's page: http://here/operator" in after


def test_what_does_not_answer_is_named(web, capsys, monkeypatch):
    monkeypatch.setattr("cli.processes.MAX_START_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    announce(web.server_port, "http://here", Companion("spotify", "", port))

    assert "No answer from spotify after" in capsys.readouterr().out
