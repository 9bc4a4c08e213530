"""The recommendation, read top-down: match, cluster, allocate, rank, explain."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from recommender.allocate import allocate
from recommender.catalogue import Catalogue
from recommender.cluster import tastes_of
from recommender.errors import EmptyLibrary, NothingMatched
from recommender.estimate import with_estimates
from recommender.explain import nearest_saved
from recommender.keys import find, keys_of, plain
from recommender.listener import listener_of
from recommender.match import match
from recommender.model import Model
from recommender.rank import capacity_of, rank
from recommender.signals.scoring import scoring_of
from recommender.song import LeftOut, Mix, Pick, Song, Wishes
from recommender.sound import Features, sounds_of
from recommender.weights import Weights

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
    weights: Weights | None = None,
) -> Mix:
    """Pick new songs for each taste in a library, in proportion to the tastes.

    Equal input gives an equal mix. The mix is shorter than `wishes.size`, or
    empty, only where the catalogue has no more songs for any of the tastes.

    Parameters
    ----------
    library : saved songs, newest first
    on_stage : called with each of `STAGES` as it ends
    features : Spotify id -> features measured elsewhere
        By the names and in the units of `recommender.features`; saved songs
        that the catalogue lacks take part by these.
    weights : how much each signal counts

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
    sounds = sounds_of(library, matches.rows, catalogue, model, features or {})
    sounds = with_estimates(sounds, library, matches.artists, catalogue, model)
    if not len(sounds.places):
        raise NothingMatched(f"none of the {len(library)} saved songs is in the catalogue")
    on_stage("match")

    tastes = tastes_of(sounds.vectors, model, sounds.counts)
    on_stage("cluster")

    is_new = _is_new(matches.owned_versions, catalogue, wishes)
    shares = allocate(tastes.weights, wishes.size, capacity_of(is_new, catalogue))
    on_stage("allocate")

    scoring = scoring_of(tastes, listener_of(library, matches, catalogue), catalogue, weights or Weights())
    ranking = rank(scoring, tastes.weights, shares, is_new, catalogue, wishes)
    on_stage("rank")

    because = sounds.places[nearest_saved(ranking, tastes, catalogue)]
    n_picks = int(ranking.shares.sum())
    picks = tuple(
        Pick(
            catalogue.song(row),
            cluster,
            score,
            at + 1 if at < n_picks else 0,
            library[reason],
            {name: float(values[at]) for name, values in ranking.signals.items()},
        )
        for at, (row, cluster, score, reason) in enumerate(
            zip(*(a.tolist() for a in (ranking.rows, ranking.clusters, ranking.scores, because)), strict=True)
        )
    )
    on_stage("explain")

    left_out = tuple(
        LeftOut(library[at], NOT_IN_CATALOGUE)
        for at in np.setdiff1d(np.arange(len(library)), sounds.places).tolist()
    )
    n_matched = int(matches.is_matched.sum())
    return Mix(
        picks=picks[:n_picks],
        shares=tuple(ranking.shares.tolist()),
        saved=tuple(tastes.weights.tolist()),
        matched=n_matched,
        estimated=len(sounds.places) - n_matched,
        left_out=left_out,
        spares=picks[n_picks:],
    )


def _is_new(
    owned_versions: npt.NDArray[np.bool_], catalogue: Catalogue, wishes: Wishes
) -> npt.NDArray[np.bool_]:
    """Say for each row whether it may be picked: the listener has no version of it, and has not banned it."""
    is_out = owned_versions.copy()
    is_out[catalogue.versions[_rows_of(wishes.banned_songs, catalogue)]] = True
    is_new: npt.NDArray[np.bool_] = ~is_out[catalogue.versions]
    is_new[_rows_of(wishes.banned, catalogue)] = False
    keys = keys_of((plain(name),) for name in sorted(wishes.banned_artists))
    is_new[np.isin(catalogue.first_artists, find(keys, catalogue.artist_keys))] = False
    return is_new


def _rows_of(ids: frozenset[str], catalogue: Catalogue) -> npt.NDArray[np.int64]:
    rows = catalogue.rows_of_ids(sorted(ids))
    return rows[rows >= 0]
