"""A real server on a loopback port that gives the answers it is told and keeps the requests."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread, Timer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """What to send back; a body that is no bytes is sent as JSON, a cut one loses its last byte."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Received:
    """A request as it came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class ScriptedServer(ThreadingHTTPServer):
    def __init__(self, answers: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
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
        # One request more than there are answers is a fault of its own, never a hang.
        answer = self.server.answers.pop(0) if self.server.answers else Answer(status=418)
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
def answering(*answers: Answer) -> Iterator[ScriptedServer]:
    """Serve these answers, in this order, while the block runs."""
    with ScriptedServer(list(answers)) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silent() -> Iterator[str]:
    """Give the address of a server that never answers: connections wait in a queue that nobody serves.

    After 2 seconds it hangs up, so that a call without a time limit fails
    instead of waiting for ever.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        hang_up = Timer(2, server.close)
        hang_up.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            hang_up.cancel()
            hang_up.join()
