"""How picks sound beside the saved songs: which is nearest, how many are near, and in what they are alike."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import FEATURE_WORDS, NAMES
from recommender.ranking.signals.audible import AUDIBLE, SQUARED_REACH, compute_closeness

# Songs at most this many standard deviations apart sound alike. So near are 2.0 % of all pairs of
# songs: 1.061 is that quantile of 15 million pairs drawn from the 172,614 songs of the dataset.
NEAR = 1.06
# From this many standard deviations off the mean on, a song is called calm, or acoustic.
MARKED = 0.5
N_WORDS = 2


@dataclass(frozen=True, eq=False)
class Likeness:
    """How each of n picks sounds beside the saved songs of a known sound; estimates are not compared.

    nearest : (n,) place in the library of the closest one, -1 where none is near
    n_near : (n,) how many are near
    words : what the pick and the closest one have in common; empty where none is near
    """

    nearest: IntArray
    n_near: IntArray
    words: tuple[tuple[str, ...], ...]


def compare_sounds(rows: IntArray, places: IntArray, vectors: FloatArray, catalogue: Catalogue) -> Likeness:
    """Compare picks with the saved songs by the distance of the signal `sound`.

    Of equally close songs the one saved last is taken.

    Parameters
    ----------
    rows : (n,) int
    places : (n_measured,) int
        Where the saved songs of a known sound stand in the library, ascending.
    vectors : (n_measured, 15) float
        Their standardised features.
    """
    if not len(places):
        return Likeness(np.full(len(rows), -1), np.zeros(len(rows), dtype=np.int64), ((),) * len(rows))
    sounds, saved = catalogue.standardised[rows][:, AUDIBLE], vectors[:, AUDIBLE]
    closeness = compute_closeness(sounds, saved)
    is_near = closeness >= -(NEAR**2) / SQUARED_REACH
    nearest = closeness.argmax(axis=0)
    n_near = np.count_nonzero(is_near, axis=0)
    words = tuple(
        common if n else ()
        for n, common in zip(n_near.tolist(), list_common_words(sounds, saved[nearest]), strict=True)
    )
    return Likeness(np.where(n_near > 0, places[nearest], -1), n_near, words)


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
