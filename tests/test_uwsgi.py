"""What a real uWSGI with our settings writes into its log about requests that go wrong, and whom it gives up."""

import json
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.system import find_port
from tests.support.worker_process import wait_until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
# More than a socket's buffers hold, so that uWSGI still writes when the client is gone.
APPLICATION = """
import sys

def application(environ, start):
    if environ["PATH_INFO"] == "/form":
        environ["wsgi.input"].read(60_000)
    start("200 OK", [("Content-Type", "text/plain")])
    print("a line of the application", file=sys.stderr)
    print('{"logger": "of ours", "message": "as it is"}', file=sys.stderr)
    return (b"x" * 10_000 for _ in range(2_000 if environ["PATH_INFO"] == "/long" else 1))
"""


@pytest.fixture
def log_format():
    return "text"


@pytest.fixture
def uwsgi(tmp_path, log_format):
    """A port at which uWSGI listens, and a function that stops it and returns its log."""
    (tmp_path / "application.py").write_text(APPLICATION)
    log, port = tmp_path / "log", find_port()
    command = [Path(sys.executable).parent / "uwsgi", "--ini", ROOT / "uwsgi.ini", "--pythonpath", tmp_path]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env={"PORT": str(port), "LOG_FORMAT": log_format},
            stdout=output,
            stderr=output,
        )
    # A worker that is told to stop before it accepts requests is waited for in vain.
    wait_until(lambda: log.read_text(errors="replace").count("(accepting)") == 2, log.read_text)

    def stop():
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        return log.read_text(errors="replace")

    yield port, stop
    process.kill()
    process.wait()


def ask(port, path, cookie=b"x", answer_bytes=12):
    """Send a request as it stands, and go away after the first bytes of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + b"\r\n\r\n")
        try:
            return client.recv(answer_bytes)
        except ConnectionResetError:
            return b""
        finally:
            # Closed at once, with what is still on its way.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    "beginning",
    [b"GET / HTTP/1.1\r\nHost:", b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"],
    ids=["headers", "form"],
)
def test_clients_that_fall_silent_are_given_up_and_others_are_answered(uwsgi, beginning):
    port, _ = uwsgi
    silent = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(20)]
    for client in silent:
        client.sendall(beginning)

    assert ask(port, b"/") == b"HTTP/1.1 200"
    for client in silent:
        with client:
            assert client.recv(1) == b""


@pytest.mark.parametrize(
    ("path", "cookie"),
    [
        (b"/?code=a-secret-of-the-tests", b"x"),
        (b"/long?code=a-secret-of-the-tests", b"x"),
        (b"/", b"a-secret-of-the-tests" + b"x" * 65_400),
        (b"/", b"a-secret-of-the-tests" + b"x" * 70_000),
        (b"/?code=a-secret-of-the-tests" + b"x" * 40_000, b"x"),
        (b"/a-secret-of-the-tests" + b"x" * 40_000, b"x"),
    ],
    ids=["plain", "gone-before-the-end", "cookies-of-64-KB", "cookies-of-70-KB", "long-query", "long-path"],
)
def test_the_log_holds_no_header_and_no_query(uwsgi, path, cookie):
    port, stop = uwsgi

    ask(port, path, cookie)
    ask(port, b"/")
    log = stop()

    assert "a-secret" not in log
    assert "a line of the application" in log


@pytest.mark.parametrize("log_format", ["json"])
def test_as_json_uwsgis_lines_are_objects_and_those_of_the_application_stay_as_they_are(uwsgi):
    port, stop = uwsgi

    ask(port, b"/")
    lines = stop().splitlines()

    read = [json.loads(line) for line in lines[lines.index(next(filter(is_object, lines))) :]]
    told = [line["message"] for line in read if line["logger"] == "uwsgi"]
    assert "a line of the application" in told, "it is no object, so it becomes one"
    assert any("goodbye" in message for message in told)
    assert read.count({"logger": "of ours", "message": "as it is"}) == 1


def is_object(line):
    return line.startswith("{")
