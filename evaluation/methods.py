"""The methods that are compared: each takes what it may know and returns catalogue rows in playlist order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from recommender import Song, Wishes, recommend
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
from recommender.wishes import PRESETS

POPULARITY = NAMES.index("popularity")


@dataclass(frozen=True, eq=False)
class MethodInput:
    """What every method may know of a listener.

    rows : (n_matched,) catalogue rows of the visible songs
    tastes : the matched songs by cluster
    is_new : (n,) bool, False for every catalogue row that is a version of an owned song
    shares : (n_clusters,) places allocated to each cluster
    """

    library: Sequence[Song]
    rows: IntArray
    tastes: Tastes
    is_new: BoolArray
    shares: IntArray
    seed: int


Method = Callable[[MethodInput, Build], IntArray]


def build_method_input(library: Sequence[Song], build: Build, size: int, seed: int) -> MethodInput:
    """Match and cluster the visible songs, at least one of them in the catalogue, and allocate the places."""
    catalogue = build.catalogue
    matches = match(library, catalogue)
    rows = matches.rows[matches.is_matched]
    tastes = find_tastes(catalogue.standardised[rows], build.model)
    is_new = ~matches.owned_versions[catalogue.versions]
    shares = allocate(tastes.weights, size, count_by_cluster(is_new, catalogue))
    return MethodInput(library, rows, tastes, is_new, shares, seed)


def pick_random(seen: MethodInput, build: Build) -> IntArray:
    """Pick at random in each cluster."""
    rng = np.random.default_rng(seen.seed)
    return _pick_by_share(rng.random(len(build.catalogue), dtype=np.float32), seen, build.catalogue)


def pick_popular(seen: MethodInput, build: Build) -> IntArray:
    """Pick the most popular songs of the whole catalogue that the listener does not own."""
    return _pick_best(build.catalogue.standardised[:, POPULARITY], seen, build.catalogue, count_wanted(seen))


def pick_nearest_to_mean(seen: MethodInput, build: Build) -> IntArray:
    """Pick by cosine similarity to the mean of all the listener's songs, as most projects of this kind do."""
    tastes = seen.tastes
    mean = (tastes.means * tastes.weights[:, np.newaxis]).sum(axis=0) / tastes.weights.sum()
    scores = _cosine(build.catalogue.standardised, mean)
    return _pick_best(scores, seen, build.catalogue, count_wanted(seen))


def pick_as_origin(seen: MethodInput, build: Build) -> IntArray:
    """Pick as the origin does: by cosine similarity to each taste's mean, with shares but no artist cap."""
    catalogue = build.catalogue
    scores = np.concatenate(
        [
            _cosine(catalogue.standardised[rows], mean)
            for rows, mean in zip(
                map(catalogue.cluster, range(catalogue.n_clusters)), seen.tastes.means, strict=True
            )
        ]
    )
    return _pick_by_share(scores, seen, catalogue)


def pick_ours(
    signals: Sequence[Signal],
    wishes: Wishes,
    seen: MethodInput,
    build: Build,
    limits: Limits = DEFAULT_LIMITS,
) -> IntArray:
    """Pick as the application does."""
    wished = replace(wishes, size=count_wanted(seen))
    mix = recommend(seen.library, build.catalogue, build.model, wished, signals=signals, limits=limits)
    return build.catalogue.find_rows([pick.song.id for pick in mix.picks])


def pick_unshared(seen: MethodInput, build: Build) -> IntArray:
    """Pick as the application would if all songs were one cluster."""
    catalogue, model = build.catalogue, build.model
    whole = replace(catalogue, cluster_starts=np.array([0, len(catalogue)]))
    one = replace(model, centres=np.zeros_like(model.centres[:1]), names=("all",), genres=((),))
    return pick_ours(SIGNALS, Wishes(), seen, replace(build, catalogue=whole, model=one))


def list_methods() -> Mapping[str, Method]:
    """Return every method by its name: baselines, ours, ours with other wishes and without each signal."""
    lacking = {
        f"ours without {signal.name}": partial(pick_ours, reweigh(SIGNALS, {signal.name: 0.0}), Wishes())
        for signal in SIGNALS
    }
    return {
        "random": pick_random,
        "popular": pick_popular,
        "mean": pick_nearest_to_mean,
        "origin": pick_as_origin,
        "ours": partial(pick_ours, SIGNALS, Wishes()),
        "unshared": pick_unshared,
        "ours, bounds x 4": partial(pick_ours, SIGNALS, Wishes(), limits=DEFAULT_LIMITS.times(4)),
        "ours, diversity 0": partial(pick_ours, SIGNALS, Wishes(diversity=0.0)),
        "ours, diversity 0.1": partial(pick_ours, SIGNALS, Wishes(diversity=0.1)),
        **{name: partial(pick_ours, SIGNALS, Wishes(new_artists=share)) for name, share in PRESETS.items()},
        "ours, seed 1": partial(pick_ours, SIGNALS, Wishes(seed=1)),
        **lacking,
    }


def count_wanted(seen: MethodInput) -> int:
    """Count the songs to pick: the sum of the shares."""
    return int(seen.shares.sum())


def _cosine(songs: FloatArray, mean: FloatArray) -> FloatArray:
    # A song at the very origin has no direction: its similarity is 0.
    lengths = np.maximum(np.linalg.norm(songs, axis=1) * np.linalg.norm(mean), np.finfo(np.float32).tiny)
    similarity: FloatArray = (songs @ mean / lengths).astype(np.float32)
    return similarity


def _pick_by_share(scores: FloatArray, seen: MethodInput, catalogue: Catalogue) -> IntArray:
    """Return the best rows of each cluster, as many as its share, interleaved."""
    of_clusters = [
        _pick_best(scores, seen, catalogue, share, catalogue.cluster(cluster))
        for cluster, share in enumerate(seen.shares.tolist())
    ]
    in_turn = interleave(np.array([len(rows) for rows in of_clusters]))
    rows = np.empty(len(in_turn), dtype=np.int64)
    for cluster, of_cluster in enumerate(of_clusters):
        rows[in_turn == cluster] = of_cluster
    return rows


def _pick_best(
    scores: FloatArray, seen: MethodInput, catalogue: Catalogue, size: int, among: slice = slice(None)
) -> IntArray:
    """Return the `size` new rows with the highest scores, one version of each song, best first."""
    rows = np.arange(len(catalogue))[among]
    rows = rows[seen.is_new[rows]]
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    _, first = np.unique(catalogue.versions[rows], return_index=True)
    return rows[np.sort(first)[:size]]
