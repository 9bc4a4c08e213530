"""Signals of how a song sounds beside the saved songs, by its audible features."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES
from recommender.ranking.signals.evidence import Evidence, Fact, PickedRow
from recommender.ranking.signals.signal import RowValues, Signal, SignalInputs
from recommender.ranking.signals.table import scale_by_logarithm
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
# The similarity of songs two standard deviations apart is 1/e.
SQUARED_REACH = 4.0
FLOOR = 1e-5
# Similarities at once: 1 MB of single precision.
BLOCK = 262_144


@dataclass(frozen=True, eq=False)
class SavedSounds:
    """The audible features of the saved songs, ordered by cluster, as `prepare_sounds` returns them.

    sounds : (n_known, 9) float32
    sample : (n_sample, 9) float32, those that stand for the whole library where it is large
    starts : (n_clusters + 1,) first song of each cluster, then n_known
    """

    sounds: FloatArray
    sample: FloatArray
    starts: IntArray


def collect_saved_sounds(tastes: Tastes, max_songs: int) -> SavedSounds:
    """Order the audible features of the saved songs by cluster; sample at most `max_songs` of them."""
    order = np.argsort(tastes.clusters, kind="stable")
    starts = np.searchsorted(tastes.clusters[order], np.arange(len(tastes.weights) + 1))
    sounds = prepare_sounds(tastes.vectors[order][:, AUDIBLE])
    sample = np.ascontiguousarray(sounds[:: 1 + (len(sounds) - 1) // max_songs])
    return SavedSounds(sounds, sample, starts)


def rate_sound_and_mood(
    rows: IntArray, saved: SavedSounds, catalogue: Catalogue
) -> tuple[FloatArray, FloatArray]:
    """Rate how similar the rows sound to the saved songs.

    Similarity is exp(-d² / 4), where d is the distance of the audible features in
    standard deviations. The first result is that to the nearest saved song of the
    row's cluster, 0 where that has none; the second the mean over the whole library,
    scaled by its logarithm.
    """
    songs, clusters = _extend(catalogue.standardised[rows][:, AUDIBLE]), catalogue.find_clusters(rows)
    sound, mood = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
    for cluster in np.unique(clusters).tolist():
        here = np.flatnonzero(clusters == cluster)
        of_cluster = saved.sounds[int(saved.starts[cluster]) : int(saved.starts[cluster + 1])]
        step = max(1, BLOCK // max(len(of_cluster), len(saved.sample)))
        for start in range(0, len(here), step):
            some = here[start : start + step]
            nearest = (of_cluster @ songs[some].T).max(axis=0, initial=-np.inf)
            sound[some] = np.exp(np.minimum(nearest, 0))
            closeness = _compare(songs[some], saved.sample)
            mood[some] = np.exp(closeness, out=closeness).mean(axis=0)
    return sound, scale_by_logarithm(mood, FLOOR)


def prepare_sounds(sounds: FloatArray) -> FloatArray:
    """Prepare the audible features of n songs for `compute_closeness`: (n, 9) from (n, 7)."""
    # -d² = 2xy - |x|² - |y|² as one product: (x, |x|², 1) with (2y, -1, -|y|²).
    squares = (sounds**2).sum(axis=1, keepdims=True)
    prepared: FloatArray = np.concatenate([sounds * 2, np.full_like(squares, -1), -squares], axis=1)
    return prepared / np.float32(SQUARED_REACH)


def compute_closeness(songs: FloatArray, prepared: FloatArray) -> FloatArray:
    """Compute -d² / 4 of songs (n_songs, 7) and others that are prepared: (n_others, n_songs)."""
    return _compare(_extend(songs), prepared)


def _extend(songs: FloatArray) -> FloatArray:
    """Extend the audible features of n songs by what meets that of prepared ones: (n, 9) from (n, 7)."""
    squares = (songs**2).sum(axis=1, keepdims=True)
    return np.concatenate([songs, squares, np.ones_like(squares)], axis=1)


def _compare(extended: FloatArray, prepared: FloatArray) -> FloatArray:
    closeness: FloatArray = prepared @ extended.T
    # Rounding may put it a little above 0.
    return np.minimum(closeness, 0, out=closeness)


def _find_mood_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    if not evidence.is_habit(pick.n_near):
        return None
    return Fact(pick.n_near, is_minimum=evidence.n_measured < evidence.n_saved)


def _find_sound_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the closest saved song, if it is near, and how both sound."""
    if not pick.nearest:
        return None
    return Fact(artist=", ".join(pick.nearest.artists), words=pick.common, title=pick.nearest.title)


def _prepare(given: SignalInputs) -> RowValues:
    saved = collect_saved_sounds(given.tastes, given.limits.songs)
    return lambda rows: rate_sound_and_mood(rows, saved, given.catalogue)


SOUND = Signal(
    "sound",
    known_weight=0.2,
    new_weight=0.1,
    prepare=_prepare,
    fact=_find_sound_fact,
    phrase="sounds like {credit}, which you saved: {words}",
    shorter=(
        ("sounds like {credit}, which you saved", "both are {pair}"),
        ("sounds like {credit}, which you saved", ""),
        ("sounds like {title}, which you saved", "{credit}: {words}"),
        ("sounds like {title}, which you saved", "{credit}"),
        ("sounds like a song you saved", "{credit}: {words}"),
        ("sounds like a song you saved", "{credit}"),
    ),
)
MOOD = Signal(
    "mood",
    known_weight=2.4,
    new_weight=2.4,
    prepare=_prepare,
    column=1,
    fact=_find_mood_fact,
    phrase="sounds like {songs} you’ve saved",
)
