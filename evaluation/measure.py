"""Every method on one playlist: what it picked, and how good that is."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from evaluation import metrics
from evaluation.hiding import HiddenSplit, HidingProtocol, hide
from evaluation.methods import Method, build_method_input
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.catalogue.build import Build
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.sequence import order_for_playing
from recommender.tastes.listener import find_new_rows

SIZE = 50


@dataclass(frozen=True, eq=False)
class MethodResult:
    """The rows that one method picked for one playlist, and the value of each metric by name."""

    rows: IntArray
    values: Mapping[str, float]


def measure(
    playlist: SourcePlaylist, build: Build, methods: Mapping[str, Method], protocol: HidingProtocol
) -> dict[str, MethodResult] | None:
    """Measure how well each method finds hidden songs; None if the catalogue has too few of them."""
    case = hide(playlist, build.catalogue, protocol)
    if case is None:
        return None
    seen = build_method_input(case.visible, build, SIZE, protocol.seed + crc32(playlist.name.encode()))
    measured = {}
    for name, method in methods.items():
        start = time.perf_counter()
        rows = method(seen, build)
        milliseconds = 1000 * (time.perf_counter() - start)
        values = compute_metrics(rows, case, seen.rows, build)
        measured[name] = MethodResult(rows, {**values, "ms": milliseconds})
    return measured


def compute_metrics(rows: IntArray, case: HiddenSplit, seen: IntArray, build: Build) -> dict[str, float]:
    """Compute every metric of a list of picks.

    Parameters
    ----------
    rows : (n_picks,) catalogue rows in order of rank
    seen : (n_visible,) catalogue rows of the visible songs
    """
    catalogue = build.catalogue
    versions = catalogue.versions[rows]
    # A second version of a song that was already found is not another hit.
    is_first = np.zeros(len(rows), dtype=bool)
    is_first[np.unique(versions, return_index=True)[1]] = True
    hits = np.isin(versions, case.hidden) & is_first
    n_hidden = len(case.hidden)
    known = catalogue.artist_groups[catalogue.collect_artists(seen)]
    is_new = find_new_rows(np.isin(catalogue.artist_groups, known), catalogue)
    written = list(order_for_playing(rows, is_new[rows], catalogue))
    artists = catalogue.first_artists[rows].astype(np.int64)
    hidden_artists = catalogue.first_artists[case.hidden_rows].astype(np.int64)
    return {
        f"ndcg@{SIZE}": metrics.ndcg(hits, n_hidden, SIZE),
        f"ndcg_written@{SIZE}": metrics.ndcg(hits[written], n_hidden, SIZE),
        f"recall@{SIZE}": metrics.recall(hits, n_hidden, SIZE),
        "r_precision": metrics.r_precision(hits, n_hidden),
        "r_precision_artists": metrics.artists_r_precision(artists, hidden_artists, n_hidden),
        "hit_rate": float(hits.any()),
        "clicks": metrics.clicks(hits, SIZE),
        "unique_artists": float(len(np.unique(artists))),
        "known_artists": metrics.known_artists(artists, catalogue.first_artists[seen].astype(np.int64)),
        "intra_list_distance": metrics.intra_list_distance(catalogue.standardised[rows]),
        "kl_clusters": metrics.calibration(_clusters(seen, build), _clusters(rows, build)),
        "kl_decades": metrics.calibration(_decades(seen, catalogue), _decades(rows, catalogue)),
        "kl_genres": metrics.calibration(_genres(seen, build), _genres(rows, build)),
        "popularity": float(catalogue.popularity[rows].mean()),
    }


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
