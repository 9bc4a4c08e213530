"""How picks sound beside the saved songs: which is closest, how many are alike, and in what."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import FEATURE_WORDS, NAMES
from recommender.ranking.signals.audible import AUDIBLE, SQUARED_REACH, compute_closeness
from recommender.tastes.cluster import Tastes

# Songs less than this many standard deviations apart sound alike.
ALIKE = 1.0
# From this many standard deviations off the mean on, a song is called calm, or acoustic.
MARKED = 0.5
N_WORDS = 2


@dataclass(frozen=True, eq=False)
class Likeness:
    """How each of n picks sounds beside the saved songs.

    nearest : (n,) index into `Tastes.vectors` of the closest saved song of the pick's cluster
    n_alike : (n,) saved songs of a known sound that sound like it
    words : what it and the closest song have in common; empty for a guess
    is_guess : (n,) whether the sound of the closest song is only estimated
    """

    nearest: IntArray
    n_alike: IntArray
    words: tuple[tuple[str, ...], ...]
    is_guess: BoolArray


def compare_sounds(
    rows: IntArray, clusters: IntArray, tastes: Tastes, is_measured: BoolArray, catalogue: Catalogue
) -> Likeness:
    """Compare picks with the saved songs by the distance of the signal `sound`.

    Of equally close songs the one saved last is taken. A song whose sound is
    estimated is taken only where no song of the cluster was measured.

    Parameters
    ----------
    rows, clusters : (n,) int
    is_measured : (n_known,) bool
        Whether the sound of each song in `tastes` is known, and not estimated.
    """
    sounds, saved = catalogue.standardised[rows][:, AUDIBLE], tastes.vectors[:, AUDIBLE]
    near = compute_closeness(sounds, saved)
    n_alike = np.count_nonzero(near[is_measured] >= -(ALIKE**2) / SQUARED_REACH, axis=0)
    nearest = _find_nearest(near.T, clusters, tastes.clusters, is_measured)
    is_guess = ~is_measured[nearest]
    words = tuple(
        () if is_guess[at] else list_common_words(sounds[at], saved[nearest[at]]) for at in range(len(rows))
    )
    return Likeness(nearest, n_alike, words, is_guess)


def _find_nearest(
    near: FloatArray, clusters: IntArray, saved_clusters: IntArray, is_measured: BoolArray
) -> IntArray:
    """Return for each pick the saved song of its cluster highest in (n, n_known), of equals the first."""
    nearest = np.zeros(len(clusters), dtype=np.int64)
    for cluster in np.unique(clusters).tolist():
        picks, own = np.flatnonzero(clusters == cluster), np.flatnonzero(saved_clusters == cluster)
        own = own[is_measured[own]] if is_measured[own].any() else own
        nearest[picks] = own[near[np.ix_(picks, own)].argmax(axis=1)]
    return nearest


def list_common_words(sound: FloatArray, other: FloatArray) -> tuple[str, ...]:
    """List the words for how two songs both sound, the most marked first.

    A feature is as marked as the less extreme of the two has it, if both are on
    one side of the catalogue's mean.

    Parameters
    ----------
    sound, other : (7,) audible features in standard deviations
    """
    marked = np.where(sound * other > 0, np.minimum(np.abs(sound), np.abs(other)), 0)
    strongest = [at for at in np.argsort(-marked, kind="stable").tolist() if marked[at] >= MARKED]
    return tuple(FEATURE_WORDS[NAMES[AUDIBLE[at]]][int(sound[at] > 0)] for at in strongest[:N_WORDS])
