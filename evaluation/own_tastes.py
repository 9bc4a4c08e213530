"""How well the tastes of listeners are told apart: whole artists, stable numbers, names that differ."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.hiding import HidingProtocol
from formats.errors import FormatError
from formats.registry import load_playlists
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.arrays import IntArray
from recommender.catalogue.build import Build
from recommender.matching.match import match
from recommender.tastes.cluster import find_tastes
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import collect_known_features
from recommender.tastes.listener import build_profile
from recommender.tastes.own_tastes import MAX_TASTES, MIN_TASTES, OwnTastes, find_own_tastes
from recommender.tastes.taste_names import TasteName, name_tastes

# An artist of fewer songs can hardly be torn apart.
MIN_SONGS = 3
# Times that the artists of one listener are split in halves.
N_SPLITS = 8


@dataclass(frozen=True)
class ListenerTastes:
    """The tastes of one listener.

    names, songs : of each taste, and how many saved songs it has
    by_cluster, by_taste : the mean number of clusters and of tastes over which the songs of an artist
        are spread, of artists of at least `MIN_SONGS` songs; 0 without any
    agreement : number of tastes, or "chosen" -> adjusted Rand index of the tastes that two halves of the
        artists lead to: 1 if they are the same, 0 as by chance
    """

    names: tuple[TasteName, ...]
    songs: tuple[int, ...]
    by_cluster: float
    by_taste: float
    agreement: dict[str, float]


def measure_tastes(
    files: Sequence[Path], build: Build, protocol: HidingProtocol, sample: int | None
) -> dict[str, ListenerTastes]:
    """Find the tastes of every listener, or of a random sample, with enough songs in the catalogue, by name.

    Raises
    ------
    FormatError
        If a file cannot be read, or no listener has `protocol.minimum` songs in the catalogue.
    """
    playlists = [playlist for file in files for playlist in load_playlists(file)]
    if sample is not None:
        np.random.default_rng(protocol.seed).shuffle(playlists)
    measured: dict[str, ListenerTastes] = {}
    for playlist in playlists:
        if len(measured) == sample:
            break
        tastes = _measure(playlist, build, protocol)
        if tastes is not None:
            measured[playlist.name] = tastes
    if not measured:
        raise FormatError(
            f"none of the {len(playlists)} playlists has {protocol.minimum} songs in the catalogue"
        )
    return measured


def _measure(playlist: SourcePlaylist, build: Build, protocol: HidingProtocol) -> ListenerTastes | None:
    catalogue, model, library = build.catalogue, build.model, playlist.songs
    matches = match(library, catalogue)
    if matches.is_matched.sum() < protocol.minimum:
        return None
    sounds = collect_known_features(library, matches.rows, catalogue, model, {})
    sounds = add_estimates(sounds, library, matches.artists, catalogue, model)
    artists = build_profile(library, matches, catalogue).artists[sounds.places]
    clusters = find_tastes(sounds.vectors, model).clusters
    own = find_own_tastes(sounds.vectors, artists, clusters, catalogue)
    names = name_tastes(own, artists, catalogue, model.genre_names)
    wanted = {"chosen": None, **{str(number): number for number in range(MIN_TASTES, MAX_TASTES + 1)}}
    rows = matches.rows[matches.is_matched]
    return ListenerTastes(
        names,
        tuple(own.sizes.tolist()),
        _count_spread(artists, clusters),
        _count_spread(artists, own.members),
        {name: _compare_halves(rows, build, number, protocol.seed) for name, number in wanted.items()},
    )


def _count_spread(artists: IntArray, groups: IntArray) -> float:
    """Count over how many groups an artist's songs are spread, on average; of `MIN_SONGS` songs or more."""
    known = artists >= 0
    pairs = np.unique(np.stack([artists[known], groups[known]]), axis=1)
    n_songs = np.bincount(artists[known])
    spread = np.bincount(pairs[0])[n_songs >= MIN_SONGS]
    return float(spread.mean()) if len(spread) else 0.0


def _compare_halves(rows: IntArray, build: Build, n_tastes: int | None, seed: int) -> float:
    """Compare the tastes that either half of the artists leads to, on average over some splits."""
    rng = np.random.default_rng(seed)
    own, numbers = np.unique(build.catalogue.first_artists[rows], return_inverse=True)
    scores = []
    for _ in range(N_SPLITS):
        is_first = (rng.permutation(len(own)) < len(own) // 2)[numbers]
        halves = [_find(rows[half], build, n_tastes) for half in (is_first, ~is_first) if half.any()]
        tastes = [half.assign(rows, build.catalogue) for half in halves]
        scores.append(compute_rand_index(tastes[0], tastes[-1]))
    return float(np.mean(scores))


def _find(rows: IntArray, build: Build, n_tastes: int | None) -> OwnTastes:
    catalogue = build.catalogue
    artists = catalogue.first_artists[rows].astype(np.int64)
    return find_own_tastes(
        catalogue.standardised[rows], artists, catalogue.find_clusters(rows), catalogue, n_tastes
    )


def compute_rand_index(first: IntArray, second: IntArray) -> float:
    """Compute the adjusted Rand index of two groupings (Hubert and Arabie, Comparing partitions, 1985).

    1 where they are the same, about 0 where they agree by chance.

    Parameters
    ----------
    first, second : (n,) int, the group of each of n items, from 0
    """
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1), dtype=np.int64)
    np.add.at(table, (first, second), 1)
    both, one, other, all_pairs = (
        float((counts * (counts - 1) // 2).sum())
        for counts in (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    )
    by_chance = one * other / all_pairs
    most = (one + other) / 2
    return (both - by_chance) / (most - by_chance) if most > by_chance else 1.0


def as_json(measured: dict[str, ListenerTastes]) -> dict[str, Any]:
    """Return the tastes of each listener as one object for `--json`."""
    return {name: asdict(tastes) for name, tastes in measured.items()}


def as_markdown(measured: dict[str, ListenerTastes]) -> str:
    """Return counts and means over the listeners as Markdown; whose tastes they are is not told there."""
    listeners = list(measured.values())
    numbers = list(listeners[0].agreement)
    names = [taste.name for listener in listeners for taste in listener.names]
    lines = [
        f"{len(listeners):,} listeners with {len(names):,} tastes, which have {len(set(names)):,} names.",
        "",
        f"| songs of an artist (of {MIN_SONGS} or more) are spread over | on average |",
        "|---|---|",
        f"| clusters | {np.mean([listener.by_cluster for listener in listeners]):.2f} |",
        f"| own tastes | {np.mean([listener.by_taste for listener in listeners]):.2f} |",
        "",
        f"| tastes | {' | '.join(numbers)} |",
        f"|---|{'---|' * len(numbers)}",
        f"| agreement of two halves | {' | '.join(_format_agreement(listeners, each) for each in numbers)} |",
    ]
    return "\n".join(lines)


def _format_agreement(listeners: Sequence[ListenerTastes], number: str) -> str:
    return f"{np.mean([listener.agreement[number] for listener in listeners]):.3f}"
