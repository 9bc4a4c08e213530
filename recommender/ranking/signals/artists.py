"""Signals of who made a song: artists whom the listener has saved, alone, as guests, on one record."""

import numpy as np

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.table import Table
from recommender.tastes.listener import ListenerProfile

# So many saved songs of one artist say all there is to say.
MAX_SONGS = 63
# Of songs this many years apart no two are of one record.
MAX_RECORD_YEARS = 4


def affinity(listener: ListenerProfile, n_artists: int) -> FloatArray:
    """Give how much the listener likes each artist, from 0 to 1: the logarithm of their saved songs.

    The second song of an artist says more than the twentieth.

    Returns
    -------
    (n_artists,) float32
        1 from `MAX_SONGS` songs on.
    """
    counts = np.bincount(listener.artists[listener.artists >= 0], minlength=n_artists)
    return _by_count(counts)


def artist(liked: FloatArray, catalogue: Catalogue) -> Table:
    """Give each row the listener's affinity to its first artist."""
    return Table(liked, catalogue.first_artists)


def guests(liked: FloatArray, catalogue: Catalogue) -> Table:
    """Give each row the greatest affinity to any other artist credited in it; 0 where there is none."""
    is_guest = np.ones(len(catalogue.row_artists), dtype=bool)
    is_guest[0] = False
    is_guest[catalogue.row_artist_ends[:-1]] = False
    credits = np.flatnonzero(is_guest)
    # A credit stands behind one first artist for each row up to its own, and behind the guests before it.
    rows = credits - np.arange(1, len(credits) + 1)
    greatest = np.zeros(len(catalogue), dtype=np.float32)
    np.maximum.at(greatest, rows, liked.take(catalogue.row_artists[credits]))
    return Table(greatest, np.arange(len(catalogue), dtype=np.int32))


def record(listener: ListenerProfile, catalogue: Catalogue) -> Table:
    """Say how likely each row is of a record of which the listener has songs.

    Those are the saved songs of its first artist, each counted by
    exp(-years between). The catalogue knows no albums.
    """
    is_known = (listener.artists >= 0) & (listener.years >= 0)
    artists, numbers = np.unique(listener.artists[is_known], return_inverse=True)
    first = int(catalogue.years.min())
    n_years = int(catalogue.years.max()) - first + 1
    counts = np.zeros((len(artists) + 1) * n_years)
    # A song of before or after all of the catalogue's counts by what it is near to.
    for apart in range(-MAX_RECORD_YEARS, MAX_RECORD_YEARS + 1):
        years = listener.years[is_known] - first + apart
        is_inside = (years >= 0) & (years < n_years)
        np.add.at(counts, numbers[is_inside] * n_years + years[is_inside], np.exp(-abs(apart)))
    # The last line is that of all artists whom the listener has no song of.
    line_of = np.full(len(catalogue.artist_keys), len(artists), dtype=np.int32)
    line_of[artists] = np.arange(len(artists))
    places = line_of.take(catalogue.first_artists)
    places *= n_years
    places += catalogue.years
    places -= first
    return Table(_by_count(counts), places)


def _by_count(counts: DoubleArray | IntArray) -> FloatArray:
    logarithm: FloatArray = np.log1p(counts).astype(np.float32) / np.float32(np.log1p(MAX_SONGS))
    return np.minimum(logarithm, 1)
