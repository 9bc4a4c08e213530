"""Signals of how a song sounds beside the saved songs, by what a listener hears of it."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES
from recommender.ranking.signals.table import by_logarithm
from recommender.tastes.cluster import Tastes

# Key, mode, tempo, liveness and duration find no more hidden songs; year and
# popularity are signals of their own.
AUDIBLE = [
    NAMES.index(name)
    for name in (
        "valence",
        "acousticness",
        "danceability",
        "energy",
        "instrumentalness",
        "loudness",
        "speechiness",
    )
]
# Songs two standard deviations apart are alike to 1/e.
SQUARED_REACH = 4.0
FLOOR = 1e-5
# Similarities at once: 1 MB of single precision.
BLOCK = 262_144


@dataclass(frozen=True, eq=False)
class SavedSounds:
    """The audible features of the saved songs, ordered by cluster.

    sounds : (n_known, 7) float32
    some : (n_some, 7) float32, those that stand for all of them where there are many
    starts : (n_clusters + 1,) first song of each cluster, then n_known
    """

    sounds: FloatArray
    some: FloatArray
    starts: IntArray


def saved_sounds(tastes: Tastes, most_songs: int) -> SavedSounds:
    """Order what is audible of the saved songs by cluster; at most `most_songs` of them stand for all."""
    order = np.argsort(tastes.clusters, kind="stable")
    starts = np.searchsorted(tastes.clusters[order], np.arange(len(tastes.weights) + 1))
    sounds = tastes.vectors[order][:, AUDIBLE]
    return SavedSounds(sounds, sounds[:: 1 + (len(sounds) - 1) // most_songs], starts)


def sound_and_mood(
    rows: IntArray, cluster: int, saved: SavedSounds, catalogue: Catalogue
) -> tuple[FloatArray, FloatArray]:
    """Say how alike the rows of one cluster sound to the saved songs.

    Alike are exp(-d² / 4), where d is the distance of the audible features in
    standard deviations. The first gives it for the nearest saved song of the
    cluster, 0 where that has none; the second the mean over the whole library,
    by its logarithm.
    """
    songs = catalogue.standardised[rows][:, AUDIBLE]
    here = saved.sounds[int(saved.starts[cluster]) : int(saved.starts[cluster + 1])]
    sound, mood = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
    step = max(1, BLOCK // max(len(here), len(saved.some)))
    for start in range(0, len(rows), step):
        block = songs[start : start + step]
        sound[start : start + step] = np.exp(closeness(block, here).max(axis=0, initial=-np.inf))
        mood[start : start + step] = np.exp(closeness(block, saved.some)).mean(axis=0)
    return sound, by_logarithm(mood, FLOOR)


def closeness(songs: FloatArray, others: FloatArray) -> FloatArray:
    """Give -d² / 4 of every two: (n_others, n_songs)."""
    # -d² = 2xy - |x|² - |y|² as one product: (x, |x|², 1) with (2y, -1, -|y|²).
    ones = np.ones((len(songs), 1), np.float32), np.ones((len(others), 1), np.float32)
    squares = (songs**2).sum(axis=1, keepdims=True), (others**2).sum(axis=1, keepdims=True)
    long = np.concatenate([others * 2, -ones[1], -squares[1]], axis=1) / np.float32(SQUARED_REACH)
    closeness: FloatArray = long @ np.concatenate([songs, squares[0], ones[0]], axis=1).T
    # Rounding may put it a little above 0.
    return np.minimum(closeness, 0, out=closeness)
