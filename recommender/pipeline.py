"""The recommendation, read top-down: match, cluster, allocate, rank, explain."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

# The first `np.unique` would load it while somebody waits for a playlist.
import numpy.ma

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.model import Model
from recommender.errors import EmptyLibrary, NothingMatched
from recommender.explanation.attribute import Explanations, explain
from recommender.explanation.facts import collect_facts
from recommender.matching.match import match
from recommender.ranking.allocate import allocate
from recommender.ranking.bias import compute_bias
from recommender.ranking.candidates import find_limiting_wishes, select_candidates
from recommender.ranking.limits import Limits
from recommender.ranking.rank import Ranking, count_candidates, rank
from recommender.ranking.scoring import build_scoring
from recommender.ranking.sequence import written_order
from recommender.song import LeftOut, Mix, Pick, Song, Wishes
from recommender.tastes.cluster import find_tastes
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import Features, KnownFeatures, collect_known_features
from recommender.tastes.listener import build_profile, with_liked
from recommender.weights import Weights, adventurous

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
    look_up: Callable[[Sequence[Song]], Mapping[str, Features]] | None = None,
    weights: Weights | None = None,
    bounds: Limits | None = None,
) -> Mix:
    """Pick new songs for each taste in a library, in proportion to the tastes.

    Equal input gives an equal mix. The mix is shorter than `wishes.size`, or
    empty, only where the catalogue has no more songs for any of the tastes, or
    the wishes leave no more.

    Parameters
    ----------
    library : saved songs, newest first
    on_stage : called with each of `STAGES` as it ends
    look_up : called once with the saved songs that have an id but no catalogue row
        Returns Spotify id -> features measured elsewhere, by the names and in the
        units of `recommender.catalogue.features`; these songs take part by them.
    weights : how much each signal counts
    bounds : how much is looked at closely

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
    has_row = matches.is_matched.tolist()
    lacking = [song for song, is_known in zip(library, has_row, strict=True) if song.id and not is_known]
    features = look_up(lacking) if look_up else {}
    sounds = collect_known_features(library, matches.rows, catalogue, model, features)
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
    weights = adventurous(weights or Weights(), wishes.adventure)
    scoring = build_scoring(tastes, heard, catalogue, weights, bounds or Limits())
    scoring = replace(scoring, bias=compute_bias(wishes, catalogue))
    ranking = rank(scoring, choice.weights, shares, choice.is_new, catalogue, wishes, choice.kept)
    on_stage("rank")

    # What is only liked is not called saved.
    facts = collect_facts(listener, catalogue, model.genre_names, scoring.bounds.artists)
    why = explain(ranking, scoring, tastes, facts, sounds.is_measured)
    n_picks = int(ranking.shares.sum())
    picks = _picks(ranking, why, [library[place] for place in sounds.places[why.nearest].tolist()], catalogue)
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
    ranking: Ranking, why: Explanations, because: Sequence[Song], catalogue: Catalogue
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
            why.reasons[at],
        )
        for at, (row, cluster, score, saved) in enumerate(values)
    )


def _left_out(library: Sequence[Song], sounds: KnownFeatures) -> tuple[LeftOut, ...]:
    """Name the saved songs of which it is not known how they sound."""
    places = np.setdiff1d(np.arange(len(library)), sounds.places).tolist()
    return tuple(LeftOut(library[place], NOT_IN_CATALOGUE) for place in places)
