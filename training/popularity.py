"""How well known a song probably is, where its file does not say."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recommender.catalogue.arrays import DoubleArray

# The mean of the year weighs as much as two songs of the artist: one alone says little.
PRIOR = 2


def fill_popularity(
    popularity: DoubleArray, years: DoubleArray, artists: Sequence[tuple[str, ...]]
) -> DoubleArray:
    """Guess where `popularity` is NaN: the mean of the year, moved as the first artist's other songs are.

    An artist's songs tell by how far they are above or below the means of
    their years, the more of them the more. A year without known songs has the
    mean of all.

    Parameters
    ----------
    popularity : (n,) float, 0 to 100 or NaN
        Where all are NaN, all become 0: a column of one value says nothing.
    years : (n,) float
    artists : n tuples of names, first artist first

    Returns
    -------
    (n,) float
        From 0 to 100; what was known is as it was.
    """
    is_known = ~np.isnan(popularity)
    if not is_known.any():
        return np.zeros_like(popularity)
    songs = pd.DataFrame({"year": years, "artist": [names[0] for names in artists], "popularity": popularity})
    known = songs[is_known]
    of_year = songs["year"].map(known.groupby("year")["popularity"].mean()).fillna(known["popularity"].mean())
    above = (songs["popularity"] - of_year)[is_known].groupby(known["artist"]).agg(["sum", "count"])
    shift = songs["artist"].map(above["sum"] / (above["count"] + PRIOR)).fillna(0)
    guess = (of_year + shift).clip(0, 100).to_numpy(dtype=np.float64)
    return np.where(is_known, popularity, guess)
