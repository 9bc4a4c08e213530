"""Long lists, page by page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from spotify.answers import as_documented
from spotify.client import Client

#: The most that Spotify gives at once, in every list that we read.
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A page's entries as they came, and how much of the list has been read with it."""

    entries: list[Any]
    done: int
    total: int


def pages(client: Client, request: Callable[..., Any], *arguments: Any) -> Iterator[Page]:
    """Read a list to its end; an empty one has one empty page.

    Goes by offset. The `next` of a page is an address out of a body: to follow
    it would be to send our token wherever it points. The newest page's total
    counts, since the list may change while it is read.

    Raises
    ------
    SpotifyError
        While iterating; a list never just ends early.
    """
    offset, total = 0, 1
    while offset < total:
        answer = client.ask(request, *arguments, limit=PAGE_SIZE, offset=offset)
        with as_documented():
            entries, total = list(answer["items"]), int(answer["total"])
        offset += PAGE_SIZE
        yield Page(entries, min(offset, total), total)
