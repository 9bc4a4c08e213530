"""Many clients at once who ask for pages again and again, and how long each answer takes."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from urllib.parse import urlsplit

from benchmarks.errors import BenchmarkError

MAX_ANSWER_S = 30.0


@dataclass(frozen=True)
class Page:
    """An address of a server, what a browser sends to it, and the status of the right answer."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """How long one answer took, and how long it was as sent, without its headers."""

    ms: float
    n_bytes: int


def count_down(seconds: float) -> Iterator[bool]:
    """Return an iterator for several threads that ends after so many seconds."""
    end = time.perf_counter() + seconds
    return iter(lambda: time.perf_counter() < end, False)


def pace(seconds: float, n_clients: int, every_s: float) -> Iterator[None]:
    """Return an iterator for as many threads whose turns come when clients that ask so often would ask.

    They begin one after the other, evenly spread. A turn comes late where all of them still wait for answers.
    """
    start = time.perf_counter()
    n_turns = round(n_clients * seconds / every_s)
    return map(_wait_until, [start + turn * every_s / n_clients for turn in range(n_turns)])


def ask(pages: Sequence[Page], turns: Iterable[object], n_clients: int) -> list[Answer]:
    """Let clients ask for pages, the next one at each turn; each client goes on once it has its answer.

    A client is a thread with a new connection for each page, as uWSGI closes it after each answer.

    Raises
    ------
    BenchmarkError
        If an answer does not come, or is not the right one.
    """
    clients = _Clients(pages, iter(turns))
    threads = [threading.Thread(target=clients.run) for _ in range(n_clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if clients.wrong:
        raise BenchmarkError(clients.wrong[0])
    return clients.answers


class _Clients:
    """What the threads share; what they do to it is done at once."""

    def __init__(self, pages: Sequence[Page], turns: Iterator[object]) -> None:
        self.answers: list[Answer] = []
        self.wrong: list[str] = []
        self._turns = turns
        self._pages = cycle(pages)

    def run(self) -> None:
        for _ in self._turns:
            page, start = next(self._pages), time.perf_counter()
            try:
                status, n_bytes = _fetch(page)
            except (OSError, HTTPException) as error:
                self.wrong.append(f"{page.url} was not answered: {type(error).__name__}")
            else:
                self.answers.append(Answer(1000 * (time.perf_counter() - start), n_bytes))
                if status != page.status:
                    self.wrong.append(f"{page.url} answered {status}")
            if self.wrong:
                return


def _fetch(page: Page) -> tuple[int, int]:
    address = urlsplit(page.url)
    path = f"{address.path}?{address.query}" if address.query else address.path
    with closing(HTTPConnection(address.netloc, timeout=MAX_ANSWER_S)) as connection:
        connection.request("GET", path, headers=dict(page.headers))
        answer = connection.getresponse()
        return answer.status, len(answer.read())


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.perf_counter()))
