"""Many clients at once who ask for one page again and again, and how long each answer takes."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks.errors import BenchmarkError

MAX_ANSWER_S = 30.0
READ_BYTES = 65536


@dataclass(frozen=True)
class Page:
    """An address of a server, what a browser sends to it, and the status of the right answer."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    def as_request(self) -> bytes:
        """Return the bytes of a request for it."""
        address = urlsplit(self.url)
        target = f"{address.path}?{address.query}" if address.query else address.path
        headers = {"Host": address.netloc, "Connection": "close", **self.headers}
        lines = (f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()))
        return "\r\n".join((*lines, "", "")).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """How long one answer took, and how long it was with its headers."""

    ms: float
    n_bytes: int


def count_down(seconds: float) -> Iterator[bool]:
    """Return an iterator for several threads that ends after so many seconds."""
    end = time.perf_counter() + seconds
    return iter(lambda: time.perf_counter() < end, False)


def ask(page: Page, turns: Iterable[object], n_clients: int) -> list[Answer]:
    """Let clients ask for a page, once for each of the turns; each goes on once it has its answer.

    A client is a thread that writes the same bytes to a new connection and reads until the server closes it,
    as uWSGI does after each answer: a library for HTTP would cost more than the least of the pages.

    Raises
    ------
    BenchmarkError
        If an answer does not come, or is not the right one.
    """
    clients = _Clients(page, iter(turns))
    threads = [threading.Thread(target=clients.run) for _ in range(n_clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if clients.wrong:
        raise BenchmarkError(f"{page.url} {clients.wrong[0]}")
    return clients.answers


class _Clients:
    """What the threads share; what they do to it is done at once."""

    def __init__(self, page: Page, turns: Iterator[object]) -> None:
        self.answers: list[Answer] = []
        self.wrong: list[str] = []
        self._turns = turns
        self._request = page.as_request()
        self._right = b"HTTP/1.1 %d " % page.status
        address = urlsplit(page.url)
        self._place = address.hostname, address.port

    def run(self) -> None:
        for _ in self._turns:
            start = time.perf_counter()
            try:
                answer = self._fetch()
            except OSError as error:
                self.wrong.append(f"was not answered: {type(error).__name__}")
            else:
                self.answers.append(Answer(1000 * (time.perf_counter() - start), len(answer)))
                if not answer.startswith(self._right):
                    self.wrong.append(f"answered {answer[:30]!r}")
            if self.wrong:
                return

    def _fetch(self) -> bytes:
        with socket.create_connection(self._place, MAX_ANSWER_S) as connection:
            connection.sendall(self._request)
            return b"".join(iter(lambda: connection.recv(READ_BYTES), b""))
