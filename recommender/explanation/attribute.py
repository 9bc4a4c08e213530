"""Why each song was picked: the signals that carried it, and the saved song that it sounds closest to."""

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.explanation.likeness import Likeness
from recommender.mix import Reason
from recommender.ranking.rank import Ranking
from recommender.ranking.scoring import Scoring
from recommender.ranking.signals.audible import SOUND
from recommender.ranking.signals.evidence import Evidence, PickedRow
from recommender.ranking.signals.signal import Signal

N_REASONS = 3
# What carried a pick less than this part of what carried it most is not worth telling.
MIN_PART = 1 / 3
# At most this many songs, evenly taken from a cluster, show what is usual in it.
USUAL_SONGS = 128


def explain(
    ranking: Ranking, scoring: Scoring, likeness: Likeness, evidence: Evidence
) -> tuple[tuple[Reason, ...], ...]:
    """Return the reasons of each pick and spare, as `recommender.mix.Pick` has them.

    A pick was carried by the signals that add most to its score beyond what
    they add to a usual song of its cluster: the years, say, add much to any
    song, and set none apart. Of those with at least a third of the strongest
    contribution, the first three that have a fact become reasons. How the pick
    sounds comes last, for every pick.
    """
    carried = rank_contributions(ranking, scoring)
    artists = scoring.catalogue.first_artists[ranking.rows].tolist()
    reasons = []
    for at, (row, artist) in enumerate(zip(ranking.rows.tolist(), artists, strict=True)):
        facts = _list_facts(carried[at], at, row, artist, int(likeness.n_alike[at]), ranking, evidence)
        sound = Reason(SOUND.name, words=likeness.words[at], is_guess=bool(likeness.is_guess[at]))
        reasons.append((*facts, sound))
    return tuple(reasons)


def rank_contributions(ranking: Ranking, scoring: Scoring) -> list[list[Signal]]:
    """List for each pick and spare the signals that carried it, the strongest first.

    Signals without a fact are left out, as nothing can be told of them.
    """
    signals = [signal for signal in scoring.signals if signal.fact]
    if not signals:
        return [[] for _ in ranking.rows]
    beyond = np.array([ranking.signals[signal.name] for signal in signals])
    for cluster in np.unique(ranking.clusters).tolist():
        usual = compute_usual_values(scoring, cluster)
        beyond[:, ranking.clusters == cluster] -= np.array([[usual[signal.name]] for signal in signals])
    known, new = np.array([[(signal.known_weight, signal.new_weight)] for signal in signals]).transpose(
        2, 0, 1
    )
    beyond *= np.where(ranking.is_new, new, known)
    is_strong = (beyond > 0) & (beyond >= MIN_PART * beyond.max(axis=0, initial=0))
    strongest: IntArray = np.argsort(-beyond, axis=0, kind="stable")
    return [
        [signals[place] for place in strongest[:, at].tolist() if is_strong[place, at]]
        for at in range(len(ranking.rows))
    ]


def compute_usual_values(scoring: Scoring, cluster: int) -> dict[str, float]:
    """Compute the mean of each signal over some songs of a cluster, evenly taken from it."""
    here = scoring.catalogue.cluster(cluster)
    step = 1 + (here.stop - here.start - 1) // USUAL_SONGS
    rows = np.arange(here.start, here.stop, step)
    return {name: float(values.mean()) for name, values in scoring.values(rows, cluster).items()}


def _list_facts(
    carried: list[Signal], at: int, row: int, artist: int, n_alike: int, ranking: Ranking, evidence: Evidence
) -> list[Reason]:
    """List the first `N_REASONS` facts about what carried a pick; of signals told as one only the first."""
    facts: dict[str, Reason] = {}
    for signal in carried:
        told_as = signal.told_as or signal.name
        if told_as in facts or not signal.fact:
            continue
        value = float(ranking.signals[signal.name][at])
        if fact := signal.fact(PickedRow(row, artist, value, n_alike), evidence):
            facts[told_as] = Reason(
                signal.name,
                fact.n_songs,
                fact.artist,
                fact.words,
                n_together=fact.n_together,
                n_playlists=fact.n_playlists,
            )
        if len(facts) == N_REASONS:
            break
    return list(facts.values())
