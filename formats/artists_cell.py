"""The artists in one cell of a table, as the Kaggle dataset and exports of libraries write them."""

import ast
import re
from collections.abc import Iterable
from contextlib import suppress

from recommender.song import make_storable

# So are nearly all lists, and literal_eval takes five times as long.
_PLAIN_LIST = re.compile(r"\['[^'\\\r\n\0]*'(?:, '[^'\\\r\n\0]*')*\]")


def parse_artists(text: str) -> tuple[str, ...]:
    """Read the artists of one table cell, in order.

    A Python-style list (`['A', 'B']`, the Kaggle dataset) is read as such and
    semicolons separate. Commas may be part of a name ("Tyler, The Creator"):
    such text stays whole, and matching takes it apart against the catalogue.
    An empty cell has no artists, and no artist is blank.
    """
    stripped = text.strip()
    if _PLAIN_LIST.fullmatch(stripped):
        return _not_blank(stripped[2:-2].split("', '"))
    if stripped.startswith("[") and stripped.endswith("]"):
        # All that literal_eval is documented to raise on text that is no list; it overflows where a number of
        # hundreds of digits has an imaginary part.
        with suppress(ValueError, TypeError, SyntaxError, MemoryError, RecursionError, OverflowError):
            return _not_blank(make_storable(str(name)) for name in ast.literal_eval(stripped))
    return _not_blank(stripped.split(";"))


def _not_blank(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in names if name.strip())
