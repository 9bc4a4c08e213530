"""The recommendation, read top-down: match, cluster, allocate, rank, explain."""

from collections.abc import Callable, Sequence

import numpy as np

from recommender.allocate import allocate
from recommender.catalogue import Catalogue
from recommender.cluster import tastes_of
from recommender.errors import EmptyLibrary, NothingMatched
from recommender.explain import nearest_saved
from recommender.match import match
from recommender.model import Model
from recommender.rank import capacity_of, rank
from recommender.song import LeftOut, Mix, Pick, Song, Wishes

STAGES = ("match", "cluster", "allocate", "rank", "explain")
NOT_IN_CATALOGUE = "not in the catalogue"


def _nobody_listens(stage: str) -> None:
    """Stand in for a caller who does not follow the stages."""


def recommend(
    library: Sequence[Song],
    catalogue: Catalogue,
    model: Model,
    wishes: Wishes | None = None,
    on_stage: Callable[[str], None] = _nobody_listens,
) -> Mix:
    """Pick new songs for each taste in a library, in proportion to the tastes.

    Equal input gives an equal mix. The mix is shorter than `wishes.size`, or
    empty, only where the catalogue has no more songs for any of the tastes.

    Parameters
    ----------
    library : saved songs, newest first
    on_stage : called with each of `STAGES` as it ends

    Raises
    ------
    EmptyLibrary
        If the library has no songs.
    NothingMatched
        If the catalogue has none of them.
    """
    wishes = wishes or Wishes()
    if not library:
        raise EmptyLibrary("there are no saved songs to find a taste in")

    matches = match(library, catalogue)
    saved = np.flatnonzero(matches.is_matched)
    if not len(saved):
        raise NothingMatched(f"none of the {len(library)} saved songs is in the catalogue")
    on_stage("match")

    tastes = tastes_of(matches.rows[saved], catalogue, model)
    on_stage("cluster")

    is_new = ~matches.owned_versions[catalogue.versions]
    banned = catalogue.rows_of_ids(sorted(wishes.banned))
    is_new[banned[banned >= 0]] = False
    shares = allocate(tastes.weights, wishes.size, capacity_of(is_new, catalogue))
    on_stage("allocate")

    ranking = rank(tastes, shares, is_new, catalogue, wishes)
    on_stage("rank")

    because = saved[nearest_saved(ranking, tastes, catalogue)]
    n_picks = int(ranking.shares.sum())
    picks = tuple(
        Pick(catalogue.song(row), cluster, score, at + 1 if at < n_picks else 0, library[reason])
        for at, (row, cluster, score, reason) in enumerate(
            zip(*(a.tolist() for a in (ranking.rows, ranking.clusters, ranking.scores, because)), strict=True)
        )
    )
    on_stage("explain")

    left_out = tuple(
        LeftOut(library[at], NOT_IN_CATALOGUE) for at in np.flatnonzero(~matches.is_matched).tolist()
    )
    return Mix(
        picks=picks[:n_picks],
        shares=tuple(ranking.shares.tolist()),
        saved=tuple(tastes.weights.tolist()),
        matched=len(saved),
        estimated=0,
        left_out=left_out,
        spares=picks[n_picks:],
    )
