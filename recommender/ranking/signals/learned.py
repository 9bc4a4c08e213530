"""The signal that trees have learned: what the weighted mean of the others gets wrong.

Trees that `./run fit` has fitted to playlists with hidden songs, for songs by known
artists and for those by new ones, with and without what stands together in playlists.
They were boosted from the weighted mean on, so that they only correct it.
"""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.ranking.signals.signal import Refine, Signal, SignalInputs
from recommender.ranking.signals.together import has_playlists
from recommender.ranking.signals.traits import TRAITS, build_trait_tables
from recommender.ranking.signals.trees import Trees, load_trees

FITTED = Path(__file__).parent / "fitted"
#: The files of trees by whether there are playlists, for songs by known artists and by new ones. Trees for
#: new artists beside playlists found no more than the weighted mean does.
FILES: Mapping[bool, tuple[str | None, str | None]] = {
    False: ("known.npz", "new.npz"),
    True: ("known_with_playlists.npz", None),
}
# The trees add or take away at most this much, in the units of the weights.
MAX_CORRECTION = 3.0
# They were fitted to playlists, which have about so many songs at most. From there on they count less, by the
# square root: in full they find nothing more by known artists in the nine libraries.
MANY_SONGS = 300


@cache
def load_fitted(name: str) -> Trees:
    """Load the trees of a file in `FITTED`, once for each process.

    Raises
    ------
    ValueError
        If they were fitted to other traits than `TRAITS`.
    """
    trees = load_trees(FITTED / name)
    if tuple(trees.names.tolist()) != TRAITS:
        raise ValueError(f"the trees in {name} look at other traits: fit them anew with ./run fit")
    return trees


def prepare_correction(given: SignalInputs) -> Refine:
    """Return what rates rows by how much the trees correct the other signals: 1/2 where they do not."""
    # A mix without songs that there are trees for needs none.
    build_tables = cache(partial(build_trait_tables, given))
    trees = [load_fitted(name) if name else None for name in FILES[has_playlists(given.catalogue)]]
    part = min(1.0, (MANY_SONGS / max(len(given.listener.rows), 1)) ** 0.5)

    def refine(rows: IntArray, values: Mapping[str, FloatArray], is_new: BoolArray) -> FloatArray:
        corrections = np.zeros(len(rows), dtype=np.float32)
        for kind, of_kind in enumerate(trees):
            here = np.flatnonzero(is_new == kind)
            if of_kind and len(here):
                others = {name: of_rows[here] for name, of_rows in values.items()}
                corrections[here] = of_kind.evaluate(build_tables().collect(rows[here], others))
        corrections *= np.float32(part / (2 * MAX_CORRECTION))
        return np.clip(corrections + np.float32(0.5), 0, 1, out=corrections)

    return refine


LEARNED = Signal(
    "learned", known_weight=2 * MAX_CORRECTION, new_weight=2 * MAX_CORRECTION, refine=prepare_correction
)
