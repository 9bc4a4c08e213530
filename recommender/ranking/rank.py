"""The best new songs of each cluster, by known artists and by new ones, in playlist order.

What is picked is counted by cell: 2 * cluster + kind, where the kind is 1 for songs
of whose artists the listener has nothing, else 0.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import inf
from typing import Generic, TypeVar

import numpy as np

from recommender.catalogue.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from recommender.ranking.allocate import allocate_kinds, allocate_with_pinned, interleave_kinds
from recommender.ranking.candidates import Candidates, count_by_cluster
from recommender.ranking.diversity import diversify
from recommender.ranking.order import order_best_first
from recommender.ranking.scoring import Scoring
from recommender.tastes.own_tastes import OwnTastes
from recommender.wishes import Wishes

T = TypeVar("T")

# A taste gets no song, however good, with which it would have this many more than its share of those
# picked so far. Songs by known artists go by their scores alone: held to shares as well they lose 0.01 of
# NDCG@50 on the nine libraries (Familiar).
LEADS = (inf, 2.0)
# A taste that would be behind by more places than this has the next song by a new artist.
MAX_LAG = 1.0
# Where such a taste is looked for, in `Limits.rows`, and how many songs of each are scored by all signals.
REACH = 16
N_RESERVES = 12


@dataclass(frozen=True, eq=False)
class Ranking:
    """The picks in playlist order, then the spares, cluster by cluster.

    rows, clusters, scores : (n_picks + n_spares,) catalogue row, cluster and score of each
    tastes : (n_picks + n_spares,) the listener's own taste that each is of
    is_new : (n_picks + n_spares,) whether the listener knows none of its artists
    signals : name -> (n_picks + n_spares,) what the score is the weighted mean of
    shares : (n_clusters,) picks of each cluster, n_picks in all
    """

    rows: IntArray
    clusters: IntArray
    tastes: IntArray
    is_new: BoolArray
    scores: FloatArray
    signals: dict[str, FloatArray]
    shares: IntArray


def count_new(wishes: Wishes, n_places: int) -> int:
    """Return how many of some places are wished for new artists: the nearest whole number."""
    return round(wishes.new_artists * n_places)


def rank(
    scoring: Scoring, candidates: Candidates, own: OwnTastes, pinned: IntArray, wishes: Wishes
) -> Ranking:
    """Pick the songs that score highest in each cluster, in proportion to the clusters, best first.

    The songs of a cluster by new artists are shared among the listener's own tastes, so that these
    have together with those by known artists what is in proportion to their saved songs in the
    clusters, but for less than two songs. Where a taste has no candidates that are looked at, its places go
    to the others.

    `wishes.new_artists` of all picks are by artists of whom the listener has nothing,
    and known and new artists have each a ranking of their own. Of songs that are about as
    good, those that are less like the ones before are taken (`recommender.ranking.diversity`).
    No two versions of one song are picked, and at most `wishes.per_artist` songs of one first
    artist, `wishes.per_new_artist` of one of whom the listener has nothing. A cluster that these
    rules leave short of one kind swaps places with others, and where it has too few songs
    of both gives its places to them (`allocate_kinds`); there are fewer than `wishes.size` picks
    only where all weighted clusters run out. Equal scores go to the lower row.

    Pinned songs come before all others, even if they are more than an artist has
    places for.

    Parameters
    ----------
    pinned : (n_pinned,) int
        Rows that stay, best first, at most `wishes.size`, and no two versions of one song.
    """
    catalogue = scoring.catalogue
    numbers = 2 * catalogue.find_clusters(pinned) + scoring.is_new[pinned]
    of_cells = [pinned[numbers == cell].tolist() for cell in range(2 * catalogue.n_clusters)]
    first_stage_scores = scoring.first_stage_scores()
    cells = [
        _Cell(first_stage_scores, cell, candidates, scoring, own, wishes.diversity)
        for cell in range(2 * catalogue.n_clusters)
    ]
    picked, spares = _pick(cells, of_cells, candidates, scoring, own, wishes)
    return _order(picked, spares, scoring, own)


def _order(picked: list[list[int]], spares: list[list[int]], scoring: Scoring, own: OwnTastes) -> Ranking:
    """Bring what was picked from each cell into playlist order, the best of each first."""
    counts = [len(rows) for rows in picked + spares]
    rows = np.array([row for rows in picked + spares for row in rows], dtype=np.int64)
    cells = np.repeat(np.tile(np.arange(len(picked)), 2), counts)
    clusters, is_new = cells // 2, cells % 2 == 1
    signals = {signal.name: np.zeros(len(rows), dtype=np.float32) for signal in scoring.signals}
    for cluster in np.unique(clusters).tolist():
        here = clusters == cluster
        for name, values in scoring.values(rows[here], cluster).items():
            signals[name][here] = values
    scores = scoring.combine(signals, is_new)
    shares = np.array(counts[: len(picked)]).reshape(-1, 2)
    n_picks = int(shares.sum())
    order = np.arange(len(rows))
    order[:n_picks] = order_best_first(clusters[:n_picks], is_new[:n_picks], scores[:n_picks], rows[:n_picks])
    by_name = {name: values[order] for name, values in signals.items()}
    return Ranking(
        rows[order],
        clusters[order],
        own.assign(rows[order], scoring.catalogue),
        is_new[order],
        scores[order],
        by_name,
        shares.sum(axis=1),
    )


def _pick(
    cells: list["_Cell"],
    pinned: list[list[int]],
    candidates: Candidates,
    scoring: Scoring,
    own: OwnTastes,
    wishes: Wishes,
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the rows picked from each cell and its spares, each in the order in which they were picked.

    Pinned rows come first. The cells take turns, so that none is served last.
    """
    kinds = (candidates.is_eligible & ~scoring.is_new, candidates.is_eligible & scoring.is_new)
    eligible = np.stack([count_by_cluster(kind, scoring.catalogue) for kind in kinds], axis=1)
    n_new = count_new(wishes, wishes.size)
    taste_shares = own.compute_shares(candidates.liked, scoring.catalogue)

    def allocate(capacity: IntArray, taken: IntArray) -> IntArray:
        room, n_taken = capacity.sum(axis=1), taken.sum(axis=1)
        shares = allocate_with_pinned(candidates.weights, wishes.size, room, n_taken)
        return allocate_kinds(shares, n_new, capacity, taken)

    draft = _Draft(cells, pinned, taste_shares, scoring, wishes)
    n_pinned = draft.counts
    capacity, shares = eligible, allocate(eligible, n_pinned)
    while not draft.take(shares):
        # A cell that came short has run out: others share its places, or swap places with it.
        capacity = np.where(draft.counts < shares, draft.counts, capacity)
        shares, anew = allocate(capacity, draft.counts), allocate(capacity, n_pinned)
        if shares[:, 1].sum() != anew[:, 1].sum():
            # What has been picked leaves no places to swap.
            draft, shares = _Draft(cells, pinned, taste_shares, scoring, wishes), anew
    # It may have run out only because others had used up its artists, whom the last draft has left.
    capacity = eligible
    while not draft.take(shares := allocate(capacity, draft.counts)):
        capacity = np.where(draft.counts < shares, draft.counts, capacity)
    return draft.picked, draft.list_spares(wishes.spares)


class _Stream(Generic[T]):
    """What is worked out when first asked for, and kept for whoever reads it again."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._kept: list[T] = []

    def __iter__(self) -> Iterator[T]:
        yield from self._kept
        for item in self._items:
            self._kept.append(item)
            yield item


#: The candidates of a cell that are looked at together, best first, each with its taste.
_Head = _Stream[tuple[int, int]]


class _Cell:
    """The candidates of a cell that are worth a look.

    heads : as `_list_heads` yields them
    """

    def __init__(
        self,
        first_stage_scores: FloatArray,
        cell: int,
        candidates: Candidates,
        scoring: Scoring,
        own: OwnTastes,
        diversity: float,
    ) -> None:
        self.cluster, self.kind = divmod(cell, 2)
        self._scores, self._scoring, self._own = first_stage_scores, scoring, own
        here = scoring.catalogue.cluster(self.cluster)
        is_of_kind = scoring.is_new[here] if self.kind else ~scoring.is_new[here]
        is_candidate = candidates.is_eligible[here] & is_of_kind & bool(candidates.weights[self.cluster])
        self._rows = here.start + np.flatnonzero(is_candidate)
        self.heads = _Stream(self._list_heads(diversity))

    @cached_property
    def reserves(self) -> list[list[int]]:
        """The best rows of each taste, the best first."""
        rows = self._rows[_mark_highest(self._scores[self._rows], REACH * self._scoring.limits.rows)]
        tastes = self._own.assign(rows, self._scoring.catalogue)
        order = np.lexsort((-self._scores[rows], tastes))
        rows, tastes = rows[order], tastes[order]
        starts = np.searchsorted(tastes, np.arange(len(self._own) + 1))
        is_best = np.arange(len(rows)) - starts[tastes] < N_RESERVES
        rows, tastes = rows[is_best], tastes[is_best]
        order = np.lexsort((rows, -self._scoring.selection_scores(rows, self.cluster)))
        return [rows[order][tastes[order] == taste].tolist() for taste in range(len(self._own))]

    def _list_heads(self, diversity: float) -> Iterator[_Head]:
        """Yield a cell's candidates with their tastes, re-ranked for diversity, the best first.

        That is exact within each `Limits.rows` rows, which are those that come next by
        the signals that are looked up.
        """
        scoring, rows = self._scoring, self._rows
        while len(rows):
            is_next = _mark_highest(self._scores[rows], scoring.limits.rows)
            head = rows[is_next]
            scores = scoring.selection_scores(head, self.cluster)
            tastes = self._own.assign(head, scoring.catalogue)
            taste_by_row = dict(zip(head.tolist(), tastes.tolist(), strict=True))
            best = diversify(head, scores, scoring.catalogue, diversity)
            yield _Stream((row, taste_by_row[row]) for row in best)
            rows = rows[~is_next]


class _Draft:
    """A mix in the making: what was picked from each cell, and by whom it is.

    picked : the rows of each cell, the pinned ones first
    """

    def __init__(
        self,
        cells: list[_Cell],
        pinned: list[list[int]],
        taste_shares: DoubleArray,
        scoring: Scoring,
        wishes: Wishes,
    ) -> None:
        catalogue, listener = scoring.catalogue, scoring.inputs.listener
        self.picked = [list(rows) for rows in pinned]
        self._catalogue = catalogue
        self._is_known = listener.is_known_artist
        self._caps = {True: wishes.per_artist, False: wishes.per_new_artist}
        rows = [row for rows in pinned for row in rows]
        self._n_by_group = Counter(self._get_group(row) for row in rows)
        self._recordings = {self._get_recording(row) for row in rows}
        self._shares = taste_shares.tolist()
        # What each taste should have of the picks so far, less what it has.
        self._debts = [0.0] * taste_shares.shape[1]
        self._allowed = [self._choose(cell) for cell in cells]

    @property
    def counts(self) -> IntArray:
        """The picks of each cluster, by known artists and by new ones: (n_clusters, 2)."""
        return np.array([len(rows) for rows in self.picked]).reshape(-1, 2)

    def take(self, shares: IntArray) -> bool:
        """Pick until each cell has its share or has run out; return whether all have it."""
        for cell in interleave_kinds(shares - self.counts):
            self.picked[cell].extend(islice(self._allowed[cell], 1))
        return np.array_equal(self.counts, shares)

    def list_spares(self, n: int) -> list[list[int]]:
        """List the next best `n` of each cell that has picks."""
        cells = zip(self.picked, self._allowed, strict=True)
        return [list(islice(rows, n if picked else 0)) for picked, rows in cells]

    def _choose(self, cell: _Cell) -> Iterator[int]:
        """Yield the rows of a cell that may be picked, best first, but none of a taste that has its places.

        These wait until it is the turn of their taste again, or nothing else is left of those that are
        looked at together. What a taste has too little of in one cell, it may have in the next.
        """
        shares, lead = self._shares[cell.cluster], LEADS[cell.kind]
        for head in cell.heads:
            waiting: list[tuple[int, int]] = []
            rows = iter(head)
            while True:
                chosen = self._find_overdue(cell) if cell.kind else None
                chosen = chosen or self._find_due(waiting, rows, shares, lead)
                if chosen is None:
                    break
                row, taste = chosen
                self._debts = [debt + share for debt, share in zip(self._debts, shares, strict=True)]
                self._debts[taste] -= 1
                self._n_by_group[self._get_group(row)] += 1
                self._recordings.add(self._get_recording(row))
                yield row

    def _find_overdue(self, cell: _Cell) -> tuple[int, int] | None:
        """Return the best row of the taste that is furthest behind, with it, if by more than `MAX_LAG`."""
        due = [debt + share for debt, share in zip(self._debts, self._shares[cell.cluster], strict=True)]
        for taste in sorted(range(len(due)), key=lambda taste: -due[taste]):
            if due[taste] <= MAX_LAG:
                break
            for row in cell.reserves[taste]:
                if self._is_allowed(row):
                    return row, taste
        return None

    def _find_due(
        self,
        waiting: list[tuple[int, int]],
        rows: Iterator[tuple[int, int]],
        shares: list[float],
        lead: float,
    ) -> tuple[int, int] | None:
        """Return the best row of a taste that has places left, with it; else the best that waits, if any."""
        for at, (row, taste) in enumerate(waiting):
            if self._debts[taste] + shares[taste] - 1 > -lead and self._is_allowed(row):
                return waiting.pop(at)
        for row, taste in rows:
            if self._is_allowed(row):
                if self._debts[taste] + shares[taste] - 1 > -lead:
                    return row, taste
                waiting.append((row, taste))
        while waiting:
            if self._is_allowed(waiting[0][0]):
                return waiting.pop(0)
            waiting.pop(0)
        return None

    def _is_allowed(self, row: int) -> bool:
        """Return whether the caps and the recordings picked so far allow a row."""
        cap = self._caps[bool(self._is_known[self._catalogue.first_artists[row]])]
        return (
            self._n_by_group[self._get_group(row)] < cap and self._get_recording(row) not in self._recordings
        )

    def _get_recording(self, row: int) -> int:
        """Return the recording of a row, which may have several versions."""
        return int(self._catalogue.recordings[self._catalogue.versions[row]])

    def _get_group(self, row: int) -> int:
        """Return the group of a row's first artist: variants of one name count together."""
        return int(self._catalogue.artist_groups[self._catalogue.first_artists[row]])


def _mark_highest(scores: FloatArray, n: int) -> BoolArray:
    """Mark the n highest scores, of equal ones the first."""
    if len(scores) <= n:
        return np.ones(len(scores), dtype=bool)
    lowest = np.partition(scores, -n)[-n]
    is_highest: BoolArray = scores > lowest
    is_highest[np.flatnonzero(scores == lowest)[: n - np.count_nonzero(is_highest)]] = True
    return is_highest
