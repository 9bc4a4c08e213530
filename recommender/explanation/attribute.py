"""Why each song was picked: the signals that carried it, told in facts, the leads of a mix different."""

from collections.abc import Iterable, Sequence

import numpy as np

from recommender.catalogue.arrays import FloatArray
from recommender.explanation.leads import choose_leads
from recommender.explanation.likeness import Likeness
from recommender.explanation.phrases import MAX_FACTS
from recommender.explanation.plain import Told, list_plain_facts
from recommender.explanation.starts import list_start_facts
from recommender.mix import Reason
from recommender.ranking.rank import Ranking
from recommender.ranking.scoring import Scoring
from recommender.ranking.signals.audible import SOUND
from recommender.ranking.signals.evidence import Evidence, PickedRow
from recommender.ranking.signals.signal import Signal
from recommender.ranking.starts import Start
from recommender.song import Song

# A fact behind the lead that carried a pick less than this part of what carried it most is not worth telling.
MIN_PART = 1 / 3

#: What may be told of a pick by kind, the strongest first; each kind is told once.
Options = dict[str, Told]


def explain(
    ranking: Ranking,
    scoring: Scoring,
    likeness: Likeness,
    evidence: Evidence,
    nearest: Sequence[Song | None],
    taste_names: Sequence[str],
    is_estimated: Sequence[bool],
    starts: Sequence[Start],
    like_starts: FloatArray,
) -> tuple[tuple[Reason, ...], ...]:
    """Return the reasons of each pick and spare, as `recommender.mix.Pick` has them.

    A pick was carried by the signals that add most to its score beyond what
    they add to a usual song of its cluster: the years, say, add much to any
    song, and set none apart. What it leads with is chosen over all picks
    (`leads`), and over all spares, from the signals that have a fact, what the mix
    starts from (`starts`), and what is plainly true (`plain`). Behind it stand the
    strongest other facts, at least a third as strong as the strongest; a song that
    sounds like it, if one is near, is the last.

    Parameters
    ----------
    nearest : the saved song that each pick and spare sounds closest to, None where none is near
    taste_names : (n_tastes,) the names of the listener's own tastes
    is_estimated : (n_tastes,) whether most songs of each have no known sound, but an estimated one
    starts, like_starts : what the mix starts from, and how like each each row is: (n_starts, n)
    """
    signals = [signal for signal in scoring.signals if signal.fact]
    strengths = compute_strengths(ranking, scoring, signals)
    strongest = np.argsort(-strengths, axis=0, kind="stable").T.tolist()
    picked = map(
        PickedRow,
        ranking.rows.tolist(),
        scoring.catalogue.first_artists[ranking.rows].tolist(),
        likeness.n_near.tolist(),
        nearest,
        likeness.words,
    )
    plain = list_plain_facts(ranking, taste_names, is_estimated, scoring.catalogue)
    of_starts = list_start_facts(ranking, starts, like_starts, scoring, evidence)
    others = [one | other for one, other in zip(plain, of_starts, strict=True)]
    options = [
        _list_options(pick, [(signals[place], of_pick[place]) for place in order], told, evidence)
        for pick, order, of_pick, told in zip(picked, strongest, strengths.T.tolist(), others, strict=True)
    ]
    n_picks = int(ranking.shares.sum())
    leads = _choose_leads(options[:n_picks]) + _choose_leads(options[n_picks:])
    return tuple(_choose_reasons(lead, of_pick) for lead, of_pick in zip(leads, options, strict=True))


def compute_strengths(ranking: Ranking, scoring: Scoring, signals: Sequence[Signal]) -> FloatArray:
    """Compute what some signals add to the score of each pick beyond a usual song: (n_signals, n)."""
    if not signals:
        return np.zeros((0, len(ranking.rows)), dtype=np.float32)
    names = [signal.name for signal in signals]
    beyond: FloatArray = np.array([ranking.signals[name] for name in names])
    beyond -= np.array([scoring.usual_values[name] for name in names])[:, ranking.clusters]
    known = np.array([[signal.known_weight] for signal in signals])
    new = np.array([[signal.new_weight] for signal in signals])
    beyond *= np.where(ranking.is_new, new, known)
    return beyond


def _list_options(
    pick: PickedRow, signals: Iterable[tuple[Signal, float]], others: Options, evidence: Evidence
) -> Options:
    """List what is true of a pick; of signals told as one only the strongest, or the one not `told_last`."""
    options: Options = {}
    for signal, strength in sorted(signals, key=lambda one: one[0].told_last):
        kind = signal.told_as or signal.name
        # What did not carry a pick is not told of it, and not looked up; a song that sounds like it is.
        if kind in options or not signal.fact or (strength <= 0 and signal.name != SOUND.name):
            continue
        if fact := signal.fact(pick, evidence):
            options[kind] = strength, signal.name, fact
    return dict(sorted((others | options).items(), key=lambda option: -option[1][0]))


def _choose_leads(options: Sequence[Options]) -> list[str]:
    return choose_leads([{kind: told[0] for kind, told in of_pick.items()} for of_pick in options])


def _choose_reasons(lead: str, options: Options) -> tuple[Reason, ...]:
    """Return the lead, the facts behind it, the strongest first, then the song that sounds like the pick.

    A pick without a lead, which others of its kinds have taken, has no reasons.
    """
    if not lead:
        return ()
    strongest, _, _ = next(iter(options.values()))
    like = [kind for kind, (_, name, _) in options.items() if name == SOUND.name and kind != lead]
    facts = [
        kind
        for kind, (strength, _, _) in options.items()
        if strength > 0 and strength >= MIN_PART * strongest and kind not in (lead, SOUND.name)
    ]
    told = [options[kind] for kind in (lead, *facts[: MAX_FACTS - len(like)], *like)]
    return tuple(Reason(name, *fact) for _, name, fact in told)
