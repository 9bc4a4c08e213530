"""The order in which a mix is written: that of rank, but with no artist twice in a row and a better flow."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES

HEARD = [NAMES.index(name) for name in ("energy", "tempo")]
# A song may be so many places from its rank for the sake of the flow.
REACH = 3
# In standard deviations. With 0.1 the way is 4 % shorter, but 350 playlists
# lose 1.9 % of their NDCG instead of 0.2 %.
MIN_GAIN = 0.5
MAX_PASSES = 4
# More than any way through a hundred songs.
NEVER = 10_000.0


def written_order(rows: IntArray, catalogue: Catalogue) -> tuple[int, ...]:
    """Give the places of (n,) catalogue rows, best first, in the order in which they are written."""
    return playing_order(catalogue.first_artists[rows].tolist(), catalogue.standardised[rows][:, HEARD])


def playing_order(artists: Sequence[int], heard: FloatArray) -> tuple[int, ...]:
    """Put songs that are in order of rank in the order in which they play.

    No two songs of one artist follow each other where that is possible at
    all: such a song waits until one of somebody else has played, and those for
    which there is none at the end go to the latest place where they fit, or
    stay at the end. Nothing else moves a song further than `REACH` from its rank:
    for a smoother flow two songs change places where both stay within it, and
    the jumps between neighbours become shorter.

    Parameters
    ----------
    artists : n first artists
    heard : (n, d) float
        What flows, in standard deviations; a jump is a Euclidean distance.

    Returns
    -------
    n indices
        Equal input gives an equal order.
    """
    apart = np.linalg.norm(heard[:, np.newaxis] - heard, axis=2)
    names = np.array(artists)
    jumps = np.where(names[:, np.newaxis] == names, NEVER, apart).tolist()
    order = _separated(artists)
    for _ in range(MAX_PASSES):
        if not _smoothe(order, jumps):
            break
    return tuple(order)


def _separated(artists: Sequence[int]) -> list[int]:
    """Take the songs by rank, but no two of one artist in a row."""
    order: list[int] = []
    waiting = list(range(len(artists)))
    while waiting:
        last = artists[order[-1]] if order else None
        at = next((at for at, song in enumerate(waiting) if artists[song] != last), None)
        if at is None:
            break
        order.append(waiting.pop(at))
    for song in waiting:
        # All that wait now are of one artist; every gap between two of others takes one.
        order.insert(_latest_gap(order, artists, artists[song]), song)
    return order


def _latest_gap(order: list[int], artists: Sequence[int], artist: int) -> int:
    """Give the latest place with no song of the artist on either side, or the end."""
    gaps = range(len(order), -1, -1)
    return next(
        (gap for gap in gaps if all(artists[song] != artist for song in order[max(gap - 1, 0) : gap + 1])),
        len(order),
    )


def _smoothe(order: list[int], jumps: list[list[float]]) -> bool:
    """Let songs change places once from first to last; say whether any did."""
    has_changed = False
    for place in range(len(order)):
        others = range(place + 1, min(place + REACH + 1, len(order)))
        gains = {
            other: _gain(order, place, other, jumps) for other in others if _may_swap(order, place, other)
        }
        best = max(gains, key=gains.__getitem__, default=place)
        if best != place and gains[best] > MIN_GAIN:
            order[place], order[best] = order[best], order[place]
            has_changed = True
    return has_changed


def _may_swap(order: list[int], place: int, other: int) -> bool:
    return abs(order[place] - other) <= REACH and abs(order[other] - place) <= REACH


def _gain(order: list[int], place: int, other: int, jumps: list[list[float]]) -> float:
    """Give by how much the jumps become shorter if two songs change places."""
    start = max(place - 1, 0)
    now = order[start : other + 2]
    then = now.copy()
    then[place - start], then[other - start] = now[other - start], now[place - start]
    return sum(jumps[a][b] for a, b in pairwise(now)) - sum(jumps[a][b] for a, b in pairwise(then))
