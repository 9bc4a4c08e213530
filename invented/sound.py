"""How invented songs sound: features with the distribution and the correlations of real music."""

import numpy as np
import numpy.typing as npt

from invented.aggregates import CORRELATION, MAJOR_KEYS, MINOR_KEYS, PERCENT, QUANTILES
from invented.careers import InventedSong
from invented.genres import GENRES, SOUND

DoubleArray = npt.NDArray[np.float64]

# How much a feature changes with the year beyond what genres explain, and how much
# it varies between the artists of a genre and between the songs of an artist, in
# the order of SOUND. Years are counted in units of 15 from 2002.
YEAR_SLOPE = np.array([-0.05, 0.0, 0.12, -0.12, 0.05, -0.15, 0.0, 0.18, 0.05, 0.0, 0.22])
ARTIST_SPREAD = np.array([0.35, 0.4, 0.35, 0.4, 0.4, 0.5, 0.3, 0.45, 0.45, 0.2, 0.65])
SONG_SPREAD = np.array([0.85, 0.7, 0.75, 0.8, 0.65, 0.7, 0.95, 0.6, 0.65, 1.0, 0.7])
# How a version differs from its original, in standard deviations.
VERSION_SHIFT = {
    "live": {"liveness": 2.0, "energy": 0.2, "duration_ms": 0.5, "popularity": -0.7, "loudness": -0.3},
    "acoustic": {"acousticness": 1.2, "energy": -1.0, "loudness": -0.7, "popularity": -0.4},
    "edit": {"duration_ms": -0.8},
    "demo": {"loudness": -0.6, "acousticness": 0.4, "popularity": -1.0},
    "remaster": {"loudness": 0.4, "popularity": 0.1},
}
VERSION_SPREAD = 0.12


def draw_features(
    rng: np.random.Generator, songs: list[InventedSong], n_artists: int
) -> dict[str, DoubleArray]:
    """Draw the features of all songs, (n_songs,) each, by their names in the dataset, `year` included.

    A Gaussian copula: genre, year, artist and correlated noise add up to
    normal scores, whose ranks are then looked up in the real quantiles. This
    gives every feature its real distribution whatever the genres are like.
    """
    scores = _scores(rng, songs, n_artists)
    features = {name: _spread_as_real(scores[:, at], QUANTILES[name]) for at, name in enumerate(SOUND)}
    features["year"] = np.array([song.year for song in songs], dtype=np.float64)
    features |= _flags(rng, songs, features["year"])
    return features


def _scores(rng: np.random.Generator, songs: list[InventedSong], n_artists: int) -> DoubleArray:
    """Sum the contributions to each song's features: (n_songs, n_features) normal scores."""
    genres = np.array([GENRES[song.genre].sound for song in songs])
    years = (np.array([song.year for song in songs]) - 2002) / 15
    first_artists = np.array([song.artists[0] for song in songs])
    mixed = np.linalg.cholesky(_correlation()).T
    artists = rng.standard_normal((n_artists, len(SOUND))) @ mixed * ARTIST_SPREAD
    noise = rng.standard_normal((len(songs), len(SOUND))) @ mixed * SONG_SPREAD
    scores: DoubleArray = genres + years[:, None] * YEAR_SLOPE + artists[first_artists] + noise
    for row, song in enumerate(songs):
        if song.original >= 0:
            scores[row] = scores[song.original] + noise[row] * VERSION_SPREAD
            for name, shift in VERSION_SHIFT[song.version].items():
                scores[row, SOUND.index(name)] += shift
    return scores


def _correlation() -> DoubleArray:
    matrix = np.eye(len(SOUND))
    for row, values in enumerate(CORRELATION):
        matrix[row, row + 1 :] = matrix[row + 1 :, row] = values
    return matrix


def _spread_as_real(scores: DoubleArray, quantiles: tuple[float, ...]) -> DoubleArray:
    ranks = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
    return np.interp((ranks + 0.5) / len(scores) * 100, PERCENT, quantiles)


def _flags(rng: np.random.Generator, songs: list[InventedSong], years: DoubleArray) -> dict[str, DoubleArray]:
    """Draw the discrete features: explicit, mode and key; versions have their original's."""
    major = np.array([GENRES[song.genre].major for song in songs])
    # Explicit records were first labelled in 1985; today all of them are.
    explicit = np.array([GENRES[song.genre].explicit for song in songs]) * np.interp(
        years, (1982, 2008), (0, 1)
    )
    is_explicit = rng.random(len(songs)) < explicit
    mode = rng.random(len(songs)) < major
    keys = [rng.choice(12, len(songs), p=np.array(odds) / sum(odds)) for odds in (MINOR_KEYS, MAJOR_KEYS)]
    flags = {"explicit": is_explicit, "mode": mode, "key": np.where(mode, keys[1], keys[0])}
    source = np.array([row if song.original < 0 else song.original for row, song in enumerate(songs)])
    return {name: values[source].astype(np.float64) for name, values in flags.items()}
