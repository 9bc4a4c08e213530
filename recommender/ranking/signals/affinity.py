"""How much a listener likes each artist, by the number of saved songs and their plays."""

from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray, IntArray, list_distinct
from recommender.catalogue.catalogue import Catalogue
from recommender.tastes.listener import ListenerProfile

# More saved songs of one artist than this change nothing.
SATURATION_SONGS = 63


def count_by_artist(listener: ListenerProfile, n_artists: int) -> npt.NDArray[np.int32]:
    """Count the listener's songs of each first artist: (n_artists,)."""
    artists, n_songs = np.unique(listener.artists[listener.artists >= 0], return_counts=True)
    counts = np.zeros(n_artists, dtype=np.int32)
    counts[artists] = n_songs
    return counts


def rate_counts(counts: npt.NDArray[np.float64 | np.integer[Any]]) -> FloatArray:
    """Rate numbers of saved songs from 0 to 1, by the logarithm: 1 from `SATURATION_SONGS` songs on.

    The second song of an artist says more than the twentieth.
    """
    # Most years of an artist have none, and a logarithm takes long.
    counted = np.flatnonzero(counts > 0)
    logarithm = np.log1p(counts[counted]).astype(np.float32) / np.float32(np.log1p(SATURATION_SONGS))
    rated = np.zeros(len(counts), dtype=np.float32)
    rated[counted] = np.minimum(logarithm, 1)
    return rated


def compute_affinity(listener: ListenerProfile, n_artists: int) -> FloatArray:
    """Compute how much the listener likes each artist, from 0 to 1: (n_artists,) float32.

    A song that is played much counts as several.
    """
    has_artist = listener.artists >= 0
    own = listener.artists[has_artist]
    weights = None if listener.weights is None else listener.weights[has_artist]
    # Counted among the listener's own alone: counts of all artists would be twice as large as what is kept.
    artists = list_distinct(own)
    liked = np.zeros(n_artists, dtype=np.float32)
    liked[artists] = rate_counts(np.bincount(np.searchsorted(artists, own), weights))
    return liked


def list_liked_artists(liked: FloatArray, catalogue: Catalogue) -> IntArray:
    """List the artists whom the listener likes and whose genres are known, best liked first."""
    own = np.flatnonzero((liked > 0) & catalogue.has_genres)
    return own[np.argsort(-liked[own], kind="stable")]
