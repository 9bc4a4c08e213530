"""The lines in which songs and artists are found by their words, for `recommender.catalogue.search`."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.search import LINE_END, NUMBER, fold_words

Arrays = dict[str, npt.NDArray[Any]]
# Lines that are folded at once: each alone takes longer, and a million more memory than all else.
BLOCK = 16_384


def write_search_lines(
    titles: Sequence[str], artists: Sequence[Sequence[str]], arrays: Mapping[str, npt.NDArray[Any]]
) -> Arrays:
    """Write a line for each recording and for each group of artists, the best known first, ties by row.

    Parameters
    ----------
    titles, artists : of each row, as written
    arrays : those of the catalogue that number recordings and artists, with the popularity

    Returns
    -------
    The bytes of both. A recording's line has the number of its best-known row, an artist's the place in
    `row_artists` of the credit on their best-known row.
    """
    popularity, ends = arrays["popularity"], arrays["row_artist_ends"]
    rows = _list_best_known(popularity, arrays["recordings"][arrays["versions"]]).tolist()
    of_credits = np.repeat(popularity, np.diff(ends, prepend=0))
    credits = _list_best_known(of_credits, arrays["artist_groups"][arrays["row_artists"]]).tolist()
    names = list(chain.from_iterable(artists))
    return {
        "search_songs": _write_lines([" ".join((titles[row], *artists[row])) for row in rows], rows),
        "search_artists": _write_lines([names[credit] for credit in credits], credits),
    }


def _list_best_known(popularity: npt.NDArray[np.uint8], groups: IntArray) -> IntArray:
    """List the most popular place of each group, the most popular first, of equals the lower."""
    best_first = np.argsort(-popularity.astype(np.int64), kind="stable")
    _, first = np.unique(groups[best_first], return_index=True)
    return best_first[np.sort(first)]


def _write_lines(texts: Sequence[str], numbers: Sequence[int]) -> npt.NDArray[np.uint8]:
    written = [
        _write_block(texts[start : start + BLOCK], numbers[start : start + BLOCK])
        for start in range(0, len(texts), BLOCK)
    ]
    return np.frombuffer(b"".join(written), dtype=np.uint8)


def _write_block(texts: Sequence[str], numbers: Sequence[int]) -> bytes:
    folded = fold_words("".join([f" {text.replace(LINE_END, ' ')}{LINE_END}" for text in texts]))
    lines = zip(folded.split(LINE_END)[:-1], numbers, strict=True)
    return "".join([f"{line}{NUMBER}{number}{LINE_END}" for line, number in lines]).encode()
