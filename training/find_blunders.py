"""Blunders found in all rows by the rules of `recommender.ranking.blunders`."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.catalogue.arrays import BoolArray, DoubleArray
from recommender.catalogue.features import NAMES
from recommender.ranking.blunders import BLUNDERS, LIVE, Rule
from training.credits import Credits
from training.texts import Texts


def find_blunders(
    texts: Texts,
    credits: Credits,
    versions: npt.NDArray[np.int32],
    artist_genres: sparse.csr_array,
    features: DoubleArray,
) -> npt.NDArray[np.uint16]:
    """Find the kinds of blunder that each row is: (n,) bits, that of `BLUNDERS[k]` is `1 << k`.

    Parameters
    ----------
    versions : (n,) equal for rows of the same normalised title and first artist
    artist_genres : (m, n_genres) sparse, from `tabulate_genres`
    features : (n, 15)
    """
    columns = dict(zip(NAMES, features.T, strict=True))
    columns["artist_speechiness"] = _average_by_artist(columns["speechiness"], credits)
    columns["studio_lead"] = _compute_lead(columns["popularity"], texts.tails.find(LIVE), versions)
    starts = np.concatenate([[0], credits.ends[:-1]])

    def has_genre(phrases: Sequence[str]) -> BoolArray:
        has: BoolArray = (artist_genres @ texts.genres.find(phrases))[credits.first_artists] > 0
        return has

    def find(rule: Rule) -> BoolArray:
        is_found = np.ones(len(versions), dtype=bool)
        if rule.names:
            is_found &= texts.names.find(rule.names)
        if rule.tails:
            is_found &= texts.tails.find(rule.tails)
        if rule.artists:
            is_found &= np.logical_or.reduceat(texts.artists.find(rule.artists)[credits.artists], starts)
        if rule.genres:
            is_found &= has_genre(rule.genres)
        if rule.not_genres:
            is_found &= ~has_genre(rule.not_genres)
        for name, (low, high) in rule.bounds.items():
            is_found &= (columns[name] >= low) & (columns[name] <= high)
        return is_found

    bits = np.zeros(len(versions), dtype=np.uint16)
    for place, blunder in enumerate(BLUNDERS):
        for rule in blunder.rules:
            bits[find(rule)] |= 1 << place
    return bits


def _average_by_artist(column: DoubleArray, credits: Credits) -> DoubleArray:
    """Return for each row the mean of its first artist's rows and of one more of value 0."""
    firsts = credits.first_artists
    means: DoubleArray = (np.bincount(firsts, column) / (np.bincount(firsts) + 1))[firsts]
    return means


def _compute_lead(
    popularity: DoubleArray, is_live: BoolArray, versions: npt.NDArray[np.int32]
) -> DoubleArray:
    """Return how much more popular the best studio version of each row is, minus infinity without one."""
    best = np.full(int(versions.max()) + 1, -np.inf)
    np.maximum.at(best, versions[~is_live], popularity[~is_live])
    return best[versions] - popularity
