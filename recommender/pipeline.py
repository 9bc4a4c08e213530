"""The recommendation, read top-down: match, cluster, allocate, rank, explain."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

# The first `np.unique` would load it while somebody waits for a playlist.
import numpy.ma

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.model import Model
from recommender.errors import EmptyLibrary, NothingMatched
from recommender.explanation.attribute import explain
from recommender.explanation.evidence import collect_evidence
from recommender.explanation.likeness import compare_sounds
from recommender.matching.match import match
from recommender.mix import LeftOut, Mix, Pick, Reason
from recommender.ranking.allocate import allocate
from recommender.ranking.bias import compute_bias
from recommender.ranking.candidates import find_limiting_wishes, select_candidates
from recommender.ranking.limits import DEFAULT_LIMITS, Limits
from recommender.ranking.rank import Ranking, count_candidates, rank
from recommender.ranking.scoring import build_scoring
from recommender.ranking.sequence import written_order
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.signal import Signal
from recommender.ranking.weights import stretch_weights
from recommender.song import Song
from recommender.tastes.cluster import find_tastes
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import Features, KnownFeatures, collect_known_features
from recommender.tastes.listener import build_profile, with_liked
from recommender.wishes import Wishes

STAGES = ("match", "cluster", "allocate", "rank", "explain")
NOT_IN_CATALOGUE = "neither it nor its artists are in the catalogue"


def _nobody_listens(stage: str) -> None:
    """Stand in for a caller who does not follow the stages."""


def recommend(
    library: Sequence[Song],
    catalogue: Catalogue,
    model: Model,
    wishes: Wishes | None = None,
    on_stage: Callable[[str], None] = _nobody_listens,
    features: Mapping[str, Features] | None = None,
    signals: Sequence[Signal] = SIGNALS,
    limits: Limits = DEFAULT_LIMITS,
) -> Mix:
    """Pick new songs for each taste in a library, in proportion to the tastes.

    Equal input gives an equal mix. The mix is shorter than `wishes.size`, or
    empty, only where the catalogue has no more songs for any of the tastes, or
    the wishes leave no more.

    Parameters
    ----------
    library : saved songs, newest first
    on_stage : called with each of `STAGES` as it ends
    features : Spotify id -> features measured elsewhere
        By the names and in the units of `recommender.catalogue.features`; saved songs
        that the catalogue lacks take part by these.
    signals : what songs are scored by
    limits : how much is looked at closely

    Raises
    ------
    EmptyLibrary
        If the library has no songs.
    NothingMatched
        If the catalogue has none of them or of their artists, and no features of any are given.
    """
    wishes = wishes or Wishes()
    if not library:
        raise EmptyLibrary("there are no saved songs to find a taste in")

    matches = match(library, catalogue)
    sounds = collect_known_features(library, matches.rows, catalogue, model, features or {})
    sounds = add_estimates(sounds, library, matches.artists, catalogue, model)
    if not len(sounds.places):
        raise NothingMatched(f"none of the {len(library)} saved songs is in the catalogue")
    on_stage("match")

    tastes = find_tastes(sounds.vectors, model, sounds.counts)
    on_stage("cluster")

    choice = select_candidates(wishes, matches, tastes, catalogue)
    # Wishes may have switched every taste off: all the weights are 0, and so are the shares.
    capacity = count_candidates(choice.is_new, catalogue)
    shares = allocate(choice.weights, wishes.size, capacity) if choice.weights.any() else choice.weights
    on_stage("allocate")

    listener = build_profile(library, matches, catalogue)
    heard = with_liked(listener, choice.liked, catalogue)
    signals = stretch_weights(signals, wishes.adventure)
    scoring = build_scoring(tastes, heard, catalogue, signals, limits, compute_bias(wishes, catalogue))
    ranking = rank(scoring, choice.weights, shares, choice.is_new, catalogue, wishes, choice.kept)
    on_stage("rank")

    # What is only liked is not called saved.
    evidence = collect_evidence(listener, catalogue, model.genre_names, limits.artists)
    likeness = compare_sounds(ranking.rows, ranking.clusters, tastes, sounds.is_measured, catalogue)
    reasons = explain(ranking, scoring, likeness, evidence)
    n_picks = int(ranking.shares.sum())
    picks = _picks(
        ranking, reasons, [library[place] for place in sounds.places[likeness.nearest].tolist()], catalogue
    )
    written = written_order(ranking.rows[:n_picks], catalogue)
    on_stage("explain")

    n_matched = int(matches.is_matched.sum())
    return Mix(
        picks=picks[:n_picks],
        shares=tuple(ranking.shares.tolist()),
        saved=tuple(tastes.weights.tolist()),
        matched=n_matched,
        estimated=len(sounds.places) - n_matched,
        left_out=_left_out(library, sounds),
        spares=picks[n_picks:],
        written=written,
        short_because=find_limiting_wishes(wishes, matches, tastes, catalogue)
        if n_picks < wishes.size
        else (),
    )


def _picks(
    ranking: Ranking, reasons: Sequence[tuple[Reason, ...]], because: Sequence[Song], catalogue: Catalogue
) -> tuple[Pick, ...]:
    """Give the picks in the order of rank, then the spares, each with its place and why it is there."""
    n_picks = int(ranking.shares.sum())
    values = zip(
        ranking.rows.tolist(), ranking.clusters.tolist(), ranking.scores.tolist(), because, strict=True
    )
    return tuple(
        Pick(
            catalogue.song(row),
            cluster,
            score,
            at + 1 if at < n_picks else 0,
            saved,
            {name: float(of_all[at]) for name, of_all in ranking.signals.items()},
            reasons[at],
        )
        for at, (row, cluster, score, saved) in enumerate(values)
    )


def _left_out(library: Sequence[Song], sounds: KnownFeatures) -> tuple[LeftOut, ...]:
    """Name the saved songs of which it is not known how they sound."""
    places = np.setdiff1d(np.arange(len(library)), sounds.places).tolist()
    return tuple(LeftOut(library[place], NOT_IN_CATALOGUE) for place in places)
