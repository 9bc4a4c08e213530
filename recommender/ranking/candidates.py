"""Which songs may be picked for which tastes, as the wishes have it, and which wishes leave too few."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recommender.catalogue.arrays import BoolArray, DoubleArray, IntArray, look_up
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.normalise import normalise
from recommender.preparation import Prepared
from recommender.tastes.own_tastes import compute_shares
from recommender.wishes import Wishes

# The number of saved songs of its taste that a liked song counts as.
LIKED_COUNTS = 3
# What one saved song weighs where weights are multiplied, as a taste's weight is a whole number.
ONE_SONG = 2**20
# The part of a mix that its starts decide the clusters and tastes of, as those of so many songs like each.
START_PART, N_LIKE_START = 0.75, 256
# Every wish that can leave too few songs, with the value at which it asks for nothing.
LIFTED: Mapping[str, Any] = {
    "per_artist": 2**31,
    "per_new_artist": 2**31,
    "explicit": True,
    "leave_out": frozenset(),
    "years": None,
    "taste_weights": None,
    "banned_songs": frozenset(),
    "banned_artists": frozenset(),
    "removed": frozenset(),
    "recent": frozenset(),
}


@dataclass(frozen=True, eq=False)
class Candidates:
    """What there is to pick from, and for which tastes.

    weights : (n_clusters,) int, in what proportion the clusters are wanted
    taste_shares : (n_clusters, n_tastes) float, the share of each own taste of the listener in each cluster
    is_eligible : (n,) bool, whether each row may be picked: none of a taste that is not wanted, unless pinned
    pinned : the rows that stay in the mix; they are eligible, too
    liked : the rows that count as saved, each as often as it counts
    """

    weights: IntArray
    taste_shares: DoubleArray
    is_eligible: BoolArray
    pinned: IntArray
    liked: IntArray


def select_candidates(prepared: Prepared, wishes: Wishes) -> Candidates:
    """Select what may be picked, of several versions of a recording the best known, and weigh the tastes.

    Pinned and liked songs take no part where nothing is saved of their cluster:
    it is none of the listener's any more. A pinned row stays even if it is not wanted
    (`recommender.ranking.unwanted`).
    """
    catalogue, matches, own = prepared.catalogue, prepared.matches, prepared.own
    is_taste = own.counts.sum(axis=1) > 0
    pinned, liked = (
        rows[is_taste[catalogue.find_clusters(rows)]]
        for rows in (find_known_rows(wishes.kept, catalogue), find_known_rows(wishes.liked, catalogue))
    )
    if len(liked):
        # What is saved as well counts as a saved song already.
        liked = np.repeat(liked, np.where(np.isin(liked, matches.rows), LIKED_COUNTS - 1, LIKED_COUNTS))
    factors = _complete(wishes.taste_weights, len(own))
    added = np.zeros(own.counts.shape)
    np.add.at(added, (catalogue.find_clusters(liked), own.assign(liked, catalogue)), 1)
    added += _count_like_starts(prepared, wishes)
    weights = np.ceil((prepared.weights + added) @ (factors * ONE_SONG)).astype(np.int64)
    shares = compute_shares((prepared.known_weights + added) * factors)
    is_eligible = find_eligible(matches.owned_versions, catalogue, wishes)
    is_eligible &= ~prepared.unwanted.mark(wishes.allow, wishes.leave_out, catalogue)
    if not factors.all():
        is_eligible &= (factors > 0).take(prepared.row_tastes)
    # A version that lies where nothing is wanted stands in no other's way.
    is_eligible &= np.repeat(weights > 0, np.diff(catalogue.cluster_starts))
    is_eligible = keep_best_known(is_eligible, catalogue)
    if len(pinned):
        lenient = replace(wishes, explicit=True, years=None, recent=frozenset())
        pinned = pinned[find_eligible(matches.owned_versions, catalogue, lenient)[pinned]]
        is_eligible[pinned] = True
    return Candidates(weights, shares, is_eligible, pinned, liked)


def _count_like_starts(prepared: Prepared, wishes: Wishes) -> DoubleArray:
    """Return as how many saved songs of each cluster and own taste the starts count: (n_clusters, n_tastes).

    They are spread as the rows are that are most like them; none count nothing.
    """
    likeness = prepared.rate_starts(wishes.start_songs, wishes.start_artists)
    counts = np.zeros(prepared.weights.shape)
    for of_start in likeness:
        rows = np.argpartition(-of_start, min(N_LIKE_START, len(of_start) - 1))[:N_LIKE_START]
        own = prepared.own.assign(rows, prepared.catalogue)
        np.add.at(counts, (prepared.catalogue.find_clusters(rows), own), of_start[rows])
    n_saved = prepared.weights.sum() * START_PART / (1 - START_PART)
    counts *= n_saved / (counts.sum() or 1)
    return counts


def find_eligible(owned_versions: BoolArray, catalogue: Catalogue, wishes: Wishes) -> BoolArray:
    """Return for each row whether the listener has no version of it, and no wish is against it: (n,).

    Parameters
    ----------
    owned_versions : (n_versions,) bool
    """
    is_out = owned_versions.copy()
    unwanted = wishes.banned_songs | wishes.removed | wishes.recent
    is_out[catalogue.versions[find_known_rows(unwanted, catalogue)]] = True
    is_out = _spread_to_recordings(is_out, catalogue)
    is_eligible: BoolArray = look_up(~is_out, catalogue.versions)
    is_eligible[find_known_rows(wishes.unplayable, catalogue)] = False
    is_eligible[_find_rows_crediting(wishes.banned_artists, catalogue)] = False
    if not wishes.explicit:
        is_eligible &= ~catalogue.explicit
    if wishes.years:
        first, last = wishes.years
        is_eligible &= (catalogue.first_years >= first) & (catalogue.first_years <= last)
        is_eligible &= catalogue.years > 0  # a guessed year keeps no promise
    return is_eligible


def keep_best_known(is_eligible: BoolArray, catalogue: Catalogue) -> BoolArray:
    """Return which rows stay eligible where each recording has only its best known one: (n,).

    That is the most popular of those that are eligible, of equals the lowest.
    """
    is_left = look_up(is_eligible, catalogue.repeated_rows)
    # Compressing costs a quarter of what indexing by a mask does.
    rows, recordings = (
        of_row.compress(is_left) for of_row in (catalogue.repeated_rows, catalogue.repeated_recordings)
    )
    is_best: BoolArray = is_eligible.copy()
    is_best[rows[1:].compress(recordings[1:] == recordings[:-1])] = False
    return is_best


def _spread_to_recordings(is_out: BoolArray, catalogue: Catalogue) -> BoolArray:
    """Return for each version whether it or another release of its recording is out: (n_versions,)."""
    is_recording_out = np.zeros(len(is_out), dtype=bool)
    is_recording_out[catalogue.recordings[is_out]] = True
    return look_up(is_recording_out, catalogue.recordings)


def count_by_cluster(is_eligible: BoolArray, catalogue: Catalogue) -> IntArray:
    """Count the eligible rows of each cluster: (n_clusters,)."""
    clusters = map(catalogue.cluster, range(catalogue.n_clusters))
    return np.array([np.count_nonzero(is_eligible[rows]) for rows in clusters])


def find_known_rows(ids: Collection[str], catalogue: Catalogue) -> IntArray:
    """Return the rows of those ids that the catalogue has, in the order of the ids."""
    if not ids:
        return np.empty(0, dtype=np.int64)
    rows = catalogue.find_rows(sorted(ids))
    return rows[rows >= 0]


def _find_rows_crediting(artists: Iterable[str], catalogue: Catalogue) -> IntArray:
    """Return the rows that credit any of these artists, first or as a guest."""
    places = find(hash_texts(map(normalise, sorted(artists))), catalogue.artist_keys)
    if not len(places):
        return np.empty(0, dtype=np.int64)
    ends = catalogue.row_artist_ends
    # Sought as the type of the ends, which would be copied whole to that of what is sought.
    credits = np.flatnonzero(np.isin(catalogue.row_artists, places)).astype(ends.dtype)
    return np.searchsorted(ends, credits, "right")


def _complete(taste_weights: tuple[float, ...] | None, n_tastes: int) -> DoubleArray:
    """Return the factor of each taste, scaled so that the greatest is 1; without any its weight is 1."""
    weights = [*(taste_weights or ()), *[1.0] * n_tastes][:n_tastes]
    factors: DoubleArray = np.array(weights) / (max(weights) or 1)
    return factors


def find_limiting_wishes(
    prepared: Prepared, candidates: Candidates, wishes: Wishes, is_known_artist: BoolArray
) -> tuple[str, ...]:
    """Name the wishes without which there would be more songs to pick.

    These are all that are in the way alone; where only several together are,
    as few of them as are enough. None where the catalogue has no more.

    Parameters
    ----------
    candidates : those of `wishes` as they are
    is_known_artist : (m,) bool, as `ListenerProfile` has it, liked songs counted
    """

    def count_without(lifted: Iterable[str]) -> int:
        fewer = replace(wishes, **{name: LIFTED[name] for name in lifted})
        return _count_pickable(select_candidates(prepared, fewer), fewer, is_known_artist, prepared.catalogue)

    n_now = _count_pickable(candidates, wishes, is_known_artist, prepared.catalogue)
    active = tuple(name for name, lifted in LIFTED.items() if getattr(wishes, name) != lifted)
    alone = tuple(name for name in active if count_without((name,)) > n_now)
    if alone or count_without(active) == n_now:
        return alone
    together = active
    for name in active:
        others = tuple(other for other in together if other != name)
        if count_without(others) > n_now:
            together = others
    return together


def _count_pickable(
    candidates: Candidates, wishes: Wishes, is_known_artist: BoolArray, catalogue: Catalogue
) -> int:
    """Count the songs that can be picked at most: one version of each, as many of an artist as wished."""
    caps = np.full(len(catalogue.artist_group_keys), wishes.per_new_artist)
    caps[catalogue.artist_groups[is_known_artist]] = wishes.per_artist
    most = np.minimum(_count_by_artist(np.flatnonzero(candidates.is_eligible), catalogue), caps)
    return int(np.maximum(most, _count_by_artist(candidates.pinned, catalogue)).sum())


def _count_by_artist(rows: IntArray, catalogue: Catalogue) -> IntArray:
    """Count the songs of each group of first artists, recordings once: (n_groups,)."""
    _, first = np.unique(catalogue.find_recordings(rows), return_index=True)
    groups = catalogue.artist_groups[catalogue.first_artists[rows[first]]]
    return np.bincount(groups, minlength=len(catalogue.artist_group_keys))
