"""The years of a cluster in words: the decades in which most of its songs were made."""

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import IntArray


def describe_decades(years: npt.NDArray[np.int16], starts: IntArray) -> tuple[str, ...]:
    """Name the decades of the middle half of each cluster's songs: "1970s" or "1950s–1970s".

    Parameters
    ----------
    years : (n,) int, by cluster
    starts : (n_clusters + 1,) first row of each cluster, then n
        A cluster without songs has the empty text.
    """
    return tuple(map(_describe_middle_half, np.split(years, starts[1:-1])))


def _describe_middle_half(years: npt.NDArray[np.int16]) -> str:
    years = years[years > 0]
    if not len(years):
        return ""
    first, last = (int(year) // 10 * 10 for year in np.quantile(years, (0.25, 0.75), method="nearest"))
    return f"{first}s" if first == last else f"{first}s–{last}s"
