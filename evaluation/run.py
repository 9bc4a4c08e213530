"""The whole evaluation by one protocol: every method on every playlist, on all cores."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from evaluation.hiding import HidingProtocol
from evaluation.intervals import Interval, difference_interval, mean_interval, ratio_interval
from evaluation.measure import SIZE, MethodResult, measure
from evaluation.methods import list_methods
from formats.errors import FormatError
from formats.registry import load_playlists
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.arrays import BoolArray
from recommender.catalogue.build import compute_sha256, load_build

# Playlists that a process takes at a time.
CHUNK = 4
GAIN = f"ndcg@{SIZE}"
#: What is compared in pairs, where both are measured; a variant is compared with its original, too.
PAIRS = (
    ("familiar", "before"),
    ("balanced", "before"),
    ("discover", "before"),
    ("discover", "mean new"),
    ("discover", "origin new"),
)


@dataclass(frozen=True)
class Comparison:
    """How two methods compare on the same playlists, by NDCG."""

    ratio: Interval
    difference: Interval


@dataclass(frozen=True)
class EvaluationResults:
    """The results of an evaluation.

    playlists : how many took part
    are_libraries : whether each file held one list, as an exported library does
    methods : name -> metric -> mean over playlists with its interval
    coverage : name -> share of the catalogue's songs that were picked for any playlist
    ratio : mean NDCG of ours over that of the origin
    compared : (name, name of another) -> how the first compares with the other
    sha256 : file name -> SHA-256, of each file of playlists and of the models' manifest
    """

    playlists: int
    are_libraries: bool
    protocol: HidingProtocol
    methods: dict[str, dict[str, Interval]]
    coverage: dict[str, float]
    ratio: Interval
    compared: dict[tuple[str, str], Comparison]
    sha256: dict[str, str]


def evaluate(
    files: Sequence[Path],
    models: Path,
    protocol: HidingProtocol,
    sample: int | None,
    is_common: BoolArray | None = None,
    with_variants: bool = False,
) -> EvaluationResults:
    """Measure every method on the playlists of these files, or on a random sample of them.

    Parameters
    ----------
    is_common : (m,) bool
        The artists of the catalogue whose songs `tail_recall` leaves out; without it there is no such metric.
    with_variants : whether ours is measured with other wishes and without each signal, too

    Raises
    ------
    FormatError
        If a file cannot be read, or no playlist has enough songs in the catalogue.
    BadModels
        If there is no model.
    """
    of_files = [load_playlists(file) for file in files]
    playlists = [playlist for of_file in of_files for playlist in of_file]
    np.random.default_rng(protocol.seed).shuffle(playlists)
    n_songs = len(load_build(models).catalogue)
    measure_one = partial(
        _measure, models=models, protocol=protocol, is_common=is_common, with_variants=with_variants
    )
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        found = processes.map(measure_one, playlists, chunksize=CHUNK)
        of_playlists = list(_wanted(found, sample, len(playlists)))
        processes.shutdown(cancel_futures=True)
    if not of_playlists:
        raise FormatError(
            f"none of the {len(playlists)} playlists has {protocol.minimum} songs in the catalogue"
        )
    by_method = {name: [of_all[name] for of_all in of_playlists] for name in of_playlists[0]}
    values = {
        name: {metric: np.array([one.values[metric] for one in of_method]) for metric in of_method[0].values}
        for name, of_method in by_method.items()
    }
    variants = [(name, method.varies) for name, method in list_methods(protocol.name, with_variants).items()]
    return EvaluationResults(
        playlists=len(of_playlists),
        are_libraries=all(len(of_file) == 1 for of_file in of_files),
        protocol=protocol,
        methods={
            name: {metric: mean_interval(each) for metric, each in metrics.items()}
            for name, metrics in values.items()
        },
        coverage={name: _coverage(of_method, n_songs) for name, of_method in by_method.items()},
        ratio=ratio_interval(values["ours"][GAIN], values["origin"][GAIN]),
        compared={
            (name, other): Comparison(
                ratio_interval(values[name][GAIN], values[other][GAIN]),
                difference_interval(values[name][GAIN], values[other][GAIN]),
            )
            for name, other in (*PAIRS, *variants)
            if other in values
        },
        sha256={file.name: compute_sha256(file) for file in (*files, models / "manifest.json")},
    )


def _coverage(of_method: Iterable[MethodResult], n_songs: int) -> float:
    return len(np.unique(np.concatenate([one.rows for one in of_method]))) / n_songs


# Every process loads the models once.
_build = cache(load_build)


def _measure(
    playlist: SourcePlaylist,
    models: Path,
    protocol: HidingProtocol,
    is_common: BoolArray | None,
    with_variants: bool,
) -> dict[str, MethodResult] | None:
    methods = list_methods(protocol.name, with_variants)
    return measure(playlist, _build(models), methods, protocol, is_common)


def _wanted(
    found: Iterator[dict[str, MethodResult] | None], sample: int | None, n_playlists: int
) -> Iterator[dict[str, MethodResult]]:
    """Yield what was measured, at most `sample` of it, and show a progress bar."""
    with tqdm(total=sample or n_playlists, unit=" playlists") as bar:
        for one in found:
            bar.update(one is not None or sample is None)
            if one is not None:
                yield one
            if bar.n == sample:
                return
