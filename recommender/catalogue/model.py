"""The trained model as the server uses it: numbers and words, without scikit-learn."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import DoubleArray, IntArray

# More would make a name a list.
NAMED_GENRES = 2


@dataclass(frozen=True, eq=False)
class Estimator:
    """What training learned of songs that are told of only in part, in standardised space.

    by_genre : (d + 6, 12) what genres, year, duration and explicit say of the other features
    within_artist : (3, 12) what a difference in the three says of them, for songs of one artist
    """

    by_genre: DoubleArray
    within_artist: DoubleArray


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted StandardScaler and KMeans, reduced to numbers, and words for the clusters.

    mean, scale : (15,) of the features, in their units
    centres : (n_clusters, 15) in standardised space
    names : what each cluster sounds like, for people
    genres : the genres most typical of each cluster; empty without a genre file
    decades : when most songs of each cluster were made; empty where nobody has looked
    genre_names : every genre, in the order that `Catalogue.artist_genres` counts them; empty without one
    estimator : how songs that are not in the catalogue are estimated; None while it is not fitted
    """

    mean: DoubleArray
    scale: DoubleArray
    centres: DoubleArray
    names: tuple[str, ...]
    genres: tuple[tuple[str, ...], ...]
    genre_names: tuple[str, ...] = ()
    estimator: Estimator | None = None
    decades: tuple[str, ...] = ()

    @property
    def full_names(self) -> tuple[str, ...]:
        """Each cluster by its sound, genres and years: "Calm, acoustic, quiet · folk, indie folk · 1970s"."""
        said = zip_longest(self.names, self.genres, self.decades, fillvalue="")
        return tuple(
            " · ".join(filter(None, (name, ", ".join(genres[:NAMED_GENRES]), decades)))
            for name, genres, decades in said
        )

    def standardise(self, features: DoubleArray) -> DoubleArray:
        """Scale (n, 15) features to mean 0 and standard deviation 1 over the catalogue."""
        scaled: DoubleArray = (features - self.mean) / self.scale
        return scaled

    def nearest_cluster(self, standardised: npt.NDArray[np.floating[Any]]) -> IntArray:
        """Give the cluster of each of (n, 15) standardised rows: its nearest centre, ties to the lower."""
        # |x - c|² = |x|² - 2xc + |c|², and |x|² is the same for every centre.
        distances = (self.centres**2).sum(axis=1) - 2 * standardised @ self.centres.T
        nearest: IntArray = distances.argmin(axis=1)
        return nearest
