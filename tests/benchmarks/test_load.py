"""Clients that ask for one page again and again."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.load import Page, ask, pace


@pytest.fixture
def server():
    """A server that knows one page, and notes who asks for it."""
    asked = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Cookie"]))
            self.send_response(200 if self.path == "/page?n=1" else 404)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as running:
        Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()


def test_each_turn_is_one_request_with_what_the_browser_sends(server):
    url, asked = server

    answers = ask([Page(f"{url}/page?n=1", {"Cookie": "a=b"})], range(20), 4)

    assert asked == 20 * [("/page?n=1", "a=b")]
    assert [answer.n_bytes for answer in answers] == 20 * [5]


def test_clients_who_ask_every_so_often_ask_no_sooner(server):
    url, asked = server
    start = time.perf_counter()

    ask([Page(f"{url}/page?n=1")], pace(0.4, 4, 0.1), 4)

    assert len(asked) == 16
    # The last of 16 turns, 25 ms after each other, comes after 375.
    assert time.perf_counter() - start >= 0.375


def test_a_wrong_answer_ends_it_with_a_sentence(server):
    url, _ = server

    with pytest.raises(BenchmarkError, match="/elsewhere answered 404"):
        ask([Page(f"{url}/elsewhere")], range(20), 4)


def test_no_answer_ends_it_with_a_sentence():
    with pytest.raises(BenchmarkError, match="was not answered: ConnectionRefusedError"):
        ask([Page("http://127.0.0.1:9/")], range(20), 4)
