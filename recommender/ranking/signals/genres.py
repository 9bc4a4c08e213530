"""Signals of a song's genres, by the artist vectors that training made of the genre file."""

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.table import Table

# Only near ones count: a cosine of 0.7 is worth a quarter.
SHARPNESS = 4
BLOCK = 4096


def genre_and_scene(liked: FloatArray, catalogue: Catalogue, most_artists: int) -> tuple[Table, Table]:
    """Say how near the genres of each row's first artist are to the listener's.

    The first table says it of the nearest artist whom the listener has songs
    of, the second of the listener's artists together, each counted by
    affinity. Zeros where nothing is known of the artist, or of all of the
    listener's, and without a genre file.

    Parameters
    ----------
    liked : (m,) float32
        The listener's affinity to each artist, 0 to 1.
    most_artists : int
        So many of the best liked are asked for the nearest.
    """
    own = known_and_liked(liked, catalogue)
    nearest = np.zeros(len(liked), dtype=np.float32)
    together = np.zeros(len(liked), dtype=np.float32)
    if len(own):
        vectors = catalogue.artist_vectors[own].astype(np.float32)
        middle = liked[own] @ vectors
        middle /= np.maximum(np.linalg.norm(middle), np.finfo(np.float32).tiny)
        for start in range(0, len(liked), BLOCK):
            block = catalogue.artist_vectors[start : start + BLOCK]
            known = np.flatnonzero(_has_genres(block))
            some = block[known].astype(np.float32)
            # In this order the greatest are found in a fraction of the time.
            nearest[start + known] = (vectors[:most_artists] @ some.T).max(axis=0)
            together[start + known] = some @ middle
    # Half precision and opposite directions leave the range by a little or by much.
    nearest, together = np.clip(nearest, 0, 1) ** SHARPNESS, np.clip(together, 0, 1)
    return Table(nearest, catalogue.first_artists), Table(together, catalogue.first_artists)


def known_and_liked(liked: FloatArray, catalogue: Catalogue) -> IntArray:
    """Give the places of the artists whom the listener likes and whose genres are known, best liked first."""
    own = np.flatnonzero(liked)
    own = own[_has_genres(catalogue.artist_vectors[own])]
    return own[np.argsort(-liked[own], kind="stable")]


def _has_genres(vectors: npt.NDArray[np.float16]) -> BoolArray:
    # Without a genre file they are of no length. Numpy is slow with halves, not with their bits.
    bits = np.ascontiguousarray(vectors).view(np.uint16)
    has: BoolArray = np.bitwise_or.reduce(bits, axis=1) != 0
    return has
