"""Means over playlists, with their 95 % bootstrap intervals."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import DoubleArray, IntArray

RESAMPLES = 1_000
PERCENTILES = (2.5, 97.5)


@dataclass(frozen=True)
class Interval:
    """A mean and the bounds of its 95 % interval; NaN where unknown."""

    mean: float
    low: float
    high: float


def mean_interval(values: DoubleArray) -> Interval:
    """Compute the mean of (n_playlists,) values and its interval, leaving out NaN."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(float("nan"), float("nan"), float("nan"))
    low, high = np.percentile(known[_resamples(len(known))].mean(axis=1), PERCENTILES)
    return Interval(float(known.mean()), float(low), float(high))


def ratio_interval(values: DoubleArray, others: DoubleArray) -> Interval:
    """Compute the ratio of two means over the same playlists, resampled in pairs.

    Infinite over zero, NaN where both are zero.
    """
    again = _resamples(len(values))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = values[again].mean(axis=1) / others[again].mean(axis=1)
        ratio = values.mean() / others.mean()
    if np.isnan(ratio):
        return Interval(float("nan"), float("nan"), float("nan"))
    # No interpolation, as some ratios may be infinite.
    low, high = np.nanpercentile(ratios, PERCENTILES, method="inverted_cdf")
    return Interval(float(ratio), float(low), float(high))


def difference_interval(values: DoubleArray, others: DoubleArray) -> Interval:
    """Compute the mean difference of two methods on the same playlists, resampled in pairs."""
    return mean_interval(values - others)


def _resamples(n_values: int) -> IntArray:
    return np.random.default_rng(0).integers(n_values, size=(RESAMPLES, n_values))
