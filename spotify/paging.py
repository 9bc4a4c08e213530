"""Lists that Spotify returns page by page."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from spotify.answers import as_documented
from spotify.client import Client

#: The most that Spotify returns at once, in every list that we read.
PAGE_SIZE = 50
#: Pages fetched at the same time, once the first has told how many there are.
N_THREADS = 4


@dataclass(frozen=True, slots=True)
class Entries:
    """A page's entries as they came, and how many the whole list has by Spotify's count."""

    entries: list[Any]
    total: int


def read_page(client: Client, offset: int, request: Callable[..., Any], *arguments: Any) -> Entries:
    """Fetch the page of a list that begins at `offset`; beyond the end it is empty.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    answer = client.ask(request, *arguments, limit=PAGE_SIZE, offset=offset)
    with as_documented():
        entries, total = list(answer["items"]), int(answer["total"])
    return Entries(entries, total)


def read_pages(
    client: Client, request: Callable[..., Any], *arguments: Any, start: int = 0
) -> Iterator[Entries]:
    """Yield the pages of a list from `start` to its end, in order; an empty list has one empty page.

    Goes by offset. The `next` of a page is an address out of a body: to follow
    it would be to send our token wherever it points. The latest page's total
    counts, since the list may change while it is read. Pages under way when
    one fails are waited for, and lost.

    Raises
    ------
    SpotifyError
        While iterating; a list never ends early without an error.
    """
    page = read_page(client, start, request, *arguments)
    yield page
    offset = start + PAGE_SIZE
    ahead: deque[Future[Entries]] = deque()
    with ThreadPoolExecutor(N_THREADS) as threads:
        while ahead or offset < page.total:
            while offset < page.total and len(ahead) < N_THREADS:
                ahead.append(threads.submit(read_page, client, offset, request, *arguments))
                offset += PAGE_SIZE
            page = ahead.popleft().result()
            yield page
