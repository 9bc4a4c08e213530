"""Fitting the estimator to a catalogue: how features go with genres, year, duration and explicit."""

import numpy as np

from recommender.catalogue.arrays import DoubleArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Estimator
from recommender.tastes.estimate import ESTIMATED, GIVEN, average_genres, build_regressors

RIDGE = 30.0
BLOCK = 65_536  # rows at once: some 40 MB


def fit_estimator(catalogue: Catalogue) -> Estimator:
    """Fit how the features of the catalogue's songs go with genres, year, duration and explicit."""
    return Estimator(_fit_by_genre(catalogue), _fit_within_artist(catalogue))


def _fit_by_genre(catalogue: Catalogue) -> DoubleArray:
    """Fit a ridge regression of the estimated features on `build_regressors`."""
    n_regressors = catalogue.genre_vectors.shape[1] + len(GIVEN) + 3
    squares: DoubleArray = RIDGE * np.eye(n_regressors)
    products: DoubleArray = np.zeros((n_regressors, len(ESTIMATED)))
    for start in range(0, len(catalogue), BLOCK):
        rows = slice(start, min(start + BLOCK, len(catalogue)))
        features = catalogue.standardised[rows].astype(np.float64)
        first_credit = catalogue.credits(start).start
        ends = catalogue.row_artist_ends[rows].astype(np.int64) - first_credit
        artists = catalogue.row_artists[first_credit : first_credit + int(ends[-1])].astype(np.int64)
        songs = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        genres = average_genres(songs, artists, len(ends), catalogue)
        regressors = build_regressors(features[:, GIVEN], genres)
        squares += regressors.T @ regressors
        products += regressors.T @ features[:, ESTIMATED]
    return np.linalg.solve(squares, products).astype(np.float64)


def _fit_within_artist(catalogue: Catalogue) -> DoubleArray:
    """Fit how the estimated features of one artist's songs vary with the given ones.

    The conditional mean of a normal distribution with the covariance of songs
    around their first artist's mean.
    """
    counts = np.bincount(catalogue.first_artists, minlength=len(catalogue.artist_keys))
    deviations = np.empty(catalogue.standardised.shape)
    for column in range(len(NAMES)):
        values = catalogue.standardised[:, column]
        means = np.bincount(catalogue.first_artists, values, minlength=len(counts)) / np.maximum(counts, 1)
        deviations[:, column] = values - means[catalogue.first_artists]
    covariance = deviations.T @ deviations
    given = covariance[np.ix_(GIVEN, GIVEN)]
    # The pseudo-inverse: a column in which no two songs of an artist differ has no effect.
    effects: DoubleArray = np.linalg.pinv(given) @ covariance[np.ix_(GIVEN, ESTIMATED)]
    return effects
