"""What wishes leave of the catalogue and make of the tastes, and which of them were in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recommender.catalogue.arrays import BoolArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.match import Matches
from recommender.matching.normalise import normalise
from recommender.tastes.cluster import Tastes
from recommender.wishes import Wishes

# How many saved songs of its taste a liked song counts as.
LIKED_COUNTS = 3
# A taste's weight is a whole number; this is what one saved song weighs where shares are wished for.
ONE_SONG = 2**20
# Every wish that can leave too few songs, by what lifts it.
LIFTED: Mapping[str, Any] = {
    "per_artist": 2**31,
    "explicit": True,
    "years": None,
    "cluster_weights": None,
    "banned_songs": frozenset(),
    "banned_artists": frozenset(),
    "removed": frozenset(),
    "recent": frozenset(),
}


@dataclass(frozen=True, eq=False)
class Candidates:
    """What there is to choose from, and for which tastes.

    weights : (n_clusters,) int, in what proportion the tastes are wanted
    is_new : (n,) bool, whether each row may be picked
    kept : the rows that stay; they may be picked, too
    liked : the rows that count as saved, each as often as it counts
    """

    weights: IntArray
    is_new: BoolArray
    kept: IntArray
    liked: IntArray


def select_candidates(wishes: Wishes, matches: Matches, tastes: Tastes, catalogue: Catalogue) -> Candidates:
    """Work out what the wishes leave.

    Kept and liked songs take no part where nothing is saved of their taste:
    it is none of the listener's any more.

    Raises
    ------
    ValueError
        If there are not as many cluster weights as clusters.
    """
    is_new = may_be_picked(matches.owned_versions, catalogue, wishes)
    is_taste = np.bincount(tastes.clusters, minlength=catalogue.n_clusters) > 0
    kept, liked = (
        rows[is_taste[catalogue.find_clusters(rows)]]
        for rows in (find_rows(wishes.kept, catalogue), find_rows(wishes.liked, catalogue))
    )
    if len(kept):
        at_all = replace(wishes, explicit=True, years=None, recent=frozenset())
        kept = kept[may_be_picked(matches.owned_versions, catalogue, at_all)[kept]]
        is_new[kept] = True
    if len(liked):
        # What is saved as well counts as a saved song already.
        liked = np.repeat(liked, np.where(np.isin(liked, matches.rows), LIKED_COUNTS - 1, LIKED_COUNTS))
    weights = tastes.weights + np.bincount(catalogue.find_clusters(liked), minlength=catalogue.n_clusters)
    return Candidates(_multiplied(weights, wishes.cluster_weights), is_new, kept, liked)


def may_be_picked(owned_versions: BoolArray, catalogue: Catalogue, wishes: Wishes) -> BoolArray:
    """Say for each row whether the listener has no version of it, and no wish is against it: (n,).

    Parameters
    ----------
    owned_versions : (n_versions,) bool
    """
    is_out = owned_versions.copy()
    unwanted = wishes.banned_songs | wishes.removed | wishes.recent
    is_out[catalogue.versions[find_rows(unwanted, catalogue)]] = True
    is_new: BoolArray = ~is_out.take(catalogue.versions)
    is_new[find_rows(wishes.unplayable, catalogue)] = False
    is_new[_rows_with(wishes.banned_artists, catalogue)] = False
    if not wishes.explicit:
        is_new &= ~catalogue.explicit
    if wishes.years:
        first, last = wishes.years
        is_new &= (catalogue.years >= first) & (catalogue.years <= last)
    return is_new


def find_rows(ids: Iterable[str], catalogue: Catalogue) -> IntArray:
    """Give the rows of those ids that the catalogue has, in the order of the ids."""
    rows = catalogue.rows_of_ids(sorted(ids))
    return rows[rows >= 0]


def _rows_with(artists: Iterable[str], catalogue: Catalogue) -> IntArray:
    """Give the rows that credit any of these artists, first or as a guest."""
    places = find(hash_texts((normalise(name),) for name in sorted(artists)), catalogue.artist_keys)
    if not len(places):
        return np.empty(0, dtype=np.int64)
    return np.searchsorted(
        catalogue.row_artist_ends, np.flatnonzero(np.isin(catalogue.row_artists, places)), "right"
    )


def _multiplied(weights: IntArray, by: tuple[float, ...] | None) -> IntArray:
    """Give whole numbers in the proportion of the products, which are not 0 where no factor is."""
    if by is None:
        return weights
    if len(by) != len(weights):
        raise ValueError(f"there are {len(weights)} tastes, and cluster_weights for {len(by)}")
    factors = np.array(by) / (max(by) or 1)
    return np.ceil(weights * factors * ONE_SONG).astype(np.int64)


def find_limiting_wishes(
    wishes: Wishes, matches: Matches, tastes: Tastes, catalogue: Catalogue
) -> tuple[str, ...]:
    """Name the wishes but for which there would be more songs to pick.

    Those of which each one alone is in the way; where only several together
    are, as few of them as are enough. None where the catalogue has no more.
    """

    def most(lifted: Iterable[str]) -> int:
        lighter = replace(wishes, **{name: LIFTED[name] for name in lifted})
        return _most(select_candidates(lighter, matches, tastes, catalogue), lighter.per_artist, catalogue)

    n_now = most(())
    active = tuple(name for name, lifted in LIFTED.items() if getattr(wishes, name) != lifted)
    alone = tuple(name for name in active if most((name,)) > n_now)
    if alone or most(active) == n_now:
        return alone
    together = active
    for name in active:
        others = tuple(other for other in together if other != name)
        if most(others) > n_now:
            together = others
    return together


def _most(choice: Candidates, per_artist: int, catalogue: Catalogue) -> int:
    """Count the songs that can be picked at most: different versions, so many of an artist."""
    is_wanted = choice.is_new & np.repeat(choice.weights > 0, np.diff(catalogue.cluster_starts))
    is_wanted[choice.kept] = True
    most = np.minimum(_by_artist(np.flatnonzero(is_wanted), catalogue), per_artist)
    return int(np.maximum(most, _by_artist(choice.kept, catalogue)).sum())


def _by_artist(rows: IntArray, catalogue: Catalogue) -> IntArray:
    """Count the songs of each first artist, versions once."""
    _, first = np.unique(catalogue.versions[rows], return_index=True)
    return np.bincount(catalogue.first_artists[rows[first]], minlength=len(catalogue.artist_keys))
