"""The probable popularity of songs whose file has none."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recommender.catalogue.arrays import DoubleArray

# The mean of the year weighs as much as two songs of the artist: one alone is little evidence.
PRIOR_SONGS = 2


def fill_popularity(
    popularity: DoubleArray, years: DoubleArray, artists: Sequence[tuple[str, ...]]
) -> DoubleArray:
    """Fill NaN in `popularity` with the mean of the year, shifted as the first artist's other songs are.

    The shift is the mean deviation of the artist's songs from their years,
    shrunk the more, the fewer they are. A year without known songs has the
    mean of all.

    Parameters
    ----------
    popularity : (n,) float, 0 to 100 or NaN
        Where all are NaN, all become 0: a constant column carries no information.
    years : (n,) float
    artists : n tuples of names, first artist first

    Returns
    -------
    (n,) float
        From 0 to 100; known values are unchanged.
    """
    is_known = ~np.isnan(popularity)
    if not is_known.any():
        return np.zeros_like(popularity)
    songs = pd.DataFrame({"year": years, "artist": [names[0] for names in artists], "popularity": popularity})
    known = songs[is_known]
    by_year = songs["year"].map(known.groupby("year")["popularity"].mean()).fillna(known["popularity"].mean())
    deviations = (songs["popularity"] - by_year)[is_known].groupby(known["artist"]).agg(["sum", "count"])
    shift = songs["artist"].map(deviations["sum"] / (deviations["count"] + PRIOR_SONGS)).fillna(0)
    estimate = (by_year + shift).clip(0, 100).to_numpy(dtype=np.float64)
    return np.where(is_known, popularity, estimate)
