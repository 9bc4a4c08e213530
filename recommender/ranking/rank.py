"""The best new songs of each cluster, in playlist order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.allocate import allocate, interleave
from recommender.ranking.candidates import Candidates
from recommender.ranking.diversity import diversify
from recommender.ranking.scoring import Scoring
from recommender.wishes import Wishes


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


def rank(
    scoring: Scoring, candidates: Candidates, pinned: list[list[int]], shares: IntArray, wishes: Wishes
) -> Ranking:
    """Pick the songs that score highest in each taste, in proportion to the tastes, best first.

    Of songs that are about as good, those that are less like the ones before
    are taken (`recommender.ranking.diversity`). No two versions of one song are
    picked, and at most `wishes.per_artist` songs of one first artist. A cluster
    that these rules leave short gives its places to the others; there are fewer
    than `wishes.size` picks only where all weighted clusters run out. Equal
    scores go to the lower row.

    Pinned songs come before all others, even if they are more than an artist has
    places for.

    Parameters
    ----------
    pinned : rows of each cluster that stay, best first
        At most `wishes.size` in all, and no two versions of one song.
    shares : (n_clusters,) int
        Places of each cluster, as `allocate_with_pinned` shared them by capacity.
    """
    first_stage_scores = scoring.first_stage_scores()
    best = [
        _best_first(first_stage_scores, cluster, candidates, scoring, wishes.diversity)
        if weight
        else iter(())
        for cluster, weight in enumerate(candidates.weights)
    ]
    picked, spares = _pick(best, pinned, candidates, shares, scoring.catalogue, wishes)
    return _order(picked, spares, scoring)


def _order(picked: list[list[int]], spares: list[list[int]], scoring: Scoring) -> Ranking:
    """Bring what was picked from each cluster into playlist order, the best of each first."""
    counts = [len(rows) for rows in picked + spares]
    rows = np.array([row for rows in picked + spares for row in rows], dtype=np.int64)
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
    pinned: list[list[int]],
    candidates: Candidates,
    shares: IntArray,
    catalogue: Catalogue,
    wishes: Wishes,
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the rows picked from each cluster and its spares, each in the order in which they were picked.

    Pinned rows come first. The clusters take turns, so that none is served last.
    """
    picked = [list(rows) for rows in pinned]
    n_picked = np.array([len(rows) for rows in picked])
    # What the picks of all clusters have used up.
    n_by_artist = Counter(int(catalogue.first_artists[row]) for rows in pinned for row in rows)
    recordings = {int(catalogue.recordings[catalogue.versions[row]]) for rows in pinned for row in rows}
    allowed = [_filter(rows, catalogue, wishes.per_artist, n_by_artist, recordings) for rows in best]
    capacity = candidates.capacity
    while not np.array_equal(n_picked, shares):
        for cluster in interleave(shares - n_picked):
            picked[cluster].extend(islice(allowed[cluster], 1))
        n_picked = np.array([len(rows) for rows in picked])
        # A cluster that came short has run out: the others share its places.
        capacity = np.where(n_picked < shares, n_picked, capacity)
        n_left = wishes.size - int(n_picked.sum())
        shares = n_picked + allocate(candidates.weights, n_left, capacity - n_picked)
    spares = [list(islice(rows, wishes.spares if n_picked[c] else 0)) for c, rows in enumerate(allowed)]
    return picked, spares


def _filter(
    rows: Iterator[int],
    catalogue: Catalogue,
    per_artist: int,
    n_by_artist: Counter[int],
    recordings: set[int],
) -> Iterator[int]:
    """Yield the rows that the cap per artist and the recordings picked so far allow, and note them there."""
    for row in rows:
        artist, recording = (
            int(catalogue.first_artists[row]),
            int(catalogue.recordings[catalogue.versions[row]]),
        )
        if n_by_artist[artist] < per_artist and recording not in recordings:
            n_by_artist[artist] += 1
            recordings.add(recording)
            yield row


def _best_first(
    first_stage_scores: FloatArray, cluster: int, candidates: Candidates, scoring: Scoring, diversity: float
) -> Iterator[int]:
    """Yield a cluster's candidates, re-ranked for diversity, the best first, equal ones in order.

    That is exact within each `Limits.rows` rows, which are those that come next by
    the signals that are looked up.
    """
    here = scoring.catalogue.cluster(cluster)
    rows = here.start + np.flatnonzero(candidates.is_eligible[here])
    while len(rows):
        is_next = _mark_highest(first_stage_scores[rows], scoring.limits.rows)
        head = rows[is_next]
        yield from diversify(head, scoring.selection_scores(head, cluster), scoring.catalogue, diversity)
        rows = rows[~is_next]


def _mark_highest(scores: FloatArray, n: int) -> BoolArray:
    """Mark the n highest scores, of equal ones the first."""
    if len(scores) <= n:
        return np.ones(len(scores), dtype=bool)
    lowest = np.partition(scores, -n)[-n]
    is_highest: BoolArray = scores > lowest
    is_highest[np.flatnonzero(scores == lowest)[: n - np.count_nonzero(is_highest)]] = True
    return is_highest
