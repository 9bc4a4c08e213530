"""The trained model as the server uses it: arrays and words, without scikit-learn."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray
from recommender.catalogue.features import FEATURES, NAMES

# More would turn a name into a list.
MAX_NAMED_GENRES = 2


@dataclass(frozen=True, eq=False)
class Estimator:
    """The regression coefficients that estimate the features of songs, in standardised space.

    by_genre : (d + 6, 12) of the other features on genres, year, duration and explicit
    within_artist : (3, 12) of their differences on those of year, duration and explicit, for songs of
    one artist
    """

    by_genre: DoubleArray
    within_artist: DoubleArray


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted StandardScaler and KMeans, reduced to numbers, and words for the clusters.

    mean, scale : (15,) of the features, in their units
    centres : (n_clusters, 15) in standardised space
    names : what each cluster sounds like, in words
    genres : the genres most typical of each cluster; empty without a genre file
    decades : when most songs of each cluster were made; empty if not computed
    genre_names : every genre, in the order of the places in `Catalogue.artist_genres`; empty without a
    genre file
    estimator : for songs that are not in the catalogue; None until it is fitted
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
        """The sound, genres and years of each cluster: "Calm, acoustic, quiet · folk, indie folk · 1970s"."""
        parts = zip_longest(self.names, self.genres, self.decades, fillvalue="")
        return tuple(
            " · ".join(filter(None, (name, ", ".join(genres[:MAX_NAMED_GENRES]), decades)))
            for name, genres, decades in parts
        )

    def standardise(self, features: DoubleArray) -> DoubleArray:
        """Scale (n, 15) features to mean 0 and standard deviation 1 over the catalogue."""
        scaled: DoubleArray = (features - self.mean) / self.scale
        return scaled

    def restore(self, standardised: FloatArray, feature: str) -> DoubleArray:
        """Return one feature of (n, 15) standardised rows in its own units and range: (n,)."""
        place = NAMES.index(feature)
        _, low, high = FEATURES[place]
        values: DoubleArray = np.clip(
            standardised[:, place] * self.scale[place] + self.mean[place], low, high
        )
        return values

    def find_nearest_cluster(self, standardised: npt.NDArray[np.floating[Any]]) -> IntArray:
        """Return the nearest cluster of each of (n, 15) standardised rows; ties go to the lower."""
        # |x - c|² = |x|² - 2xc + |c|², and |x|² is the same for every centre.
        distances = (self.centres**2).sum(axis=1) - 2 * standardised @ self.centres.T
        nearest: IntArray = distances.argmin(axis=1)
        return nearest
