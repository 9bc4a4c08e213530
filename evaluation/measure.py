"""Every method on one playlist: what it picked, and how good that is."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from zlib import crc32

import numpy as np

from evaluation import metrics
from evaluation.hiding import HiddenSplit, HidingProtocol, hide
from evaluation.methods import Method, MethodInput, Picks, build_method_input
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.arrays import BoolArray, DoubleArray, IntArray
from recommender.catalogue.build import Build
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.sequence import order_for_playing

SIZE = 50


@dataclass(frozen=True, eq=False)
class MethodResult:
    """The rows that one method picked for one playlist, and the value of each metric by name."""

    rows: IntArray
    values: Mapping[str, float]


def measure(
    playlist: SourcePlaylist,
    build: Build,
    methods: Mapping[str, Method],
    protocol: HidingProtocol,
    is_common: BoolArray | None = None,
) -> dict[str, MethodResult] | None:
    """Measure how well each method finds what is hidden; None if the playlist has too little to hide.

    Parameters
    ----------
    is_common : (m,) bool
        The artists of the catalogue whose songs `tail_recall` leaves out; without it there is no such metric.
    """
    case = hide(playlist, build.catalogue, protocol)
    if case is None:
        return None
    seen = build_method_input(case.visible, build, SIZE, protocol.seed + crc32(playlist.name.encode()))
    measured: dict[Method, MethodResult] = {}
    for method in methods.values():
        # A method may have two names.
        if method not in measured:
            start = time.perf_counter()
            picks = method.pick(seen, build)
            milliseconds = 1000 * (time.perf_counter() - start)
            base = measured[methods[method.varies]].rows if method.varies else None
            values = compute_metrics(picks, case, seen, build, is_common, base)
            measured[method] = MethodResult(picks.rows, {**values, "ms": milliseconds})
    return {name: measured[method] for name, method in methods.items()}


def compute_metrics(
    picks: Picks,
    case: HiddenSplit,
    seen: MethodInput,
    build: Build,
    is_common: BoolArray | None = None,
    base: IntArray | None = None,
) -> dict[str, float]:
    """Compute every metric of a list of picks.

    Parameters
    ----------
    picks : without a written order they are ordered for playing as ours are
    is_common : (m,) bool, as for `measure`
    base : (n_base,) catalogue rows that the method which this one varies has picked
    """
    catalogue, rows = build.catalogue, picks.rows
    versions = catalogue.versions[rows]
    is_new = seen.is_new[rows]
    # A second version of a song that was already found is not another hit.
    is_first = np.zeros(len(rows), dtype=bool)
    is_first[np.unique(versions, return_index=True)[1]] = True
    may_hit = is_first & (is_new | (not case.is_new_only))
    hits = np.isin(versions, case.hidden) & may_hit
    n_hidden = len(case.hidden)
    written = order_for_playing(rows, is_new, catalogue) if picks.written is None else picks.written
    artists = catalogue.artist_groups[catalogue.first_artists[rows]].astype(np.int64)
    hidden_firsts = catalogue.first_artists[case.hidden_rows]
    hidden_artists = catalogue.artist_groups[hidden_firsts].astype(np.int64)
    values = {
        f"ndcg@{SIZE}": metrics.ndcg(hits, n_hidden, SIZE),
        f"ndcg_written@{SIZE}": metrics.ndcg(hits[list(written)], n_hidden, SIZE),
        f"recall@{SIZE}": metrics.recall(hits, n_hidden, SIZE),
        f"artist_recall@{SIZE}": metrics.artist_recall(artists, hidden_artists, SIZE),
        f"artist_precision@{SIZE}": metrics.artist_precision(artists, hidden_artists, SIZE),
        "r_precision": metrics.r_precision(hits, n_hidden),
        "r_precision_artists": metrics.artists_r_precision(artists, hidden_artists, n_hidden),
        "hit_rate": float(hits.any()),
        "clicks": metrics.clicks(hits, SIZE),
        "unique_artists": float(len(np.unique(artists))),
        "known_artists": metrics.known_artists(is_new),
        "changed": nan if base is None else metrics.count_changed(rows, base),
        "intra_list_distance": metrics.intra_list_distance(catalogue.standardised[rows]),
        "kl_clusters": metrics.calibration(_clusters(seen.rows, build), _clusters(rows, build)),
        "kl_decades": metrics.calibration(_decades(seen.rows, catalogue), _decades(rows, catalogue)),
        "kl_genres": metrics.calibration(_genres(seen.rows, build), _genres(rows, build)),
        "popularity": float(catalogue.popularity[rows].mean()),
    }
    if is_common is not None:
        tail = case.hidden[~is_common[hidden_firsts]]
        found = np.isin(versions, tail) & may_hit
        values[f"tail_recall@{SIZE}"] = metrics.recall(found, len(tail), SIZE) if len(tail) else nan
    return values


def _clusters(rows: IntArray, build: Build) -> DoubleArray:
    """Count the songs of each cluster."""
    catalogue = build.catalogue
    return np.bincount(catalogue.find_clusters(rows), minlength=catalogue.n_clusters).astype(float)


def _decades(rows: IntArray, catalogue: Catalogue) -> DoubleArray:
    """Count the songs of each decade since the first of the 1900s."""
    return np.bincount(
        np.maximum(catalogue.years[rows].astype(np.int64) - 1900, 0) // 10, minlength=20
    ).astype(float)


def _genres(rows: IntArray, build: Build) -> DoubleArray:
    """Weigh each genre by the songs whose first artist has it; an artist with several shares the song out."""
    catalogue = build.catalogue
    weights = np.zeros(len(build.model.genre_names))
    for artist in catalogue.first_artists[rows].tolist():
        genres = catalogue.get_genres(artist)
        np.add.at(weights, genres, 1 / max(len(genres), 1))
    return weights
