"""The recommendation, read top-down: match, cluster, allocate, rank, explain."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.model import Model
from recommender.explanation.attribute import explain
from recommender.explanation.likeness import compare_sounds
from recommender.mix import Mix, MixTaste, Pick, Reason
from recommender.preparation import Prepared, ignore_stage, prepare
from recommender.ranking.bias import compute_bias, compute_noise
from recommender.ranking.candidates import find_limiting_wishes, select_candidates
from recommender.ranking.limits import DEFAULT_LIMITS, Limits
from recommender.ranking.pinned import choose_pinned
from recommender.ranking.rank import Ranking, count_new, rank
from recommender.ranking.selection import Selection
from recommender.ranking.sequence import order_for_playing
from recommender.ranking.signals.signal import Signal
from recommender.ranking.starts import find_starts
from recommender.song import Song
from recommender.tastes.known_features import Features
from recommender.wishes import Wishes

STAGES = ("match", "cluster", "allocate", "rank", "explain")


def recommend(
    library: Sequence[Song],
    catalogue: Catalogue,
    model: Model,
    wishes: Wishes | None = None,
    on_stage: Callable[[str], None] = ignore_stage,
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
    look_up, signals, limits : as for `prepare`

    Raises
    ------
    EmptyLibrary
        If the library has no songs.
    NothingMatched
        If the catalogue has none of them or of their artists, and `look_up` knows none.
    """
    prepared = prepare(library, catalogue, model, look_up, on_stage, signals, limits)
    return pick(prepared, wishes or Wishes(), on_stage)


def pick(prepared: Prepared, wishes: Wishes, on_stage: Callable[[str], None] = ignore_stage) -> Mix:
    """Pick the songs of a mix as wished: `recommend` without what does not depend on the wishes.

    Parameters
    ----------
    on_stage : called with each of the last three of `STAGES` as it ends
    """
    library, catalogue, own = prepared.library, prepared.catalogue, prepared.own
    sounds, tastes = prepared.sounds, prepared.tastes
    candidates = select_candidates(prepared, wishes)
    scoring = prepared.score(candidates.liked)
    starts = prepared.rate_starts(wishes.start_songs, wishes.start_artists)
    bias = compute_bias(wishes, starts, catalogue)
    selection = Selection(scoring, bias, compute_noise(wishes, len(catalogue)))
    pinned = choose_pinned(candidates.pinned, scoring, wishes.size)
    on_stage("allocate")

    ranking = rank(selection, candidates, own, pinned, wishes)
    on_stage("rank")

    likeness = compare_sounds(ranking.rows, ranking.clusters, sounds, tastes.clusters, catalogue)
    because = [library[place] if place >= 0 else None for place in likeness.nearest.tolist()]
    names = [taste.name for taste in prepared.taste_names]
    found = find_starts(wishes.start_songs, wishes.start_artists, catalogue)
    is_estimated = prepared.is_estimated_taste.tolist()
    reasons = explain(
        ranking, scoring, likeness, prepared.evidence, because, names, is_estimated, found, starts
    )
    picks = _build_picks(ranking, reasons, because, catalogue, prepared.model)
    n_picks = int(ranking.shares.sum())
    written = order_for_playing(ranking.rows[:n_picks], ranking.is_new[:n_picks], catalogue)
    on_stage("explain")

    n_matched = int(prepared.matches.is_matched.sum())
    n_new = int(ranking.is_new[:n_picks].sum())
    n_kept_known = int(np.count_nonzero(~scoring.is_new[pinned]))
    limiting: tuple[str, ...] = ()
    if n_picks < wishes.size:
        is_known_artist = scoring.inputs.listener.is_known_artist
        limiting = find_limiting_wishes(prepared, candidates, wishes, is_known_artist)
    return Mix(
        picks=picks[:n_picks],
        shares=tuple(ranking.shares.tolist()),
        saved=tuple(tastes.weights.tolist()),
        matched=n_matched,
        estimated=len(sounds.places) - n_matched,
        left_out=prepared.left_out,
        spares=picks[n_picks:],
        written=written,
        short_because=limiting,
        tastes=tuple(
            MixTaste(
                name=taste.name,
                full_name=taste.full_name,
                n_saved=n_saved,
                n_picks=int(np.count_nonzero(ranking.tastes[:n_picks] == number)),
                genres=taste.genres,
                medoid=library[int(sounds.places[own.medoids[number]])],
            )
            for number, (taste, n_saved) in enumerate(
                zip(prepared.taste_names, own.sizes.tolist(), strict=True)
            )
        ),
        new_artists=n_new,
        short_of_new=n_new < min(count_new(wishes, n_picks), n_picks - n_kept_known),
        newer=prepared.n_newer,
        newest_year=catalogue.newest_year,
        plays=prepared.n_plays,
    )


def _build_picks(
    ranking: Ranking,
    reasons: Sequence[tuple[Reason, ...]],
    because: Sequence[Song | None],
    catalogue: Catalogue,
    model: Model,
) -> tuple[Pick, ...]:
    """Return the picks in the order of rank, then the spares, which have no rank."""
    n_picks = int(ranking.shares.sum())
    energies = model.restore(catalogue.standardised[ranking.rows], "energy").tolist()
    signals = {name: values.tolist() for name, values in ranking.signals.items()}
    return tuple(
        Pick(
            song=catalogue.song(row),
            cluster=int(ranking.clusters[at]),
            score=float(ranking.scores[at]),
            rank=at + 1 if at < n_picks else 0,
            because=because[at],
            signals={name: values[at] for name, values in signals.items()},
            reasons=reasons[at],
            taste=int(ranking.tastes[at]),
            is_new_artist=bool(ranking.is_new[at]),
            energy=energies[at],
        )
        for at, row in enumerate(ranking.rows.tolist())
    )
