"""A real server on a loopback port that sends scripted answers and keeps the requests."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread, Timer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """What to send back; a body other than bytes is sent as JSON, a cut one loses its last byte.

    A lost answer sends nothing: the connection just ends.
    """

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False
    is_lost: bool = False

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Received:
    """A request as received."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class ScriptedServer(ThreadingHTTPServer):
    def __init__(self, answer_to: Callable[[Received], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer_to = answer_to
        self.requests: list[Received] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer

    def answer(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        received = Received(self.command, url.path, query, dict(self.headers), self.rfile.read(length))
        self.server.requests.append(received)
        answer = self.server.answer_to(received)
        if answer.is_lost:
            return
        content = answer.content()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:-1] if answer.is_cut else content)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *arguments: object) -> None:
        """Keep quiet: the requests are in `requests`."""


@contextmanager
def answering_with(answer_to: Callable[[Received], Answer]) -> Iterator[ScriptedServer]:
    """Serve what this function answers while the block runs; it is called in a thread for each connection."""
    with ScriptedServer(answer_to) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def answering(*answers: Answer) -> Iterator[ScriptedServer]:
    """Serve these answers, in this order, while the block runs."""
    left = list(answers)
    # One request too many must fail, not hang.
    with answering_with(lambda _: left.pop(0) if left else Answer(status=418)) as server:
        yield server


@contextmanager
def silent() -> Iterator[str]:
    """Yield the address of a server that never answers: connections wait in a queue that nobody serves.

    After 2 seconds it hangs up, so that a call without a time limit fails
    instead of waiting forever.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        hang_up = Timer(2, server.close)
        hang_up.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            hang_up.cancel()
            hang_up.join()


@contextmanager
def dripping(beginning: bytes) -> Iterator[str]:
    """Yield the address of a server that sends `beginning`, then a space every 10 ms for 2 seconds."""
    is_over = Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):  # the client may hang up
            connection.recv(65_536)
            connection.sendall(beginning)
            while not is_over.wait(0.01):
                connection.sendall(b" ")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread, hang_up = Thread(target=drip), Timer(2, is_over.set)
        thread.start()
        hang_up.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            is_over.set()
            hang_up.cancel()
            thread.join()
            hang_up.join()
