"""The probable features of a song that the catalogue lacks: by its artists, their genres and its metadata.

A saved song comes with its year, its duration and whether it is explicit;
these are taken as they are. The other features are the mean of its artists'
songs, those of near years first; shifted, where year, duration and explicit
differ from that mean, as far as such songs of one artist differ; and drawn a
little towards what is usual for those genres and that year.
"""

from collections.abc import Sequence

import numpy as np

from recommender.catalogue.arrays import DoubleArray, IntArray, list_distinct
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Estimator, Model
from recommender.matching.artists import LibraryCredits
from recommender.song import Song
from recommender.tastes.known_features import KnownFeatures

# The features that a saved song comes with, and those that are estimated.
GIVEN = [NAMES.index(name) for name in ("year", "duration_ms", "explicit")]
ESTIMATED = [place for place in range(len(NAMES)) if place not in GIVEN]
YEAR = NAMES.index("year")
# In standard deviations of the year: the weight of an artist's song halves with every four
# years between (where they deviate by 15, as those of the 170,000 songs do).
YEAR_SCALE = 0.4
# The genres weigh as much as half a song of the artist's.
GENRES_WEIGHT = 0.5
# The songs read per artist and estimate: with all of them it takes three times as long.
MAX_ROWS = 48
# A value further than this many standard deviations from the mean is an error, as the year 1000 of some
# exports is.
MAX_DEVIATIONS = 10.0
MAX_YEAR_DISTANCE = 80.0


def add_estimates(
    known: KnownFeatures,
    library: Sequence[Song],
    artists: LibraryCredits,
    catalogue: Catalogue,
    model: Model,
) -> KnownFeatures:
    """Add estimates for the songs without known features that share an artist with the catalogue."""
    is_unknown = np.ones(len(library), dtype=bool)
    is_unknown[known.places] = False
    credits = np.flatnonzero(is_unknown[artists.songs] & (artists.places >= 0))
    if model.estimator is None or not len(credits):
        return known
    # An artist who is credited twice with one song counts once.
    n_artists = len(catalogue.artist_keys)
    credited, credited_artists = np.divmod(
        list_distinct(artists.songs[credits] * n_artists + artists.places[credits]), n_artists
    )
    songs, numbers = np.unique(credited, return_inverse=True)
    given = _standardise_given([library[at] for at in songs.tolist()], model)
    vectors = estimate(given, numbers, credited_artists, catalogue, model.estimator)
    places = np.concatenate([known.places, songs])
    in_order = np.argsort(places)
    both = np.concatenate([known.vectors, vectors.astype(np.float32)])
    is_measured = np.concatenate([known.is_measured, np.zeros(len(songs), dtype=bool)])
    return KnownFeatures(places[in_order], both[in_order], is_measured[in_order])


def _standardise_given(songs: Sequence[Song], model: Model) -> DoubleArray:
    """Return the (n, 3) given features, standardised; NaN where one is missing or cannot be right."""
    years, durations = [song.year for song in songs], [song.duration_ms for song in songs]
    given = np.array([years, durations, [song.is_explicit for song in songs]], dtype=np.float64).T
    standardised: DoubleArray = (given - model.mean[GIVEN]) / model.scale[GIVEN]
    return np.where(np.abs(standardised) <= MAX_DEVIATIONS, standardised, np.nan)


def estimate(
    given: DoubleArray, songs: IntArray, artists: IntArray, catalogue: Catalogue, estimator: Estimator
) -> DoubleArray:
    """Estimate the standardised features of n songs: (n, 15).

    Parameters
    ----------
    given : (n, 3) float
        Standardised year, duration and explicit; NaN where unknown.
    songs, artists : (n_credits,) int
        Pairs of a song below n and the place in the catalogue of one of its
        artists, ordered by song. A song without artists gets what is usual for
        its given features.
    """
    pairs, rows = _list_artist_rows(artists, catalogue)
    means, weights = _average_rows(given, songs.take(pairs), rows, catalogue)
    given = np.where(np.isnan(given), means[:, GIVEN], given)
    by_artist = means[:, ESTIMATED] + (given - means[:, GIVEN]) @ estimator.within_artist
    genres = average_genres(songs, artists, len(given), catalogue)
    by_genre = build_regressors(given, genres) @ estimator.by_genre
    estimates = np.empty((len(given), len(NAMES)))
    estimates[:, GIVEN] = given
    estimates[:, ESTIMATED] = (weights[:, np.newaxis] * by_artist + GENRES_WEIGHT * by_genre) / (
        weights[:, np.newaxis] + GENRES_WEIGHT
    )
    return estimates


def _list_artist_rows(artists: IntArray, catalogue: Catalogue) -> tuple[IntArray, IntArray]:
    """Return pairs of a place in `artists` and a catalogue row that credits this artist, by place."""
    ends = catalogue.artist_row_ends.take(artists).astype(np.int64)
    starts = np.where(artists > 0, catalogue.artist_row_ends.take(artists - 1), 0).astype(np.int64)
    counts = ends - starts
    taken = np.minimum(counts, MAX_ROWS)
    pairs = np.repeat(np.arange(len(artists)), taken)
    within = np.arange(len(pairs)) - np.repeat(np.cumsum(taken) - taken, taken)
    # Evenly spread over the artist's rows, which are ordered by cluster.
    places = starts.take(pairs) + within * counts.take(pairs) // taken.take(pairs)
    return pairs, catalogue.artist_rows.take(places)


def _average_rows(
    given: DoubleArray, songs: IntArray, rows: IntArray, catalogue: Catalogue
) -> tuple[DoubleArray, DoubleArray]:
    """Return the mean of each song's rows, weighted by nearness in years, and its weight; `songs` ascends."""
    features = np.take(catalogue.standardised, rows, axis=0)
    distances = np.abs(features[:, YEAR] - given[:, GIVEN.index(YEAR)].take(songs))
    # However far apart the years are, some weight remains in single precision.
    weights = np.exp(-np.minimum(np.nan_to_num(distances) / YEAR_SCALE, MAX_YEAR_DISTANCE).astype(np.float32))
    starts = np.flatnonzero(np.diff(songs, prepend=-1))
    totals, means = np.zeros(len(given)), np.zeros((len(given), len(NAMES)))
    if len(starts):
        totals[songs[starts]] = np.add.reduceat(weights, starts)
        features *= weights[:, np.newaxis]
        means[songs[starts]] = np.add.reduceat(features, starts) / totals[songs[starts], np.newaxis]
    return means, totals


def average_genres(songs: IntArray, artists: IntArray, n_songs: int, catalogue: Catalogue) -> DoubleArray:
    """Compute the (n_songs, d) mean genre vector of each song's artists; `songs` ascends."""
    starts = np.flatnonzero(np.diff(songs, prepend=-1))
    means = np.zeros((n_songs, catalogue.genre_vectors.shape[1]))
    if len(starts):
        sums = np.add.reduceat(catalogue.embed(artists).astype(np.float64), starts, axis=0)
        means[songs[starts]] = sums / np.diff(starts, append=len(songs))[:, np.newaxis]
    return means


def build_regressors(given: DoubleArray, genres: DoubleArray) -> DoubleArray:
    """Build the (n, d + 6) regressors of the estimated features from (n, 3) given ones and (n, d) genres."""
    year = given[:, [GIVEN.index(YEAR)]]
    return np.concatenate([genres, given, year**2, year**3, np.ones_like(year)], axis=1)
