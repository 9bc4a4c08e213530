"""Regression trees as arrays: what `./run fit` has learned, evaluated for many songs at once."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray

# The leaves of a tree are the bits of a number; so many keep the table of all numbers small.
MAX_LEAVES = 10
# The place of the lowest bit that each number lacks; the number of all bits does not occur.
_LACKED = ~np.arange(2**MAX_LEAVES)
FIRST_LEFT = np.log2(_LACKED & -_LACKED).astype(np.intp)


@dataclass(frozen=True, eq=False)
class Trees:
    """Trees whose sum rates a song, each with at most `MAX_LEAVES` leaves, numbered from the left.

    A song goes to the right at a split where its trait is above the threshold: the leaves
    on the left are out. It ends in the first leaf that is left (QuickScorer: Lucchese
    et al., "QuickScorer: a fast algorithm to rank documents with additive ensembles of
    regression trees", 2015). In a tree with fewer splits the last ones put no leaf out.

    traits : (n_tests,) uint8, which trait each test looks at
    thresholds : (n_tests,) float32, above which it is passed
    splits : (n_splits, n_trees) int32, the test at each split: many trees have the same ones
    left : (n_splits, n_trees) uint16, the bits of the leaves that are out where it is passed
    values : (n_trees, MAX_LEAVES) float32, of each leaf
    names : (n_traits,) the names of all traits by their places
    """

    traits: npt.NDArray[np.uint8]
    thresholds: FloatArray
    splits: npt.NDArray[np.int32]
    left: npt.NDArray[np.uint16]
    values: FloatArray
    names: npt.NDArray[np.str_]

    def evaluate(self, traits: FloatArray) -> FloatArray:
        """Return the sum of all trees for each of k songs: (k,) from (n_traits, k)."""
        passes = traits[self.traits] > self.thresholds[:, np.newaxis]
        goes_right = passes.take(self.splits, axis=0)
        out = np.bitwise_or.reduce(goes_right * self.left[:, :, np.newaxis], axis=0)
        starts = np.arange(0, self.values.size, MAX_LEAVES)[:, np.newaxis]
        sums: FloatArray = self.values.ravel().take(starts + FIRST_LEFT.take(out)).sum(axis=0)
        return sums


def load_trees(file: Path) -> Trees:
    """Load trees from a file that `save_trees` wrote."""
    with np.load(file) as arrays:
        return Trees(**{field.name: arrays[field.name] for field in fields(Trees)})


def save_trees(trees: Trees, file: Path) -> None:
    """Save trees to a .npz file."""
    np.savez_compressed(file, **{field.name: getattr(trees, field.name) for field in fields(Trees)})
