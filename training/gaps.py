"""What files lack, by what is probable: the year and popularity of songs, and whether they are explicit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recommender.catalogue.arrays import DoubleArray

# The mean of the year weighs as much as two songs of the artist: one alone is little evidence.
PRIOR_SONGS = 2


def fill_gaps(values: DoubleArray, years: DoubleArray, artists: Sequence[tuple[str, ...]]) -> DoubleArray:
    """Fill NaN in `values` with the mean of the year, shifted as the first artist's other songs are.

    The shift is the mean deviation of the artist's songs from their years,
    shrunk the more, the fewer they are. A year without known songs has the
    mean of all.

    Parameters
    ----------
    values : (n,) float, NaN where unknown
        Where all are NaN, all become 0: a constant column carries no information.
    years : (n,) float; the same for all, to go without
    artists : n tuples of names, first artist first

    Returns
    -------
    (n,) float
        Within the range of the known values, which are unchanged.
    """
    is_known = ~np.isnan(values)
    if not is_known.any():
        return np.zeros_like(values)
    songs = pd.DataFrame({"year": years, "artist": [names[0] for names in artists], "value": values})
    known = songs[is_known]
    by_year = songs["year"].map(known.groupby("year")["value"].mean()).fillna(known["value"].mean())
    deviations = (songs["value"] - by_year)[is_known].groupby(known["artist"]).agg(["sum", "count"])
    shift = songs["artist"].map(deviations["sum"] / (deviations["count"] + PRIOR_SONGS)).fillna(0)
    guesses = (by_year + shift).clip(known["value"].min(), known["value"].max())
    return np.where(is_known, values, guesses.to_numpy(dtype=np.float64))
