"""Lists that Spotify returns page by page."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from spotify.answers import MAX_COUNT, as_documented
from spotify.client import Client

#: The most that Spotify returns at once, in every list that we read.
PAGE_SIZE = 50
#: Pages fetched at the same time, once the first has told how many there are.
N_THREADS = 4


@dataclass(frozen=True, slots=True)
class Entries:
    """A page's entries as they came, how many the whole list has by Spotify's count, and how many a page."""

    entries: list[Any]
    total: int
    size: int


def read_page(client: Client, offset: int, request: Callable[..., Any], *arguments: Any) -> Entries:
    """Fetch the page of a list that begins at `offset`; beyond the end it is empty.

    Its size is `PAGE_SIZE`, or less where Spotify says that it returns fewer at once.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    answer = client.ask(request, *arguments, limit=PAGE_SIZE, offset=offset)
    with as_documented():
        entries, total, limit = answer["items"], int(answer["total"]), answer.get("limit")
        if not isinstance(entries, list) or not 0 <= total <= MAX_COUNT:
            raise ValueError("no page of a list")
        # A count may be a few too high, which shows at the end of the list.
        if not entries and total > (offset + PAGE_SIZE if offset else 0):
            raise ValueError("an empty page where the list is not at its end")
    is_smaller = isinstance(limit, int) and 0 < len(entries) == limit < PAGE_SIZE
    return Entries(entries, total, limit if is_smaller else PAGE_SIZE)


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
    size = page.size
    offset = start + size
    ahead: deque[Future[Entries]] = deque()
    with ThreadPoolExecutor(N_THREADS) as threads:
        while ahead or offset < page.total:
            while offset < page.total and len(ahead) < N_THREADS:
                ahead.append(threads.submit(read_page, client, offset, request, *arguments))
                offset += size
            page = ahead.popleft().result()
            yield page
