"""The best new songs of each cluster, by known artists and by new ones, in playlist order.

What is picked is counted by cell: 2 * cluster + kind, where the kind is 1 for songs
of whose artists the listener has nothing, else 0.
"""

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import inf
from typing import Generic, TypeVar

import numpy as np

from recommender.catalogue.arrays import BLOCK, BoolArray, FloatArray, IntArray
from recommender.ranking.allocate import allocate_kinds, allocate_with_pinned, interleave_kinds
from recommender.ranking.candidates import Candidates, count_by_cluster
from recommender.ranking.diversity import diversify
from recommender.ranking.order import order_best_first
from recommender.ranking.scoring import Scoring
from recommender.ranking.selection import Selection
from recommender.tastes.own_tastes import OwnTastes
from recommender.wishes import Wishes

T = TypeVar("T")

# A taste has less than this many places fewer than its share of the mix, and more. Only songs by new
# artists are held to that: known artists' held to it as well lose 0.01 of NDCG@50 on the nine libraries
# (Familiar).
MAX_TASTE_LAG, MAX_TASTE_LEAD = 1.0, 2.0
# How far down a taste that lacks songs is looked for, in `Limits.rows`.
REACH = 16
# Shares are sums of fractions; a whole one must not count as a little more.
ROUNDING = 1e-9


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
    selection: Selection, candidates: Candidates, own: OwnTastes, pinned: IntArray, wishes: Wishes
) -> Ranking:
    """Pick the songs that score highest in each cluster, in proportion to the clusters, best first.

    Songs by known artists go by their scores alone. Those by new ones are shared among the listener's
    own tastes so that these have, of both kinds together, about what is in proportion to their saved
    songs in the clusters: at most one place less, and less than two more. What tastes lack is picked
    when no more places are left than they lack; in the mix it stands where its scores put it. Where a
    taste has no candidates near enough the best of a cluster, or tastes lack more than there are places
    for new artists, it gets less.

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
    scoring = selection.scoring
    catalogue = scoring.catalogue
    numbers = 2 * catalogue.find_clusters(pinned) + scoring.is_new[pinned]
    of_cells = [pinned[numbers == cell].tolist() for cell in range(2 * catalogue.n_clusters)]
    cells = [
        _Cell(cell, candidates, selection, own, wishes.diversity) for cell in range(2 * catalogue.n_clusters)
    ]
    picked, spares = _pick(cells, of_cells, candidates, scoring, own, wishes)
    for cell in cells:
        cell.close()
    return _order(picked, spares, scoring, own)


def _order(picked: list[list[int]], spares: list[list[int]], scoring: Scoring, own: OwnTastes) -> Ranking:
    """Bring what was picked from each cell into playlist order, the best of each first."""
    counts = [len(rows) for rows in picked + spares]
    rows = np.array([row for rows in picked + spares for row in rows], dtype=np.int64)
    cells = np.repeat(np.tile(np.arange(len(picked)), 2), counts)
    clusters, is_new = cells // 2, cells % 2 == 1
    signals = scoring.values(rows)
    scores = scoring.combine(signals, is_new)
    shares = np.array(counts[: len(picked)]).reshape(-1, 2)
    n_picks = int(shares.sum())
    order = np.arange(len(rows))
    order[:n_picks] = order_best_first(clusters[:n_picks], is_new[:n_picks], scores[:n_picks], rows[:n_picks])
    by_name = {signal.name: signals[signal.name][order] for signal in scoring.signals}
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
    n_eligible = count_by_cluster(candidates.is_eligible, scoring.catalogue)
    n_eligible_new = count_by_cluster(candidates.is_eligible & scoring.is_new, scoring.catalogue)
    eligible = np.stack([n_eligible - n_eligible_new, n_eligible_new], axis=1)
    n_new = count_new(wishes, wishes.size)

    def allocate(capacity: IntArray, taken: IntArray) -> IntArray:
        room, n_taken = capacity.sum(axis=1), taken.sum(axis=1)
        shares = allocate_with_pinned(candidates.weights, wishes.size, room, n_taken)
        return allocate_kinds(shares, n_new, capacity, taken)

    def start() -> _Draft:
        return _Draft(cells, pinned, own, candidates, scoring, wishes)

    draft = start()
    n_pinned = draft.counts
    capacity, shares = eligible, allocate(eligible, n_pinned)
    while not draft.take(shares):
        # A cell that came short has run out: others share its places, or swap places with it.
        capacity = np.where(draft.counts < shares, draft.counts, capacity)
        shares, anew = allocate(capacity, draft.counts), allocate(capacity, n_pinned)
        if shares[:, 1].sum() != anew[:, 1].sum():
            # What has been picked leaves no places to swap.
            draft.close()
            draft, shares = start(), anew
    # It may have run out only because others had used up its artists, whom the last draft has left.
    capacity = eligible
    while not draft.take(shares := allocate(capacity, draft.counts)):
        capacity = np.where(draft.counts < shares, draft.counts, capacity)
    spares = draft.list_spares(wishes.spares)
    draft.close()
    return draft.picked, spares


class _Stream(Generic[T]):
    """What is worked out when first asked for, and kept for whoever reads it again."""

    def __init__(self, items: Generator[T, None, None]) -> None:
        self._items = items
        self._kept: list[T] = []

    def __iter__(self) -> Iterator[T]:
        yield from self._kept
        for item in self._items:
            self._kept.append(item)
            yield item

    def close(self) -> None:
        """Work out no more."""
        self._items.close()


#: The candidates of a cell that are looked at together, best first, each with its taste.
_Head = _Stream[tuple[int, int]]


class _Cell:
    """The candidates of a cell that are worth a look.

    heads : as `_list_heads` yields them
    reserves : those in which a taste that lacks songs is looked for
    """

    # Of millions of candidates only the best are kept: the rest is found anew if ever they are used up.

    def __init__(
        self,
        cell: int,
        candidates: Candidates,
        selection: Selection,
        own: OwnTastes,
        diversity: float,
    ) -> None:
        cluster, self.kind = divmod(cell, 2)
        self._selection, self._scoring, self._own = selection, selection.scoring, own
        self._here, self._is_eligible = self._scoring.catalogue.cluster(cluster), candidates.is_eligible
        self.heads = _Stream(self._list_heads(diversity))
        self.reserves = _Stream(self._list_reserves())

    def close(self) -> None:
        """Look at no more: what is half walked through refers to this cell, and would keep all scores."""
        self.heads.close()
        self.reserves.close()

    def _list_candidates(self, here: slice) -> IntArray:
        is_new = self._scoring.is_new[here]
        is_candidate = self._is_eligible[here] & (is_new if self.kind else ~is_new)
        rows: IntArray = here.start + np.flatnonzero(is_candidate)
        return rows

    @cached_property
    def _best(self) -> IntArray:
        """The best candidates by the signals that are looked up, ascending."""
        n_rows = REACH * self._scoring.limits.rows
        best = np.empty(0, dtype=np.int64)
        for start in range(self._here.start, self._here.stop, BLOCK):
            rows = self._list_candidates(slice(start, min(start + BLOCK, self._here.stop)))
            rows = np.concatenate([best, rows])
            best = rows[_mark_highest(self._selection.first_stage_scores.take(rows), n_rows)]
        return best

    def _list_reserves(self) -> Generator[tuple[int, int], None, None]:
        """Yield the best rows by the signals that are looked up, each with its taste."""
        n_rows = self._scoring.limits.rows
        rows = self._best
        scores = self._selection.add_noise(self._selection.first_stage_scores.take(rows), rows)
        while len(rows):
            is_next = _mark_highest(scores, n_rows)
            some = rows[is_next][np.argsort(-scores[is_next], kind="stable")]
            yield from zip(
                some.tolist(), self._own.assign(some, self._scoring.catalogue).tolist(), strict=True
            )
            rows, scores = rows[~is_next], scores[~is_next]

    def _list_heads(self, diversity: float) -> Generator[_Head, None, None]:
        """Yield a cell's candidates with their tastes, re-ranked for diversity, the best first.

        That is exact within each `Limits.rows` rows, which are those that come next by
        the signals that are looked up.
        """
        yield from self._list_heads_of(self._best, diversity)
        rows = self._list_candidates(self._here)
        yield from self._list_heads_of(rows[~np.isin(rows, self._best)], diversity)

    def _list_heads_of(self, rows: IntArray, diversity: float) -> Iterator[_Head]:
        scoring = self._scoring
        while len(rows):
            is_next = _mark_highest(self._selection.first_stage_scores.take(rows), scoring.limits.rows)
            head = rows[is_next]
            scores = self._selection.score(head)
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
        own: OwnTastes,
        candidates: Candidates,
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
        self._taste_shares = candidates.taste_shares
        tastes = own.assign(np.array(rows, dtype=np.int64), catalogue)
        self._n_by_taste = np.bincount(tastes, minlength=len(own)).tolist()
        # Each taste should have at least, and less than, so many songs.
        self._floors = [0] * len(own)
        self._ceilings = [inf] * len(own)
        # Places that are not yet filled.
        self._n_left = 0
        self._reserves: dict[_Cell, Iterator[tuple[int, int]]] = {}
        self._allowed = [self._choose(cell) for cell in cells]

    @property
    def counts(self) -> IntArray:
        """The picks of each cluster, by known artists and by new ones: (n_clusters, 2)."""
        return np.array([len(rows) for rows in self.picked]).reshape(-1, 2)

    def take(self, shares: IntArray) -> bool:
        """Pick until each cell has its share or has run out; return whether all have it."""
        targets = shares.sum(axis=1) @ self._taste_shares
        self._floors = np.ceil(targets - MAX_TASTE_LAG - ROUNDING).astype(int).tolist()
        self._ceilings = (targets + MAX_TASTE_LEAD - ROUNDING).tolist()
        # What is passed over once need not be looked at again: tastes lack less and less, caps tighten.
        self._reserves = {}
        turns = interleave_kinds(shares - self.counts)
        # What a taste has too little of by known artists, it gets by new ones.
        known, new = turns[turns % 2 == 0], turns[turns % 2 == 1]
        for n_left, cell in zip(range(len(turns), 0, -1), [*known, *new], strict=True):
            self._n_left = n_left
            self.picked[cell].extend(islice(self._allowed[cell], 1))
        return np.array_equal(self.counts, shares)

    def list_spares(self, n: int) -> list[list[int]]:
        """List the next best `n` of each cell that has picks, whatever their tastes."""
        self._n_left, self._ceilings = 0, [inf] * len(self._ceilings)
        cells = zip(self.picked, self._allowed, strict=True)
        return [list(islice(rows, n if picked else 0)) for picked, rows in cells]

    def close(self) -> None:
        """End the walks through the cells: they refer to this draft, which would wait to be collected."""
        for rows in self._allowed:
            rows.close()

    def _choose(self, cell: _Cell) -> Generator[int, None, None]:
        """Yield the rows of a cell that may be picked, best first, as far as their tastes have places.

        Rows of a taste that has its places wait until nothing else is left of those that are looked at
        together, or, for spares, until places do not count.
        """
        for head in cell.heads:
            waiting: list[tuple[int, int]] = []
            rows = iter(head)
            while (chosen := self._find_next(cell, waiting, rows)) is not None:
                row, taste = chosen
                self._n_by_taste[taste] += 1
                self._n_by_group[self._get_group(row)] += 1
                self._recordings.add(self._get_recording(row))
                yield row

    def _find_next(
        self, cell: _Cell, waiting: list[tuple[int, int]], rows: Iterator[tuple[int, int]]
    ) -> tuple[int, int] | None:
        """Return the row that is picked next, with its taste."""
        if cell.kind:
            lacking = [max(floor - n, 0) for floor, n in zip(self._floors, self._n_by_taste, strict=True)]
            if 0 < self._n_left <= sum(lacking):
                for row, taste in self._reserves.setdefault(cell, iter(cell.reserves)):
                    if lacking[taste] and self._is_allowed(row):
                        return row, taste
        return self._find_due(cell.kind, waiting, rows)

    def _find_due(
        self, kind: int, waiting: list[tuple[int, int]], rows: Iterator[tuple[int, int]]
    ) -> tuple[int, int] | None:
        """Return the best row of a taste that has places left, with it; else the best that waits, if any."""
        for at, (row, taste) in enumerate(waiting):
            if self._has_places(taste, kind) and self._is_allowed(row):
                return waiting.pop(at)
        for row, taste in rows:
            if self._is_allowed(row):
                if self._has_places(taste, kind):
                    return row, taste
                waiting.append((row, taste))
        while waiting:
            if self._is_allowed(waiting[0][0]):
                return waiting.pop(0)
            waiting.pop(0)
        return None

    def _has_places(self, taste: int, kind: int) -> bool:
        """Return whether a taste may have another song; by known artists it always may."""
        return not kind or self._n_by_taste[taste] + 1 < self._ceilings[taste]

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
