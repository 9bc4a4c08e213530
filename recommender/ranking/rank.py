"""The best new songs of each group, by known artists and by new ones, in playlist order.

What is picked is counted by cell: 2 * group + kind, where the kind is 1 for songs
of whose artists the listener has nothing, else 0.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.ranking.allocate import allocate_kinds, allocate_nested, interleave_kinds
from recommender.ranking.candidates import Candidates, count_by_cluster
from recommender.ranking.diversity import diversify
from recommender.ranking.groups import Groups
from recommender.ranking.scoring import Scoring
from recommender.wishes import Wishes


@dataclass(frozen=True, eq=False)
class Ranking:
    """The picks in playlist order, then the spares, group by group.

    rows, clusters, groups, scores : (n_picks + n_spares,) catalogue row, cluster, group and score of each
    is_new : (n_picks + n_spares,) whether the listener knows none of its artists
    signals : name -> (n_picks + n_spares,) what the score is the weighted mean of
    shares : (n_groups,) picks of each group, n_picks in all
    """

    rows: IntArray
    clusters: IntArray
    groups: IntArray
    is_new: BoolArray
    scores: FloatArray
    signals: dict[str, FloatArray]
    shares: IntArray


def count_new(wishes: Wishes, n_places: int) -> int:
    """Return how many of some places are wished for new artists: the nearest whole number."""
    return round(wishes.new_artists * n_places)


def rank(
    scoring: Scoring, candidates: Candidates, groups: Groups, pinned: IntArray, wishes: Wishes
) -> Ranking:
    """Pick the songs that score highest in each group, in proportion to the groups, best first.

    `wishes.new_artists` of all picks are by artists of whom the listener has nothing,
    and known and new artists have each a ranking of their own. Of songs that are about as
    good, those that are less like the ones before are taken (`recommender.ranking.diversity`).
    No two versions of one song are picked, and at most `wishes.per_artist` songs of one first
    artist, `wishes.per_new_artist` of one of whom the listener has nothing. A group that these
    rules leave short of one kind swaps places with others, and where it has too few songs
    of both gives its places to them (`allocate_kinds`); there are fewer than `wishes.size` picks
    only where all weighted groups run out. Equal scores go to the lower row.

    Pinned songs come before all others, even if they are more than an artist has
    places for.

    Parameters
    ----------
    pinned : (n_pinned,) int
        Rows that stay, best first, at most `wishes.size`, and no two versions of one song.
    """
    cells = 2 * groups.find(pinned, scoring.catalogue) + scoring.is_new[pinned]
    of_cells = [pinned[cells == cell].tolist() for cell in range(2 * len(groups))]
    streams = _list_streams(scoring, candidates, groups, wishes.diversity)
    picked, spares = _pick(streams, of_cells, candidates, groups, scoring, wishes)
    return _order(picked, spares, groups, scoring)


def _order(picked: list[list[int]], spares: list[list[int]], groups: Groups, scoring: Scoring) -> Ranking:
    """Bring what was picked from each cell into playlist order, the best of each first."""
    counts = [len(rows) for rows in picked + spares]
    rows = np.array([row for rows in picked + spares for row in rows], dtype=np.int64)
    cells = np.repeat(np.tile(np.arange(len(picked)), 2), counts)
    clusters, is_new = groups.clusters[cells // 2], cells % 2 == 1
    signals = {signal.name: np.zeros(len(rows), dtype=np.float32) for signal in scoring.signals}
    for cluster in np.unique(clusters).tolist():
        here = clusters == cluster
        for name, values in scoring.values(rows[here], cluster).items():
            signals[name][here] = values
    scores = scoring.combine(signals, is_new)
    shares = np.array(counts[: len(picked)]).reshape(-1, 2)
    n_picks = int(shares.sum())
    best_first = np.lexsort((rows[:n_picks], -scores[:n_picks], cells[:n_picks]))
    order = np.arange(len(rows))
    order[np.argsort(interleave_kinds(shares), kind="stable")] = best_first
    by_name = {name: values[order] for name, values in signals.items()}
    cells, clusters, is_new = cells[order], clusters[order], is_new[order]
    return Ranking(rows[order], clusters, cells // 2, is_new, scores[order], by_name, shares.sum(axis=1))


def _pick(
    streams: list["_Stream"],
    pinned: list[list[int]],
    candidates: Candidates,
    groups: Groups,
    scoring: Scoring,
    wishes: Wishes,
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the rows picked from each cell and its spares, each in the order in which they were picked.

    Pinned rows come first. The cells take turns, so that none is served last.
    """
    kinds = (candidates.is_eligible & ~scoring.is_new, candidates.is_eligible & scoring.is_new)
    # How many of these are of which group of a cluster shows only when they run out.
    eligible = np.stack(
        [count_by_cluster(kind, scoring.catalogue)[groups.clusters] for kind in kinds], axis=1
    )
    n_new = count_new(wishes, wishes.size)

    def allocate(capacity: IntArray, taken: IntArray) -> IntArray:
        room, n_taken = capacity.sum(axis=1), taken.sum(axis=1)
        shares = allocate_nested(groups.weights, groups.clusters, wishes.size, room, n_taken)
        return allocate_kinds(shares, n_new, capacity, taken)

    draft = _Draft(streams, pinned, scoring, wishes)
    n_pinned = draft.counts
    capacity, shares = eligible, allocate(eligible, n_pinned)
    while not draft.take(shares):
        # A cell that came short has run out: others share its places, or swap places with it.
        capacity = np.where(draft.counts < shares, draft.counts, capacity)
        shares, anew = allocate(capacity, draft.counts), allocate(capacity, n_pinned)
        if shares[:, 1].sum() != anew[:, 1].sum():
            # What has been picked leaves no places to swap.
            draft, shares = _Draft(streams, pinned, scoring, wishes), anew
    # It may have run out only because others had used up its artists, whom the last draft has left.
    capacity = eligible
    while not draft.take(shares := allocate(capacity, draft.counts)):
        capacity = np.where(draft.counts < shares, draft.counts, capacity)
    return draft.picked, draft.list_spares(wishes.spares)


def _list_streams(
    scoring: Scoring, candidates: Candidates, groups: Groups, diversity: float
) -> list["_Stream"]:
    """Return the candidates of each cell, best first; none where its group has no weight."""
    first_stage_scores = scoring.first_stage_scores()
    sources = {
        (cluster, kind): _Queues(
            _best_first(first_stage_scores, cluster, kind, candidates, groups, scoring, diversity)
        )
        for cluster in np.unique(groups.clusters).tolist()
        for kind in (0, 1)
    }
    return [
        _Stream(sources[cluster, kind].take(group) if weight else iter(()))
        for group, (cluster, weight) in enumerate(zip(groups.clusters.tolist(), groups.weights, strict=True))
        for kind in (0, 1)
    ]


class _Queues:
    """Rows that come for several groups, each handed to its own."""

    def __init__(self, rows: Iterator[tuple[int, int]]) -> None:
        self._rows = rows
        self._waiting: dict[int, deque[int]] = defaultdict(deque)

    def take(self, group: int) -> Iterator[int]:
        """Yield the rows of one group in their order; those of others wait until these are taken."""
        while True:
            if self._waiting[group]:
                yield self._waiting[group].popleft()
            elif found := next(self._rows, None):
                self._waiting[found[0]].append(found[1])
            else:
                return


class _Stream:
    """Rows, best first, that are worked out when first asked for and kept for whoever reads them again."""

    def __init__(self, rows: Iterator[int]) -> None:
        self._rows = rows
        self._kept: list[int] = []

    def __iter__(self) -> Iterator[int]:
        yield from self._kept
        for row in self._rows:
            self._kept.append(row)
            yield row


class _Draft:
    """A mix in the making: what was picked from each cell, and by whom it is.

    picked : the rows of each cell, the pinned ones first
    """

    def __init__(
        self, streams: list[_Stream], pinned: list[list[int]], scoring: Scoring, wishes: Wishes
    ) -> None:
        catalogue, listener = scoring.catalogue, scoring.inputs.listener
        self.picked = [list(rows) for rows in pinned]
        self._catalogue = catalogue
        self._is_known = listener.is_known_artist
        self._caps = {True: wishes.per_artist, False: wishes.per_new_artist}
        rows = [row for rows in pinned for row in rows]
        self._n_by_group = Counter(self._get_group(row) for row in rows)
        self._recordings = {self._get_recording(row) for row in rows}
        self._allowed = [self._filter(rows) for rows in streams]

    @property
    def counts(self) -> IntArray:
        """The picks of each group, by known artists and by new ones: (n_groups, 2)."""
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

    def _filter(self, rows: _Stream) -> Iterator[int]:
        """Yield the rows that the caps and the recordings picked so far allow, and note them there."""
        for row in rows:
            group, recording = self._get_group(row), self._get_recording(row)
            cap = self._caps[bool(self._is_known[self._catalogue.first_artists[row]])]
            if self._n_by_group[group] < cap and recording not in self._recordings:
                self._n_by_group[group] += 1
                self._recordings.add(recording)
                yield row

    def _get_recording(self, row: int) -> int:
        """Return the recording of a row, which may have several versions."""
        return int(self._catalogue.recordings[self._catalogue.versions[row]])

    def _get_group(self, row: int) -> int:
        """Return the group of a row's first artist: variants of one name count together."""
        return int(self._catalogue.artist_groups[self._catalogue.first_artists[row]])


def _best_first(
    first_stage_scores: FloatArray,
    cluster: int,
    kind: int,
    candidates: Candidates,
    groups: Groups,
    scoring: Scoring,
    diversity: float,
) -> Iterator[tuple[int, int]]:
    """Yield a cluster's candidates of one kind with their groups.

    Re-ranked for diversity, the best come first, equal ones in order.

    That is exact within each `Limits.rows` rows, which are those that come next by
    the signals that are looked up.
    """
    here = scoring.catalogue.cluster(cluster)
    is_of_kind = scoring.is_new[here] if kind else ~scoring.is_new[here]
    rows = here.start + np.flatnonzero(candidates.is_eligible[here] & is_of_kind)
    while len(rows):
        is_next = _mark_highest(first_stage_scores[rows], scoring.limits.rows)
        head = rows[is_next]
        group_of = dict(zip(head.tolist(), groups.assign(head, cluster).tolist(), strict=True))
        scores = scoring.selection_scores(head, cluster)
        for row in diversify(head, scores, scoring.catalogue, diversity):
            yield group_of[row], row
        rows = rows[~is_next]


def _mark_highest(scores: FloatArray, n: int) -> BoolArray:
    """Mark the n highest scores, of equal ones the first."""
    if len(scores) <= n:
        return np.ones(len(scores), dtype=bool)
    lowest = np.partition(scores, -n)[-n]
    is_highest: BoolArray = scores > lowest
    is_highest[np.flatnonzero(scores == lowest)[: n - np.count_nonzero(is_highest)]] = True
    return is_highest
