"""The recommendation, read top-down: match, cluster, allocate, rank, explain."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

# The first `np.unique` would load it while somebody waits for a playlist.
import numpy.ma

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.model import Model
from recommender.errors import EmptyLibrary, NothingMatched
from recommender.explanation.attribute import explain
from recommender.explanation.likeness import compare_sounds
from recommender.matching.match import Matches, match
from recommender.mix import LeftOut, Mix, MixTaste, Pick, Reason, WhyLeftOut
from recommender.ranking.bias import compute_bias, compute_noise
from recommender.ranking.candidates import find_limiting_wishes, select_candidates
from recommender.ranking.limits import DEFAULT_LIMITS, Limits
from recommender.ranking.pinned import choose_pinned
from recommender.ranking.rank import Ranking, count_new, rank
from recommender.ranking.scoring import build_scoring
from recommender.ranking.sequence import order_for_playing
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.evidence import collect_evidence
from recommender.ranking.signals.signal import Signal
from recommender.ranking.unwanted import find_unwanted
from recommender.song import Song
from recommender.tastes.cluster import find_tastes
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import Features, KnownFeatures, collect_known_features
from recommender.tastes.listener import add_liked, build_profile
from recommender.tastes.own_tastes import find_own_tastes
from recommender.tastes.taste_names import name_tastes
from recommender.wishes import Wishes

STAGES = ("match", "cluster", "allocate", "rank", "explain")


def _ignore(stage: str) -> None:
    """Stand in for a caller who does not follow the stages."""


def recommend(
    library: Sequence[Song],
    catalogue: Catalogue,
    model: Model,
    wishes: Wishes | None = None,
    on_stage: Callable[[str], None] = _ignore,
    look_up: Callable[[Sequence[Song]], Mapping[str, Features]] | None = None,
    signals: Sequence[Signal] | None = None,
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
    look_up : returns features measured elsewhere, by Spotify id
        Called once, with the songs that have an id but no row in the catalogue, in
        library order. Those it knows take part by these features, which have the
        names and units of `recommender.catalogue.features`.
    signals : what songs are scored by; None for `SIGNALS`
        Those that have a fact can only be put in words if they are in `SIGNALS`.
    limits : how many candidates are looked at closely

    Raises
    ------
    EmptyLibrary
        If the library has no songs.
    NothingMatched
        If the catalogue has none of them or of their artists, and `look_up` knows none.
    """
    wishes = wishes or Wishes()
    if not library:
        raise EmptyLibrary("there are no saved songs to find a taste in")

    matches = match(library, catalogue)
    features = look_up(_list_lacking(library, matches)) if look_up else {}
    sounds = collect_known_features(library, matches.rows, catalogue, model, features)
    sounds = add_estimates(sounds, library, matches.artists, catalogue, model)
    if not len(sounds.places):
        raise NothingMatched(f"none of the {len(library)} saved songs is in the catalogue")
    on_stage("match")

    tastes = find_tastes(sounds.vectors, model, sounds.counts)
    listener = build_profile(library, matches, catalogue)
    artists = listener.artists[sounds.places]
    own = find_own_tastes(sounds.vectors, artists, tastes.clusters, catalogue)
    on_stage("cluster")

    unwanted = find_unwanted((song.title for song in library), matches, wishes.allow, catalogue)
    candidates = select_candidates(wishes, matches, unwanted, tastes, catalogue)
    scoring = build_scoring(
        tastes,
        add_liked(listener, candidates.liked, catalogue),
        catalogue,
        SIGNALS if signals is None else signals,
        limits,
        compute_bias(wishes, catalogue),
        compute_noise(wishes, len(catalogue)),
    )
    pinned = choose_pinned(candidates.pinned, scoring, wishes.size)
    on_stage("allocate")

    ranking = rank(scoring, candidates, own, pinned, wishes)
    on_stage("rank")

    # What is only liked is not called saved.
    n_measured = int(sounds.is_measured.sum())
    evidence = collect_evidence(listener, catalogue, model.genre_names, n_measured, limits.artists)
    likeness = compare_sounds(ranking.rows, ranking.clusters, sounds, tastes.clusters, catalogue)
    because = [library[place] if place >= 0 else None for place in likeness.nearest.tolist()]
    named = name_tastes(own, artists, catalogue, model.genre_names)
    reasons = explain(ranking, scoring, likeness, evidence, because, [taste.name for taste in named])
    picks = _build_picks(ranking, reasons, because, catalogue)
    n_picks = int(ranking.shares.sum())
    written = order_for_playing(ranking.rows[:n_picks], ranking.is_new[:n_picks], catalogue)
    on_stage("explain")

    n_matched = int(matches.is_matched.sum())
    n_new = int(ranking.is_new[:n_picks].sum())
    limiting: tuple[str, ...] = ()
    if n_picks < wishes.size:
        is_known_artist = scoring.inputs.listener.is_known_artist
        limiting = find_limiting_wishes(
            candidates, wishes, matches, unwanted, tastes, is_known_artist, catalogue
        )
    return Mix(
        picks=picks[:n_picks],
        shares=tuple(ranking.shares.tolist()),
        saved=tuple(tastes.weights.tolist()),
        matched=n_matched,
        estimated=len(sounds.places) - n_matched,
        left_out=_list_left_out(library, sounds),
        spares=picks[n_picks:],
        written=written,
        short_because=limiting,
        tastes=tuple(
            MixTaste(
                name=taste.name,
                full_name=taste.full_name,
                n_saved=int(own.sizes[number]),
                n_picks=int(np.count_nonzero(ranking.tastes[:n_picks] == number)),
                genres=taste.genres,
                medoid=library[int(sounds.places[own.medoids[number]])],
            )
            for number, taste in enumerate(named)
        ),
        new_artists=n_new,
        short_of_new=n_new < count_new(wishes, n_picks),
        newer=int(np.count_nonzero(listener.years > catalogue.years.max())),
    )


def _list_lacking(library: Sequence[Song], matches: Matches) -> list[Song]:
    """List the saved songs that have an id but no row in the catalogue."""
    lacking = np.flatnonzero(~matches.is_matched).tolist()
    return [library[place] for place in lacking if library[place].id]


def _build_picks(
    ranking: Ranking,
    reasons: Sequence[tuple[Reason, ...]],
    because: Sequence[Song | None],
    catalogue: Catalogue,
) -> tuple[Pick, ...]:
    """Return the picks in the order of rank, then the spares, which have no rank."""
    n_picks = int(ranking.shares.sum())
    return tuple(
        Pick(
            song=catalogue.song(row),
            cluster=int(ranking.clusters[at]),
            score=float(ranking.scores[at]),
            rank=at + 1 if at < n_picks else 0,
            because=because[at],
            signals={name: float(values[at]) for name, values in ranking.signals.items()},
            reasons=reasons[at],
            taste=int(ranking.tastes[at]),
            is_new_artist=bool(ranking.is_new[at]),
        )
        for at, row in enumerate(ranking.rows.tolist())
    )


def _list_left_out(library: Sequence[Song], sounds: KnownFeatures) -> tuple[LeftOut, ...]:
    """List the saved songs whose sound is unknown."""
    is_left_out = np.ones(len(library), dtype=bool)
    is_left_out[sounds.places] = False
    left_out = np.flatnonzero(is_left_out).tolist()
    return tuple(LeftOut(library[place], WhyLeftOut.NOT_IN_CATALOGUE) for place in left_out)
