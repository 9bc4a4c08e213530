"""Why each song was picked: the saved song it sounds closest to, and the signals that carried it."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.explanation.facts import ALIKE, Facts, sound_words
from recommender.mix import Reason
from recommender.ranking.rank import Ranking
from recommender.ranking.scoring import Scoring
from recommender.ranking.signals.audible import AUDIBLE, SQUARED_REACH, closeness
from recommender.tastes.cluster import Tastes

N_REASONS = 3
# What carried a pick less than this part of what carried it most is not worth telling.
MIN_PART = 1 / 3
# So many songs, evenly taken from a cluster, show what is usual in it.
USUAL_SONGS = 128
# Signals that say nearly the same: only the one that carried more is told.
ALIKE_SIGNALS = {"record": "artist", "scene": "genre"}


@dataclass(frozen=True, eq=False)
class Explanations:
    """Why each pick and spare.

    nearest : (n,) index into `Tastes.vectors` of the saved song it sounds closest to
    reasons : n tuples, as in `recommender.song.Pick`
    """

    nearest: IntArray
    reasons: tuple[tuple[Reason, ...], ...]


def explain(
    ranking: Ranking, scoring: Scoring, tastes: Tastes, facts: Facts, is_measured: BoolArray
) -> Explanations:
    """Say for each pick and spare which saved song it sounds closest to and what carried it.

    Closest is by the distance of the signal `sound` among the listener's songs
    of the pick's cluster; of equals, the one saved last. A song whose sound is
    estimated is named only where none of them was measured, and as a guess.

    A pick was carried by the signals that add most to its score beyond what
    they add to a usual song of its cluster: the years, say, add much to any
    song, and set none apart. Those of at least a third of the strongest are
    told, the first three of which there is a fact to tell. `sound` is told of
    every pick, at the end.

    Parameters
    ----------
    is_measured : (n_known,) bool
        Whether the sound of each song in `tastes` is known, and not estimated.
    """
    catalogue = scoring.catalogue
    sounds = catalogue.standardised[ranking.rows][:, AUDIBLE]
    saved = tastes.vectors[:, AUDIBLE]
    near = closeness(sounds, saved)
    n_alike = np.count_nonzero(near[is_measured] >= -(ALIKE**2) / SQUARED_REACH, axis=0).tolist()
    nearest = _nearest(near.T, ranking.clusters, tastes.clusters, is_measured)
    carried = rank_contributions(ranking, scoring)
    reasons = []
    for at, row in enumerate(ranking.rows.tolist()):
        told = _told(carried[at], row, at, ranking, n_alike[at], facts)
        is_guess = not is_measured[nearest[at]]
        words = () if is_guess else sound_words(sounds[at], saved[nearest[at]])
        reasons.append((*told, Reason("sound", words=words, is_guess=is_guess)))
    return Explanations(nearest, tuple(reasons))


def _nearest(
    near: FloatArray, clusters: IntArray, saved_clusters: IntArray, is_measured: BoolArray
) -> IntArray:
    """Give for each pick the saved song of its cluster highest in (n_picks, n_saved), of equals the first."""
    nearest = np.zeros(len(clusters), dtype=np.int64)
    for cluster in np.unique(clusters).tolist():
        picks, own = np.flatnonzero(clusters == cluster), np.flatnonzero(saved_clusters == cluster)
        own = own[is_measured[own]] if is_measured[own].any() else own
        nearest[picks] = own[near[np.ix_(picks, own)].argmax(axis=1)]
    return nearest


def rank_contributions(ranking: Ranking, scoring: Scoring) -> list[list[str]]:
    """Give for each pick and spare the signals that carried it, the most first."""
    names = [name for name in ranking.signals if name != "sound"]
    beyond = np.array([ranking.signals[name] for name in names])
    for cluster in np.unique(ranking.clusters).tolist():
        usual = usual_values(scoring, cluster)
        beyond[:, ranking.clusters == cluster] -= np.array([[usual[name]] for name in names])
    beyond *= np.array([[scoring.weights.by_signal[name]] for name in names])
    is_strong = (beyond > 0) & (beyond >= MIN_PART * beyond.max(axis=0))
    strongest = np.argsort(-beyond, axis=0, kind="stable")
    return [
        [names[place] for place in strongest[:, at].tolist() if is_strong[place, at]]
        for at in range(len(ranking.rows))
    ]


def usual_values(scoring: Scoring, cluster: int) -> dict[str, float]:
    """Give the mean of each signal over some songs of a cluster, evenly taken from it."""
    here = scoring.catalogue.cluster(cluster)
    step = 1 + (here.stop - here.start - 1) // USUAL_SONGS
    rows = np.arange(here.start, here.stop, step)
    return {name: float(values.mean()) for name, values in scoring.values(rows, cluster).items()}


def _told(
    carried: list[str], row: int, at: int, ranking: Ranking, n_alike: int, facts: Facts
) -> list[Reason]:
    told: dict[str, Reason] = {}
    for signal in carried:
        kind = ALIKE_SIGNALS.get(signal, signal)
        reason = None if kind in told else facts.of(signal, row, float(ranking.signals[signal][at]), n_alike)
        if reason:
            told[kind] = reason
        if len(told) == N_REASONS:
            break
    return list(told.values())
