"""Clients that drip their requests or hardly read their answers, at nginx before the real system."""

import os
import socket
import statistics
import subprocess
import time
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

import pytest
import requests

from benchmarks.system import find_port, make_settings, make_standin_state, serving
from benchmarks.visit import Visit
from formats.library_csv import read_library
from tests.support.nginx import find_nginx, write_nginx_conf
from tests.support.secret_search import note, serve
from tests.support.worker_process import wait_until

ROOT = Path(__file__).parents[1]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes by Linux's /proc"),
]

N_SLOW = 200
#: For how long they drip; docs/reliability.md tells of 60 s.
SLOW_CLIENTS_S = float(os.environ.get("SLOW_CLIENTS_S", "5"))
BETWEEN_BYTES_S = 0.25
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /disconnect HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n"
PAGE = b"GET /privacy HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class SlowClients:
    """Each has begun to send its headers, or a form, or to read a page, and goes on byte by byte."""

    def __init__(self, port):
        self._port = port
        self._clients = [self._open(number) for number in range(N_SLOW)]
        self._stopped = Event()
        self._thread = Thread(target=self._drip)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()
        for _, client in self._clients:
            client.close()

    def _open(self, number):
        beginning = (HEAD, BODY, PAGE)[number % 3]
        client = socket.socket()
        # What a slow reader does not read must not wait in its own buffer.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        client.settimeout(10)
        client.connect(("127.0.0.1", self._port))
        client.sendall(beginning)
        return beginning, client

    def _drip(self):
        while not self._stopped.wait(BETWEEN_BYTES_S):
            for number, (beginning, client) in enumerate(self._clients):
                try:
                    is_there = client.recv(1) if beginning is PAGE else client.send(b"x")
                except OSError:
                    is_there = False
                if not is_there:
                    # nginx has given it up, or the page has been read: another one comes.
                    client.close()
                    self._clients[number] = self._open(number)


@pytest.fixture
def front(invented, tmp_path):
    """The address of nginx before the running system, and a listener with 300 saved songs."""
    nginx, songs, port = find_nginx(), read_library(invented / "data.csv"), find_port()
    with serve(make_standin_state(songs)) as standin:
        settings = {
            **make_settings(standin, invented / "models", tmp_path),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        for name in ("SECRET_KEY", "TOKEN_KEYS"):
            note(name, settings[name])
        conf = write_nginx_conf(tmp_path, port, upstream=settings["PORT"])
        with serving(ROOT, settings, tmp_path):
            running = subprocess.Popen([nginx, "-e", "stderr", "-p", tmp_path, "-c", conf])
            try:
                wait_until(lambda: is_answered(f"{settings['PUBLIC_URL']}/healthz"), lambda: "no answer")
                yield settings["PUBLIC_URL"], standin.state.add_listener("Lisa", songs[:300])
            finally:
                running.terminate()
                running.wait(10)


def is_answered(url):
    try:
        return requests.get(url, timeout=5, proxies={"http": ""}).ok
    except requests.ConnectionError:
        return False


def test_a_page_comes_within_a_second_while_200_slow_clients_drip(front):
    url, listener = front
    visit = Visit(url)
    visit.sign_in(listener)
    visit.make_playlist()
    visit.open_front()
    took = []

    with SlowClients(int(url.rpartition(":")[2])):
        end = time.monotonic() + SLOW_CLIENTS_S
        for path in cycle([visit.playlist, "/", "/healthz"]):
            start = time.monotonic()
            assert visit.get(path).status_code == 200
            took.append(time.monotonic() - start)
            if time.monotonic() > end:
                break

    p99 = statistics.quantiles(took, n=100, method="inclusive")[98]
    print(f"\n{N_SLOW} slow clients for {SLOW_CLIENTS_S:.0f} s: {len(took)} pages, p99 {1000 * p99:.0f} ms")
    assert p99 < 1


@pytest.mark.parametrize(
    ("lines", "status"),
    [(1 * [1_000], 200), (3 * [8_000], 200), (4 * [8_178], 200), (1 * [9_000], 400), (6 * [8_000], 400)],
    ids=["1-KB", "24-KB", "all-that-nginx-takes", "a-line-of-9-KB", "48-KB"],
)
def test_headers_that_are_too_long_are_answered(front, lines, status):
    url, _ = front
    port = int(url.rpartition(":")[2])
    headers = b"".join(b"Cookie: a=" + b"x" * length + b"\r\n" for length in lines)

    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            b"GET /privacy HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers + b"\r\n"
        )
        answer = client.recv(1000)

    assert answer.startswith(b"HTTP/1.1 %d " % status)
