"""Long lists, page by page."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from spotify.answers import as_documented
from spotify.client import Client

#: The most that Spotify gives at once, in every list that we read.
PAGE_SIZE = 50
#: Pages asked for at the same time, once the first has told how many there are.
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Entries:
    """A page's entries as they came, and how much of the list has been read with it."""

    entries: list[Any]
    done: int
    total: int


def count_pages(n_entries: int) -> int:
    """Return how many pages, and so calls, a list of `n_entries` takes: an empty one takes one."""
    return max(1, -(-n_entries // PAGE_SIZE))


def read_page(client: Client, offset: int, request: Callable[..., Any], *arguments: Any) -> Entries:
    """Read the page of a list that begins at `offset`; beyond the end it is empty.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    answer = client.ask(request, *arguments, limit=PAGE_SIZE, offset=offset)
    with as_documented():
        entries, total = list(answer["items"]), int(answer["total"])
    return Entries(entries, min(offset + PAGE_SIZE, total), total)


def pages(client: Client, request: Callable[..., Any], *arguments: Any, start: int = 0) -> Iterator[Entries]:
    """Read a list from `start` to its end, in order; an empty one has one empty page.

    Goes by offset. The `next` of a page is an address out of a body: to follow
    it would be to send our token wherever it points. The newest page's total
    counts, since the list may change while it is read. Pages that are on
    their way when one fails are waited for, and lost.

    Raises
    ------
    SpotifyError
        While iterating; a list never just ends early.
    """
    page = read_page(client, start, request, *arguments)
    yield page
    offset = start + PAGE_SIZE
    ahead: deque[Future[Entries]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        while ahead or offset < page.total:
            while offset < page.total and len(ahead) < AT_ONCE:
                ahead.append(threads.submit(read_page, client, offset, request, *arguments))
                offset += PAGE_SIZE
            page = ahead.popleft().result()
            yield page
