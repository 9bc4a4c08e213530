"""Signals of when a song was made and how well known it is, against what the listener has saved."""

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import DoubleArray, FloatArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.table import Table, by_logarithm
from recommender.tastes.listener import ListenerProfile

N_YEARS = 2101  # the years of `recommender.catalogue.features` end in 2100
MAX_YEARS_APART = 100  # years apart
N_POPULARITIES = 101
# Popularities this far apart are alike to 1/e.
POPULARITY_STEP = 6.0
# A density below this is not to be told from nothing.
FLOOR = 1e-3
# The first, the second, ... of an artist's songs; from this one on all are alike.
LAST_KNOWN = 1000


def era(listener: ListenerProfile, catalogue: Catalogue) -> Table:
    """Say how near each row's year is to the years of the saved songs.

    The mean of 1 / (1 + years apart)^1.5 over the saved songs: a year counts
    above all by the songs of the year itself, and far years still count.
    """
    years = listener.years[(listener.years >= 0) & (listener.years < N_YEARS)]
    counts = np.bincount(years, minlength=N_YEARS) / max(len(years), 1)
    kernel = (1.0 + np.abs(np.arange(-MAX_YEARS_APART, MAX_YEARS_APART + 1))) ** -1.5
    return Table(by_logarithm(np.convolve(counts, kernel, mode="same"), FLOOR), catalogue.years)


def fame(listener: ListenerProfile, catalogue: Catalogue) -> Table:
    """Say how much each row is as popular as the saved songs are.

    The part of the listener in the density of its popularity, beside that of
    the catalogue: 1/2 where the two are alike, so for everyone who saves
    songs regardless of fame; 1 where only the listener has such songs.
    """
    of_listener = _density(listener.popularity) + FLOOR
    of_catalogue = _density(catalogue.popularity) + FLOOR
    return Table((of_listener / (of_listener + of_catalogue)).astype(np.float32), catalogue.popularity)


def best_known(catalogue: Catalogue) -> Table:
    """Say how well known each row is among the songs of its first artist: 1 for the most popular."""
    places = np.arange(LAST_KNOWN)
    values: FloatArray = (1 - np.log1p(places) / np.log(LAST_KNOWN)).astype(np.float32)
    return Table(values, np.minimum(catalogue.popularity_ranks, LAST_KNOWN - 1))


def _density(popularity: npt.NDArray[np.uint8]) -> DoubleArray:
    counts = np.bincount(popularity, minlength=N_POPULARITIES) / max(len(popularity), 1)
    apart = np.abs(np.arange(-N_POPULARITIES + 1, N_POPULARITIES))
    spread = np.convolve(counts, np.exp(-apart / POPULARITY_STEP))
    return spread[N_POPULARITIES - 1 : 2 * N_POPULARITIES - 1]
