"""The lines in which songs and artists are found by their words, for `recommender.catalogue.search`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.search import LINE_END, NUMBER, fold_words
from training.columns import split_into_blocks
from training.credits import Credits
from training.dataset import Dataset

Arrays = dict[str, npt.NDArray[Any]]


def write_search_lines(dataset: Dataset, credits: Credits, arrays: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """Write a line for each recording and for each group of artists, the best known first, ties by row.

    Parameters
    ----------
    dataset : in the order of the rows
    arrays : those of the catalogue that number recordings and artists, with the popularity

    Returns
    -------
    The bytes of both. A recording's line has the number of its best-known row, an artist's the place in
    `row_artists` of the credit on their best-known row.
    """
    popularity = arrays["popularity"]
    of_credits = np.repeat(popularity, np.diff(credits.ends, prepend=0))

    def name_songs(rows: IntArray) -> list[str]:
        songs = zip(dataset.titles.take(rows), dataset.artists.take(rows), strict=True)
        return [" ".join((title, *names)) for title, names in songs]

    def name_artists(places: IntArray) -> list[str]:
        return [credits.spellings[spelling] for spelling in credits.written[places].tolist()]

    return {
        "search_songs": _write_lines(
            _list_best_known(popularity, arrays["recordings"][arrays["versions"]]), name_songs
        ),
        "search_artists": _write_lines(
            _list_best_known(of_credits, arrays["artist_groups"][credits.artists]), name_artists
        ),
    }


def _list_best_known(popularity: npt.NDArray[np.uint8], groups: IntArray) -> IntArray:
    """List the most popular place of each group, the most popular first, of equals the lower."""
    best_first = np.argsort(-popularity.astype(np.int64), kind="stable")
    _, first = np.unique(groups[best_first], return_index=True)
    return best_first[np.sort(first)]


def _write_lines(numbers: IntArray, name: Callable[[IntArray], list[str]]) -> npt.NDArray[np.uint8]:
    blocks = (numbers[block] for block in split_into_blocks(len(numbers)))
    written = [_write_block(name(block), block.tolist()) for block in blocks]
    return np.frombuffer(b"".join(written), dtype=np.uint8)


def _write_block(texts: Sequence[str], numbers: Sequence[int]) -> bytes:
    folded = fold_words("".join([f" {text.replace(LINE_END, ' ')}{LINE_END}" for text in texts]))
    lines = zip(folded.split(LINE_END)[:-1], numbers, strict=True)
    return "".join([f"{line}{NUMBER}{number}{LINE_END}" for line, number in lines]).encode()
