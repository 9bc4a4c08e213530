"""How a song that the catalogue lacks probably sounds: by its artists, their genres, and what is told of it.

A saved song comes with its year, its duration and whether it is explicit;
these are taken as they are. The rest is the mean of its artists' songs, those
of near years first, moved by what such songs of one artist differ by where
year, duration and explicit differ, and drawn a little towards what songs of
those genres and that year are like.
"""

from collections.abc import Sequence

import numpy as np

from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Estimator, Model
from recommender.matching.artists import LibraryCredits
from recommender.song import Song
from recommender.tastes.known_features import KnownFeatures

TOLD = [NAMES.index(name) for name in ("year", "duration_ms", "explicit")]
REST = [place for place in range(len(NAMES)) if place not in TOLD]
YEAR = NAMES.index("year")
# In standard deviations of the year: the weight of an artist's song halves with every four
# years between (where they deviate by 15, as those of the 170,000 songs do).
YEARS = 0.4
# The genres count as much as half a song of the artist's.
GENRES_WEIGHT = 0.5
# The songs of an artist that are looked at for each song: with all of them it takes three times as long.
MAX_ROWS = 48
# What lies so many standard deviations from all songs is a slip, as the year 1000 of some exports is.
MAX_DEVIATIONS = 10.0
MAX_YEARS = 80.0
RIDGE = 30.0
BLOCK = 65_536  # rows at once in training: some 40 MB


def add_estimates(
    sounds: KnownFeatures,
    library: Sequence[Song],
    artists: LibraryCredits,
    catalogue: Catalogue,
    model: Model,
) -> KnownFeatures:
    """Add those songs of a library whose sound is not known but that share an artist with the catalogue."""
    is_unknown = np.ones(len(library), dtype=bool)
    is_unknown[sounds.places] = False
    credits = np.flatnonzero(is_unknown[artists.songs] & (artists.places >= 0))
    if model.estimator is None or not len(credits):
        return sounds
    # An artist who is credited twice with one song counts once.
    n_artists = len(catalogue.artist_keys)
    credited, of_artists = np.divmod(
        np.unique(artists.songs[credits] * n_artists + artists.places[credits]), n_artists
    )
    songs, numbers = np.unique(credited, return_inverse=True)
    told = _told([library[at] for at in songs.tolist()], model)
    vectors = estimate(told, numbers, of_artists, catalogue, model.estimator)
    places = np.concatenate([sounds.places, songs])
    in_order = np.argsort(places)
    both = np.concatenate([sounds.vectors, vectors.astype(np.float32)])
    is_measured = np.concatenate([sounds.is_measured, np.zeros(len(songs), dtype=bool)])
    return KnownFeatures(places[in_order], both[in_order], is_measured[in_order])


def _told(songs: Sequence[Song], model: Model) -> DoubleArray:
    """Give (n, 3) what each song tells, standardised; NaN where it does not, or where it cannot be meant."""
    values = [(song.year, song.duration_ms, song.is_explicit) for song in songs]
    told = np.array(values, dtype=np.float64).reshape(len(songs), len(TOLD))
    standardised: DoubleArray = (told - model.mean[TOLD]) / model.scale[TOLD]
    return np.where(np.abs(standardised) <= MAX_DEVIATIONS, standardised, np.nan)


def estimate(
    told: DoubleArray, songs: IntArray, artists: IntArray, catalogue: Catalogue, estimator: Estimator
) -> DoubleArray:
    """Estimate the standardised features of n songs: (n, 15).

    Parameters
    ----------
    told : (n, 3) float
        Standardised year, duration and explicit; NaN where a song does not tell.
    songs, artists : (n_credits,) int
        Pairs of a song below n and the catalogue's place of one of its artists,
        by song. A song without one gets what is likely for what it tells.
    """
    pairs, rows = _list_artist_rows(artists, catalogue)
    means, weights = _means(told, songs[pairs], rows, catalogue)
    told = np.where(np.isnan(told), means[:, TOLD], told)
    by_artist = means[:, REST] + (told - means[:, TOLD]) @ estimator.within_artist
    by_genre = _describe(told, _genres(songs, artists, len(told), catalogue)) @ estimator.by_genre
    estimates = np.empty((len(told), len(NAMES)))
    estimates[:, TOLD] = told
    estimates[:, REST] = (weights[:, np.newaxis] * by_artist + GENRES_WEIGHT * by_genre) / (
        weights[:, np.newaxis] + GENRES_WEIGHT
    )
    return estimates


def _list_artist_rows(artists: IntArray, catalogue: Catalogue) -> tuple[IntArray, IntArray]:
    """Give pairs of a place in `artists` and a catalogue row that credits the artist there, by place."""
    wanted, of_wanted = np.unique(artists, return_inverse=True)
    number = np.full(len(catalogue.artist_keys), -1, dtype=np.int32)
    number[wanted] = np.arange(len(wanted))
    by_credit = number.take(catalogue.row_artists)
    credits = np.flatnonzero(by_credit >= 0)
    by_credit, rows = by_credit[credits], np.searchsorted(catalogue.row_artist_ends, credits, "right")
    # By artist, then by row: sorting the two as one number is the fastest.
    rows = np.sort(by_credit * np.int64(len(catalogue)) + rows) % len(catalogue)
    counts = np.bincount(by_credit, minlength=len(wanted))
    starts, counts = (np.cumsum(counts) - counts)[of_wanted], counts[of_wanted]
    taken = np.minimum(counts, MAX_ROWS)
    pairs = np.repeat(np.arange(len(artists)), taken)
    within = np.arange(len(pairs)) - np.repeat(np.cumsum(taken) - taken, taken)
    # Evenly spread over the artist's rows, which are ordered by cluster.
    return pairs, rows[starts[pairs] + within * counts[pairs] // taken[pairs]]


def _means(
    told: DoubleArray, songs: IntArray, rows: IntArray, catalogue: Catalogue
) -> tuple[DoubleArray, DoubleArray]:
    """Give the mean of each song's rows, near years weighing most, and its weight; `songs` ascends."""
    features = np.take(catalogue.standardised, rows, axis=0)
    apart = np.abs(features[:, YEAR] - told[songs, TOLD.index(YEAR)])
    # However far apart the years are, some weight remains in single precision.
    weight = np.exp(-np.minimum(np.nan_to_num(apart) / YEARS, MAX_YEARS).astype(np.float32))
    starts = np.flatnonzero(np.diff(songs, prepend=-1))
    total, means = np.zeros(len(told)), np.zeros((len(told), len(NAMES)))
    if len(starts):
        total[songs[starts]] = np.add.reduceat(weight, starts)
        features *= weight[:, np.newaxis]
        means[songs[starts]] = np.add.reduceat(features, starts) / total[songs[starts], np.newaxis]
    return means, total


def _genres(songs: IntArray, artists: IntArray, n_songs: int, catalogue: Catalogue) -> DoubleArray:
    """Give (n, d) the mean genre vector of each song's artists; `songs` ascends."""
    starts = np.flatnonzero(np.diff(songs, prepend=-1))
    means = np.zeros((n_songs, catalogue.artist_vectors.shape[1]))
    if len(starts):
        sums = np.add.reduceat(catalogue.artist_vectors[artists].astype(np.float64), starts, axis=0)
        means[songs[starts]] = sums / np.diff(starts, append=len(songs))[:, np.newaxis]
    return means


def _describe(told: DoubleArray, genres: DoubleArray) -> DoubleArray:
    """Give the (n, d + 6) numbers from which a song's other features are guessed."""
    year = told[:, [TOLD.index(YEAR)]]
    return np.concatenate([genres, told, year**2, year**3, np.ones_like(year)], axis=1)


def fit_estimator(catalogue: Catalogue) -> Estimator:
    """Learn from the catalogue how features go with genres, year, duration and explicit."""
    return Estimator(_fit_by_genre(catalogue), _fit_within_artist(catalogue))


def _fit_by_genre(catalogue: Catalogue) -> DoubleArray:
    """Fit a ridge regression of a song's other features on `_describe` of it."""
    n_described = catalogue.artist_vectors.shape[1] + len(TOLD) + 3
    squares: DoubleArray = RIDGE * np.eye(n_described)
    products: DoubleArray = np.zeros((n_described, len(REST)))
    for start in range(0, len(catalogue), BLOCK):
        rows = slice(start, min(start + BLOCK, len(catalogue)))
        features = catalogue.standardised[rows].astype(np.float64)
        first_credit = int(catalogue.row_artist_ends[start - 1]) if start else 0
        ends = catalogue.row_artist_ends[rows] - first_credit
        artists = catalogue.row_artists[first_credit : first_credit + int(ends[-1])].astype(np.int64)
        songs = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        described = _describe(features[:, TOLD], _genres(songs, artists, len(ends), catalogue))
        squares += described.T @ described
        products += described.T @ features[:, REST]
    return np.linalg.solve(squares, products).astype(np.float64)


def _fit_within_artist(catalogue: Catalogue) -> DoubleArray:
    """Fit how the other features of one artist's songs move with those that are told.

    The conditional mean of a normal distribution with the covariance of songs
    around their first artist's mean.
    """
    counts = np.bincount(catalogue.first_artists, minlength=len(catalogue.artist_keys))
    apart = np.empty(catalogue.standardised.shape)
    for column in range(len(NAMES)):
        values = catalogue.standardised[:, column]
        means = np.bincount(catalogue.first_artists, values, minlength=len(counts)) / np.maximum(counts, 1)
        apart[:, column] = values - means[catalogue.first_artists]
    covariance = apart.T @ apart
    told = covariance[np.ix_(TOLD, TOLD)]
    # Where no two songs of an artist differ in a column, it says nothing.
    effects: DoubleArray = np.linalg.pinv(told) @ covariance[np.ix_(TOLD, REST)]
    return effects
