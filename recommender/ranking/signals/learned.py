"""The signal that trees have learned: what the weighted mean of the others gets wrong.

Trees that `./run fit` has fitted to playlists with hidden songs, for songs by known
artists and for those by new ones, with and without what stands together in playlists.
They were boosted from the weighted mean on, so that they only correct it.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.ranking.signals.signal import Refine, Signal, SignalInputs
from recommender.ranking.signals.together import has_playlists
from recommender.ranking.signals.traits import build_trait_tables
from recommender.ranking.trees import load_trees

FITTED = Path(__file__).parents[1] / "fitted"
#: The trees by whether there are playlists, then for songs by known artists and by new ones.
TREES = {
    has_any: tuple(load_trees(FITTED / f"{kind}{suffix}.npz") for kind in ("known", "new"))
    for has_any, suffix in ((False, ""), (True, "_with_playlists"))
}
# The trees add or take away at most this much, in the units of the weights.
MAX_CORRECTION = 3.0


def correct(given: SignalInputs) -> Refine:
    """Return what rates rows by how much the trees correct the other signals: 1/2 where they do not."""
    tables = build_trait_tables(given)
    trees = TREES[has_playlists(given.catalogue)]

    def refine(rows: IntArray, values: Mapping[str, FloatArray], is_new: BoolArray) -> FloatArray:
        traits = tables.collect(rows, values)
        corrections = np.zeros(len(rows), dtype=np.float32)
        for kind, of_kind in enumerate(trees):
            here = np.flatnonzero(is_new == kind)
            corrections[here] = of_kind.evaluate(traits[:, here])
        return np.clip(corrections / (2 * MAX_CORRECTION) + 0.5, 0, 1)

    return refine


LEARNED = Signal(
    "learned", known_weight=2 * MAX_CORRECTION, new_weight=2 * MAX_CORRECTION, refine=correct
)
