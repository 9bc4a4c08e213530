"""Regression trees as arrays: what `./run fit` has learned, evaluated for many songs at once."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray

# The leaves of a tree are the bits of a number; so many keep the table of all numbers small.
MAX_LEAVES = 10
ALL_LEAVES = 2**MAX_LEAVES - 1
# The place of the lowest bit of each number; 0 has none.
_NUMBERS = np.arange(2**MAX_LEAVES)
LOWEST_BIT = np.log2(np.maximum(_NUMBERS & -_NUMBERS, 1)).astype(np.intp)


@dataclass(frozen=True, eq=False)
class Trees:
    """Trees whose sum rates a song, each with at most `MAX_LEAVES` leaves, numbered from the left.

    A song goes to the right at a split where its trait is above the threshold: the leaves to
    the left are out. It ends in the first leaf that is left (QuickScorer, by Lucchese
    et al., "QuickScorer: a fast algorithm to rank documents with additive ensembles of
    regression trees", 2015). A tree with fewer splits has some with an infinite threshold.

    traits : (n_splits, n_trees) uint8, which trait each split looks at
    thresholds : (n_splits, n_trees) float32
    leaves : (n_splits, n_trees) uint16, the bits of the leaves that stay where a song goes to the right
    values : (n_trees, MAX_LEAVES) float32, of each leaf
    """

    traits: npt.NDArray[np.uint8]
    thresholds: FloatArray
    leaves: npt.NDArray[np.uint16]
    values: FloatArray

    def evaluate(self, traits: FloatArray) -> FloatArray:
        """Return the sum of all trees for each of k songs: (k,) from (n_traits, k)."""
        goes_right = traits[self.traits] > self.thresholds[:, :, np.newaxis]
        left = np.where(goes_right, self.leaves[:, :, np.newaxis], np.uint16(ALL_LEAVES))
        ends = LOWEST_BIT[np.bitwise_and.reduce(left, axis=0)]
        sums: FloatArray = np.take_along_axis(self.values, ends, axis=1).sum(axis=0)
        return sums


def build_empty(n_trees: int) -> Trees:
    """Build trees of one leaf each, whose sum is 0, for training to fill in."""
    n_splits = MAX_LEAVES - 1
    return Trees(
        np.zeros((n_splits, n_trees), dtype=np.uint8),
        np.full((n_splits, n_trees), np.inf, dtype=np.float32),
        np.full((n_splits, n_trees), ALL_LEAVES, dtype=np.uint16),
        np.zeros((n_trees, MAX_LEAVES), dtype=np.float32),
    )


def load_trees(file: Path) -> Trees:
    """Load trees from a file that `save_trees` wrote."""
    with np.load(file) as arrays:
        return Trees(**{field.name: arrays[field.name] for field in fields(Trees)})


def save_trees(trees: Trees, file: Path) -> None:
    """Save trees to a .npz file."""
    np.savez_compressed(file, **{field.name: getattr(trees, field.name) for field in fields(Trees)})
