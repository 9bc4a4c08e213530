"""The best new songs of each cluster, in playlist order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.allocate import allocate, allocate_around, interleave
from recommender.ranking.diversity import diversify
from recommender.ranking.pinned import best_pinned
from recommender.ranking.scoring import Scoring
from recommender.wishes import Wishes

NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Ranking:
    """The picks in playlist order, then the spares, cluster by cluster.

    rows, clusters, scores : (n_picks + n_spares,) catalogue row, cluster and score of each
    signals : name -> (n_picks + n_spares,) what the score is the weighted mean of
    shares : (n_clusters,) picks of each cluster, n_picks in all
    """

    rows: IntArray
    clusters: IntArray
    scores: FloatArray
    signals: dict[str, FloatArray]
    shares: IntArray


def count_candidates(is_new: BoolArray, catalogue: Catalogue) -> IntArray:
    """Count the songs of each cluster that may be picked: (n_clusters,)."""
    return np.array([np.count_nonzero(is_new[catalogue.cluster(c)]) for c in range(catalogue.n_clusters)])


def rank(
    scoring: Scoring,
    weights: IntArray,
    shares: IntArray,
    is_new: BoolArray,
    catalogue: Catalogue,
    wishes: Wishes,
    kept: IntArray = NONE,
) -> Ranking:
    """Pick the songs that score highest in each taste, in proportion to the tastes, best first.

    Of songs that are about as good, those that are less like the ones before
    are taken (`recommender.ranking.diversity`). No two versions of one song are
    picked, and at most `wishes.per_artist` songs of one first artist. A cluster
    that these rules leave short gives its places to the others; there are fewer
    than `wishes.size` picks only where all weighted clusters run out. Equal
    scores go to the lower row.

    Kept songs come before all others, even if they are more than an artist or
    a cluster has places for; the best of them where there are more than
    `wishes.size`.

    Parameters
    ----------
    weights : (n_clusters,) int
        Library songs per cluster; a cluster without any is not picked from.
    shares : (n_clusters,) int
        Places of each cluster, as `allocate` shared them by capacity.
    is_new : (n,) bool
        False for every catalogue row that is a version of an owned song.
    kept : (n_kept,) int
        Rows that stay; new ones.
    """
    first_stage_scores = scoring.first_stage_scores()
    best = [
        _best_first(first_stage_scores, number, is_new, scoring, wishes.diversity) if weight else iter(())
        for number, weight in enumerate(weights)
    ]
    staying = best_pinned(kept, scoring, wishes.size)
    capacity = count_candidates(is_new, catalogue)
    if any(staying):
        shares = allocate_around(np.array([len(rows) for rows in staying]), weights, wishes.size, capacity)
    picked, spare = _pick(best, staying, weights, shares, capacity, catalogue, wishes)
    return _ranking(picked, spare, scoring)


def _ranking(picked: list[list[int]], spare: list[list[int]], scoring: Scoring) -> Ranking:
    """Bring what was picked from each cluster into playlist order, the best of each first."""
    counts = [len(rows) for rows in picked + spare]
    rows = np.array([row for rows in picked + spare for row in rows], dtype=np.int64)
    clusters = np.repeat(np.tile(np.arange(len(picked)), 2), counts)
    signals = {signal.name: np.zeros(len(rows), dtype=np.float32) for signal in scoring.signals}
    for cluster in np.unique(clusters).tolist():
        here = clusters == cluster
        for name, values in scoring.values(rows[here], cluster).items():
            signals[name][here] = values
    scores = scoring.combine(signals)
    shares = np.array(counts[: len(picked)])
    n_picks = int(shares.sum())
    best_first = np.lexsort((rows[:n_picks], -scores[:n_picks], clusters[:n_picks]))
    order = np.arange(len(rows))
    order[np.argsort(interleave(shares), kind="stable")] = best_first
    by_name = {name: values[order] for name, values in signals.items()}
    return Ranking(rows[order], clusters[order], scores[order], by_name, shares)


def _pick(
    best: list[Iterator[int]],
    staying: list[list[int]],
    weights: IntArray,
    shares: IntArray,
    capacity: IntArray,
    catalogue: Catalogue,
    wishes: Wishes,
) -> tuple[list[list[int]], list[list[int]]]:
    """Give the rows picked from each cluster and its spares, each in the order in which they were chosen.

    Those that stay come first. The clusters take turns, so that none is served last.
    """
    picked = [list(rows) for rows in staying]
    taken = np.array([len(rows) for rows in picked])
    # What the picks of all clusters have used up.
    songs_of = Counter(int(catalogue.first_artists[row]) for rows in staying for row in rows)
    versions = {int(catalogue.versions[row]) for rows in staying for row in rows}
    allowed = [_allowed(rows, catalogue, wishes.per_artist, songs_of, versions) for rows in best]
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
    rows: Iterator[int],
    catalogue: Catalogue,
    per_artist: int,
    songs_of: Counter[int],
    versions: set[int],
) -> Iterator[int]:
    """Yield those of a cluster's rows that `songs_of` and `versions` still allow; enter each there."""
    for row in rows:
        artist, version = int(catalogue.first_artists[row]), int(catalogue.versions[row])
        if songs_of[artist] < per_artist and version not in versions:
            songs_of[artist] += 1
            versions.add(version)
            yield row


def _best_first(
    first_stage_scores: FloatArray, cluster: int, is_new: BoolArray, scoring: Scoring, diversity: float
) -> Iterator[int]:
    """Yield a cluster's new rows, the best and most diversify first, equal ones in order.

    That is exact within each `Limits.rows` rows, which are those that come next by
    the signals that are looked up.
    """
    here = scoring.catalogue.cluster(cluster)
    rows = here.start + np.flatnonzero(is_new[here])
    while len(rows):
        is_next = _highest(first_stage_scores[rows], scoring.limits.rows)
        head = rows[is_next]
        yield from diversify(head, scoring.selection_scores(head, cluster), scoring.catalogue, diversity)
        rows = rows[~is_next]


def _highest(scores: FloatArray, n: int) -> BoolArray:
    """Mark the n highest scores, of equal ones the first."""
    if len(scores) <= n:
        return np.ones(len(scores), dtype=bool)
    lowest = np.partition(scores, -n)[-n]
    is_highest: BoolArray = scores > lowest
    is_highest[np.flatnonzero(scores == lowest)[: n - np.count_nonzero(is_highest)]] = True
    return is_highest
