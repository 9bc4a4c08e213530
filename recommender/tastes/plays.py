"""What each song of a library weighs by how often it was played."""

from collections.abc import Sequence

import numpy as np

from recommender.catalogue.arrays import DoubleArray
from recommender.song import Song


def weigh_by_plays(library: Sequence[Song]) -> DoubleArray | None:
    """Compute what each song weighs by its plays, 1 in the mean: (n_library,); None where all weigh the same.

    The weight is log(2 + plays): by the logarithm, as the second play says more than the
    hundredth; and having the song counts as a play, so that one of which no play is known
    weighs something, too.
    """
    n_plays = [song.n_plays or 0 for song in library]
    if len(set(n_plays)) < 2:
        return None
    logarithms = np.log(2.0 + np.array(n_plays, dtype=np.float64))
    weights: DoubleArray = logarithms / logarithms.mean()
    return weights
