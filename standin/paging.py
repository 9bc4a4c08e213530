"""Long lists as Spotify's paging objects."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from flask import request

from standin.arguments import read_number

Json = dict[str, object]
Thing = TypeVar("Thing")
MAX_OFFSET = 100_000


def get_root() -> str:
    """Return the root address that this request came to, without a trailing slash."""
    return request.host_url.rstrip("/")


def build_asked_page(
    things: Sequence[Thing],
    as_json: Callable[[Thing], Json],
    default: int = 20,
    most: int = 50,
    largest_offset: int = MAX_OFFSET,
) -> Json:
    """Build the page of a list that `limit` and `offset` of the query ask for.

    Raises
    ------
    ApiRefusal
        400 for a limit or an offset that is out of bounds.
    """
    limit = read_number("limit", default, 1, most)
    offset = read_number("offset", 0, 0, largest_offset)
    return build_page(things, as_json, request.path, limit, offset)


def build_page(
    things: Sequence[Thing], as_json: Callable[[Thing], Json], path: str, limit: int, offset: int
) -> Json:
    """Build a page of a list as a paging object; its addresses are under `path` on our own host."""
    others = {name: value for name, value in request.args.items() if name not in ("offset", "limit")}

    def address(start: int) -> str:
        return f"{get_root()}{path}?{urlencode({**others, 'offset': start, 'limit': limit})}"

    return {
        "href": address(offset),
        "items": [as_json(thing) for thing in things[offset : offset + limit]],
        "limit": limit,
        "next": address(offset + limit) if offset + limit < len(things) else None,
        "offset": offset,
        "previous": address(max(0, offset - limit)) if offset > 0 else None,
        "total": len(things),
    }
