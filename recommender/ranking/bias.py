"""The bias that is added to scores when candidates are selected: nudges, and chance."""

import numpy as np

from recommender.catalogue.arrays import FloatArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES
from recommender.wishes import Wishes

# What a nudge of 1 adds to a song far above the mean of the feature. On playlists it moves the mean of the
# picks by about 0.7 standard deviations of the catalogue, and finds 30 % fewer hidden songs.
MAX_NUDGE = 0.1
# What a seed adds at most, in standard deviations of the odds of the best candidates.
MAX_NOISE = 4.5


def compute_bias(wishes: Wishes, catalogue: Catalogue) -> FloatArray | None:
    """Compute the bias of each row: (n,), None where nothing is wished.

    Each nudge adds its part of a standardised feature, bounded by tanh so that
    outliers are not picked for being outliers.
    """
    nudges = {name: nudge for name, nudge in wishes.nudges.items() if nudge}
    if not nudges:
        return None
    bias = np.zeros(len(catalogue), dtype=np.float32)
    for name, nudge in nudges.items():
        bias += np.float32(MAX_NUDGE * nudge) * np.tanh(catalogue.standardised[:, NAMES.index(name)])
    return bias


def compute_noise(wishes: Wishes, n_rows: int) -> FloatArray | None:
    """Compute the noise of each row, 0 to `MAX_NOISE`; None without a seed.

    It is the same for the same seed and number of rows.
    """
    if wishes.seed is None:
        return None
    noise = np.random.default_rng(wishes.seed).uniform(0, MAX_NOISE, n_rows)
    return noise.astype(np.float32)
