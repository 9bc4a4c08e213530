"""The best new songs of each cluster, in playlist order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from recommender.allocate import allocate, interleave
from recommender.catalogue import Catalogue
from recommender.cluster import Tastes
from recommender.song import Wishes

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

# Sorting only the best of a cluster is ten times faster than sorting all of
# it; owned songs and the cap on artists rarely use this many up.
HEAD = 1024
OWNED = np.float32(-np.inf)


@dataclass(frozen=True, eq=False)
class Ranking:
    """The picks in playlist order, then the spares, cluster by cluster.

    rows, clusters, scores : (n_picks + n_spares,) catalogue row, cluster and score of each
    shares : (n_clusters,) picks of each cluster, n_picks in all
    """

    rows: IntArray
    clusters: IntArray
    scores: FloatArray
    shares: IntArray


def capacity_of(is_new: BoolArray, catalogue: Catalogue) -> IntArray:
    """Count the songs of each cluster that may be picked: (n_clusters,)."""
    return np.array([np.count_nonzero(is_new[catalogue.cluster(c)]) for c in range(catalogue.n_clusters)])


def rank(
    tastes: Tastes, shares: IntArray, is_new: BoolArray, catalogue: Catalogue, wishes: Wishes
) -> Ranking:
    """Pick the songs closest to each taste, in proportion to the tastes, best first.

    A song's score is its cosine similarity to the mean of the listener's songs
    in its cluster. No two versions of one song are picked, and at most
    `wishes.per_artist` songs of one first artist. A cluster that these rules
    leave short gives its places to the others; there are fewer than
    `wishes.size` picks only where all weighted clusters run out. Equal scores
    go to the lower row.

    Parameters
    ----------
    shares : (n_clusters,) int
        Places of each cluster, as `allocate` shared them by capacity.
    is_new : (n,) bool
        False for every catalogue row that is a version of an owned song.
    """
    scores = [_scores(number, tastes, is_new, catalogue) for number in range(catalogue.n_clusters)]
    picked, spare = _pick(scores, tastes.weights, shares, capacity_of(is_new, catalogue), catalogue, wishes)
    shares = np.array([len(rows) for rows in picked])
    in_turn = interleave(shares)
    next_of = [iter(rows) for rows in picked]
    rows = [next(next_of[cluster]) for cluster in in_turn] + [row for rows in spare for row in rows]
    clusters = np.concatenate([in_turn, np.repeat(np.arange(len(spare)), [len(rows) for rows in spare])])
    places = np.array(rows, dtype=np.int64) - catalogue.cluster_starts[clusters]
    chosen = [scores[cluster][at] for cluster, at in zip(clusters, places, strict=True)]
    return Ranking(np.array(rows, dtype=np.int64), clusters, np.array(chosen, dtype=np.float32), shares)


def _scores(number: int, tastes: Tastes, is_new: BoolArray, catalogue: Catalogue) -> FloatArray:
    """Give the cosine similarity of a cluster's songs to the taste in it, OWNED where not to be picked."""
    here = catalogue.cluster(number)
    if tastes.weights[number] == 0:
        return np.full(here.stop - here.start, OWNED, dtype=np.float32)
    mean = tastes.means[number]
    # A song or a taste in the very middle of everything has no direction: 0.
    lengths = np.maximum(catalogue.norms[here] * np.linalg.norm(mean), np.finfo(np.float32).tiny)
    scores: FloatArray = np.clip(catalogue.standardised[here] @ mean / lengths, -1, 1)
    scores[~is_new[here]] = OWNED
    return scores


def _pick(
    scores: list[FloatArray],
    weights: IntArray,
    shares: IntArray,
    capacity: IntArray,
    catalogue: Catalogue,
    wishes: Wishes,
) -> tuple[list[list[int]], list[list[int]]]:
    """Give the rows picked from each cluster, best first, and its spares.

    The clusters take turns, so that none is served last.
    """
    # What the picks of all clusters have used up.
    songs_of: Counter[int] = Counter()
    versions: set[int] = set()
    allowed = [
        _allowed(
            catalogue.cluster(number).start, of_cluster, catalogue, wishes.per_artist, songs_of, versions
        )
        for number, of_cluster in enumerate(scores)
    ]
    picked: list[list[int]] = [[] for _ in scores]
    taken = np.zeros_like(shares)
    while not np.array_equal(taken, shares):
        for cluster in interleave(shares - taken):
            picked[cluster].extend(islice(allowed[cluster], 1))
        taken = np.array([len(rows) for rows in picked])
        # A cluster that came short has run out: the others share its places.
        capacity = np.where(taken < shares, taken, capacity)
        shares = taken + allocate(weights, wishes.size - int(taken.sum()), capacity - taken)
    spare = [list(islice(rows, wishes.spares if taken[c] else 0)) for c, rows in enumerate(allowed)]
    return picked, spare


def _allowed(
    start: int,
    scores: FloatArray,
    catalogue: Catalogue,
    per_artist: int,
    songs_of: Counter[int],
    versions: set[int],
) -> Iterator[int]:
    """Yield a cluster's rows that `songs_of` and `versions` still allow, best first; enter each there."""
    for at in _best_first(scores):
        row = start + at
        artist, version = int(catalogue.first_artists[row]), int(catalogue.versions[row])
        if songs_of[artist] < per_artist and version not in versions:
            songs_of[artist] += 1
            versions.add(version)
            yield row


def _best_first(scores: FloatArray) -> Iterator[int]:
    """Yield the places of the scores above OWNED, best first, equal ones in order."""
    lowest = np.partition(scores, -HEAD)[-HEAD] if len(scores) > HEAD else OWNED
    head = np.flatnonzero((scores >= lowest) & (scores > OWNED))
    yield from head[np.argsort(-scores[head], kind="stable")].tolist()
    tail = np.flatnonzero((scores < lowest) & (scores > OWNED))
    yield from tail[np.argsort(-scores[tail], kind="stable")].tolist()
