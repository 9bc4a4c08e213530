"""How picks sound beside the saved songs: which is nearest, how many are near, and in what they are alike."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import FEATURE_WORDS, NAMES
from recommender.ranking.signals.audible import AUDIBLE, SQUARED_REACH, compute_closeness, prepare_sounds
from recommender.tastes.known_features import KnownFeatures

# Songs at most this many standard deviations apart sound alike. So near are 2.0 % of all pairs of
# songs: 1.061 is that quantile of 15 million pairs drawn from the 172,614 songs of the dataset.
NEAR = 1.06
CLOSENESS_NEAR = -(NEAR**2) / SQUARED_REACH
# From this many standard deviations off the mean on, a song is called calm, or acoustic.
MARKED = 0.5
N_WORDS = 2


@dataclass(frozen=True, eq=False)
class Likeness:
    """How each of n picks sounds beside the saved songs of a known sound; estimates are not compared.

    nearest : (n,) place in the library of the closest one of the pick's taste, -1 where none is near
    n_near : (n,) how many are near
    words : what the pick and the closest one have in common; empty where none is near
    """

    nearest: IntArray
    n_near: IntArray
    words: tuple[tuple[str, ...], ...]


def compare_sounds(
    rows: IntArray, tastes: IntArray, saved: KnownFeatures, saved_tastes: IntArray, catalogue: Catalogue
) -> Likeness:
    """Compare picks with the saved songs by the distance of the signal `sound`.

    The closest one is looked for in the taste that a pick is of: a song of
    another may sound as near by its features, but not to a listener. Of equally
    close songs the one saved last is taken.

    Parameters
    ----------
    rows, tastes : (n,) int
    saved_tastes : (n_known,) int
        The taste of each song in `saved`.
    """
    measured = np.flatnonzero(saved.is_measured)
    if not len(measured):
        return Likeness(np.full(len(rows), -1), np.zeros(len(rows), dtype=np.int64), ((),) * len(rows))
    sounds, others = catalogue.standardised[rows][:, AUDIBLE], saved.vectors[measured][:, AUDIBLE]
    closeness = compute_closeness(sounds, prepare_sounds(others))
    n_near = np.count_nonzero(closeness >= CLOSENESS_NEAR, axis=0)
    closeness[saved_tastes[measured, np.newaxis] != tastes] = -np.inf
    nearest = closeness.argmax(axis=0)
    is_near = closeness[nearest, np.arange(len(rows))] >= CLOSENESS_NEAR
    common = list_common_words(sounds, others[nearest])
    words = tuple(of_pick if near else () for near, of_pick in zip(is_near.tolist(), common, strict=True))
    return Likeness(np.where(is_near, saved.places[measured[nearest]], -1), n_near, words)


def list_common_words(sounds: FloatArray, others: FloatArray) -> list[tuple[str, ...]]:
    """List the words for how each two songs both sound, the most marked first.

    A feature is as marked as the less extreme of the two has it, if both are on
    one side of the catalogue's mean.

    Parameters
    ----------
    sounds, others : (n, 7) audible features in standard deviations
    """
    marked = np.where(sounds * others > 0, np.minimum(np.abs(sounds), np.abs(others)), 0)
    strongest = np.argsort(-marked, axis=1, kind="stable")[:, :N_WORDS]
    is_marked: BoolArray = np.take_along_axis(marked, strongest, axis=1) >= MARKED
    sides = np.take_along_axis(sounds > 0, strongest, axis=1)
    return [
        tuple(
            FEATURE_WORDS[NAMES[AUDIBLE[feature]]][side]
            for feature, side, is_told in zip(*of_pick, strict=True)
            if is_told
        )
        for of_pick in zip(strongest.tolist(), sides.tolist(), is_marked.tolist(), strict=True)
    ]
