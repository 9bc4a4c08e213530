"""The methods that are compared: each takes what it may know of a listener and picks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from evaluation.before import rank_as_before
from recommender import Song, Wishes, prepare, recommend
from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.build import Build
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES
from recommender.matching.match import match
from recommender.ranking.allocate import allocate, interleave
from recommender.ranking.candidates import count_by_cluster
from recommender.ranking.limits import DEFAULT_LIMITS, Limits
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.signal import Signal
from recommender.ranking.weights import reweigh
from recommender.tastes.cluster import Tastes, find_tastes
from recommender.tastes.listener import build_profile, find_new_rows
from recommender.wishes import DEFAULT_PRESET, PRESETS

POPULARITY = NAMES.index("popularity")
# Of the best rows, this many times what is wanted are looked at first: some are versions of one song.
SPARE = 4


@dataclass(frozen=True, eq=False)
class MethodInput:
    """What every method may know of a listener.

    rows : (n_matched,) the catalogue rows of those of the songs that it has
    tastes : the matched songs by cluster
    is_candidate : (n,) bool, False for every catalogue row that is a version of an owned song
    is_new : (n,) bool, whether each row is by artists, guests included, of whom the listener has nothing
    shares : (n_clusters,) places allocated to each cluster
    """

    library: Sequence[Song]
    rows: IntArray
    tastes: Tastes
    is_candidate: BoolArray
    is_new: BoolArray
    shares: IntArray
    seed: int


@dataclass(frozen=True, eq=False)
class Picks:
    """What one method picked.

    rows : (n_picks,) catalogue rows, best first
    written : places of the picks in the order in which they play; None for a method that writes no playlist
    """

    rows: IntArray
    written: Sequence[int] | None = None


Pick = Callable[[MethodInput, Build], Picks]


@dataclass(frozen=True, eq=False)
class Method:
    """One method.

    pick : picks for one listener
    varies : the name of the method that it is a variant of, if it is one
    """

    pick: Pick
    varies: str = ""


def build_method_input(library: Sequence[Song], build: Build, size: int, seed: int) -> MethodInput:
    """Match and cluster the visible songs, at least one of them in the catalogue, and allocate the places."""
    catalogue = build.catalogue
    matches = match(library, catalogue)
    rows = matches.rows[matches.is_matched]
    tastes = find_tastes(catalogue.standardised[rows], build.model)
    is_candidate = ~matches.owned_versions[catalogue.versions]
    is_new = find_new_rows(build_profile(library, matches, catalogue).is_known_artist, catalogue)
    shares = allocate(tastes.weights, size, count_by_cluster(is_candidate, catalogue))
    return MethodInput(library, rows, tastes, is_candidate, is_new, shares, seed)


def pick_random(seen: MethodInput, build: Build) -> Picks:
    """Pick at random in each cluster."""
    rng = np.random.default_rng(seen.seed)
    return _pick_by_share(rng.random(len(build.catalogue), dtype=np.float32), seen, build.catalogue)


def pick_popular(seen: MethodInput, build: Build) -> Picks:
    """Pick the most popular songs of the whole catalogue that the listener does not own."""
    popularity = build.catalogue.standardised[:, POPULARITY]
    return Picks(_pick_best(popularity, seen, build.catalogue, count_wanted(seen)))


def pick_nearest_to_mean(seen: MethodInput, build: Build) -> Picks:
    """Pick by cosine similarity to the mean of all the listener's songs, as most projects of this kind do."""
    tastes = seen.tastes
    mean = (tastes.means * tastes.weights[:, np.newaxis]).sum(axis=0) / tastes.weights.sum()
    scores = _compute_cosines(build.catalogue, slice(None), mean)
    return Picks(_pick_best(scores, seen, build.catalogue, count_wanted(seen)))


def pick_as_origin(seen: MethodInput, build: Build) -> Picks:
    """Pick as the origin does: by cosine similarity to each taste's mean, with shares but no artist cap."""
    catalogue = build.catalogue
    scores = np.concatenate(
        [
            _compute_cosines(catalogue, rows, mean)
            for rows, mean in zip(
                map(catalogue.cluster, range(catalogue.n_clusters)), seen.tastes.means, strict=True
            )
        ]
    )
    return _pick_by_share(scores, seen, catalogue)


def pick_among_new(pick: Pick, seen: MethodInput, build: Build) -> Picks:
    """Pick by another method, but only songs by artists who are new to the listener."""
    is_candidate = seen.is_candidate & seen.is_new
    capacity = count_by_cluster(is_candidate, build.catalogue)
    shares = allocate(seen.tastes.weights, count_wanted(seen), capacity)
    return pick(replace(seen, is_candidate=is_candidate, shares=shares), build)


def pick_as_before(seen: MethodInput, build: Build) -> Picks:
    """Pick as the application did before new artists had places of their own (`evaluation.before`)."""
    # A song's year was that of its own row.
    catalogue = replace(build.catalogue, first_years=build.catalogue.years)
    prepared = prepare(seen.library, catalogue, build.model)
    tastes, capacity = prepared.tastes, count_by_cluster(seen.is_candidate, catalogue)
    shares = allocate(tastes.weights, count_wanted(seen), capacity)
    return Picks(rank_as_before(prepared.listener, tastes, shares, seen.is_candidate, catalogue))


def pick_ours(
    signals: Sequence[Signal],
    wishes: Wishes,
    seen: MethodInput,
    build: Build,
    limits: Limits = DEFAULT_LIMITS,
) -> Picks:
    """Pick as the application does."""
    wished = replace(wishes, size=count_wanted(seen))
    mix = recommend(seen.library, build.catalogue, build.model, wished, signals=signals, limits=limits)
    rows = build.catalogue.find_rows([pick.song.id for pick in mix.picks])
    return Picks(rows, mix.written or range(len(rows)))


def pick_unshared(seen: MethodInput, build: Build) -> Picks:
    """Pick as the application would if all songs were one cluster."""
    catalogue, model = build.catalogue, build.model
    whole = replace(catalogue, cluster_starts=np.array([0, len(catalogue)]))
    one = replace(model, centres=np.zeros_like(model.centres[:1]), names=("all",), genres=((),))
    return pick_ours(SIGNALS, Wishes(), seen, replace(build, catalogue=whole, model=one))


#: The baselines that pick only what can be found where whole artists are hidden.
RESTRICTED = {
    "mean new": Method(partial(pick_among_new, pick_nearest_to_mean)),
    "origin new": Method(partial(pick_among_new, pick_as_origin)),
}


def list_methods(protocol: str, with_variants: bool = False) -> Mapping[str, Method]:
    """Return every method of a protocol by its name: baselines, the mix before, the presets and another mix.

    With variants also ours with other wishes or limits, and the preset that the
    protocol is about without each signal.
    """
    presets = {
        name: Method(partial(pick_ours, SIGNALS, Wishes(new_artists=share)))
        for name, share in PRESETS.items()
    }
    return {
        "random": Method(pick_random),
        "popular": Method(pick_popular),
        "mean": Method(pick_nearest_to_mean),
        "origin": Method(pick_as_origin),
        **(RESTRICTED if protocol == "discovery" else {}),
        "before": Method(pick_as_before),
        **presets,
        "ours": presets[DEFAULT_PRESET],
        "ours, seed 1": Method(partial(pick_ours, SIGNALS, Wishes(seed=1)), "ours"),
        **(_list_variants("discover" if protocol == "discovery" else "familiar") if with_variants else {}),
    }


def _list_variants(preset: str) -> Mapping[str, Method]:
    """Return ours with other wishes or limits, and one preset without each signal that counts in it."""
    base = Wishes(new_artists=PRESETS[preset])
    wide = DEFAULT_LIMITS.times(4)
    return {
        "ours, seed 2": Method(partial(pick_ours, SIGNALS, Wishes(seed=2)), "ours, seed 1"),
        f"{preset}, seed 1": Method(partial(pick_ours, SIGNALS, replace(base, seed=1)), preset),
        "unshared": Method(pick_unshared, "ours"),
        "ours, bounds x 4": Method(partial(pick_ours, SIGNALS, Wishes(), limits=wide), "ours"),
        "ours, diversity 0": Method(partial(pick_ours, SIGNALS, Wishes(diversity=0.0)), "ours"),
        "ours, diversity 0.1": Method(partial(pick_ours, SIGNALS, Wishes(diversity=0.1)), "ours"),
        **{
            f"{preset} without {signal.name}": Method(
                partial(pick_ours, reweigh(SIGNALS, {signal.name: 0.0}), base), preset
            )
            for signal in SIGNALS
            if signal.new_weight or (signal.known_weight and base.new_artists < 1)
        },
    }


def count_wanted(seen: MethodInput) -> int:
    """Count the songs to pick: the sum of the shares."""
    return int(seen.shares.sum())


def _compute_cosines(catalogue: Catalogue, rows: slice, mean: FloatArray) -> FloatArray:
    # A song at the very origin has no direction: its similarity is 0.
    lengths = np.maximum(_compute_lengths(catalogue)[rows] * np.linalg.norm(mean), np.finfo(np.float32).tiny)
    similarity: FloatArray = (catalogue.standardised[rows] @ mean / lengths).astype(np.float32)
    return similarity


@cache
def _compute_lengths(catalogue: Catalogue) -> FloatArray:
    """Compute the length of each row's features once for each catalogue: (n,)."""
    lengths: FloatArray = np.linalg.norm(catalogue.standardised, axis=1)
    return lengths


def _pick_by_share(scores: FloatArray, seen: MethodInput, catalogue: Catalogue) -> Picks:
    """Return the best rows of each cluster, as many as its share, interleaved."""
    of_clusters = [
        _pick_best(scores, seen, catalogue, share, catalogue.cluster(cluster))
        for cluster, share in enumerate(seen.shares.tolist())
    ]
    in_turn = interleave(np.array([len(rows) for rows in of_clusters]))
    rows = np.empty(len(in_turn), dtype=np.int64)
    for cluster, of_cluster in enumerate(of_clusters):
        rows[in_turn == cluster] = of_cluster
    return Picks(rows)


def _pick_best(
    scores: FloatArray, seen: MethodInput, catalogue: Catalogue, size: int, among: slice = slice(None)
) -> IntArray:
    """Return the `size` candidates with the highest scores, one version of each song, best first."""
    rows = np.arange(len(catalogue))[among]
    rows = rows[seen.is_candidate[rows]]
    best = rows[:0]
    if 0 < SPARE * size < len(rows):
        # Sorting the whole catalogue would take most of the time of an evaluation.
        lowest = np.partition(scores[rows], -SPARE * size)[-SPARE * size]
        best = _list_versions_once(rows[scores[rows] >= lowest], scores, catalogue)
    return (best if len(best) >= size else _list_versions_once(rows, scores, catalogue))[:size]


def _list_versions_once(rows: IntArray, scores: FloatArray, catalogue: Catalogue) -> IntArray:
    """Return the rows best first, the best version of each song; of equals the first."""
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    _, first = np.unique(catalogue.versions[rows], return_index=True)
    return rows[np.sort(first)]
