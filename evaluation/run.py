"""The whole evaluation: every method on every playlist, on all cores."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from evaluation.hiding import HidingProtocol
from evaluation.intervals import Interval, mean_interval, ratio_interval
from evaluation.measure import SIZE, MethodResult, measure
from evaluation.methods import list_methods
from formats.errors import FormatError
from formats.registry import load_playlists
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.build import compute_sha256, load_build

# Playlists that a process takes at a time.
CHUNK = 4


@dataclass(frozen=True)
class EvaluationResults:
    """The results of an evaluation.

    methods : name -> metric -> mean over playlists with its interval
    coverage : name -> share of the catalogue's songs that were picked for any playlist
    ratio : mean NDCG of ours over that of the origin
    sha256 : file name -> SHA-256, of each file of playlists and of the models' manifest
    """

    playlists: int
    protocol: HidingProtocol
    methods: dict[str, dict[str, Interval]]
    coverage: dict[str, float]
    ratio: Interval
    sha256: dict[str, str]


def evaluate(
    files: Sequence[Path], models: Path, protocol: HidingProtocol, sample: int | None
) -> EvaluationResults:
    """Measure every method on the playlists of these files, or on a random sample of them.

    Raises
    ------
    FormatError
        If a file cannot be read, or no playlist has enough songs in the catalogue.
    BadModels
        If there is no model.
    """
    playlists = [playlist for file in files for playlist in load_playlists(file)]
    np.random.default_rng(protocol.seed).shuffle(playlists)
    n_songs = len(load_build(models).catalogue)
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        found = processes.map(partial(_measure, models=models, protocol=protocol), playlists, chunksize=CHUNK)
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
    gain = f"ndcg@{SIZE}"
    return EvaluationResults(
        playlists=len(of_playlists),
        protocol=protocol,
        methods={
            name: {metric: mean_interval(each) for metric, each in metrics.items()}
            for name, metrics in values.items()
        },
        coverage={name: _coverage(of_method, n_songs) for name, of_method in by_method.items()},
        ratio=ratio_interval(values["ours"][gain], values["origin"][gain]),
        sha256={file.name: compute_sha256(file) for file in (*files, models / "manifest.json")},
    )


def _coverage(of_method: Iterable[MethodResult], n_songs: int) -> float:
    return len(np.unique(np.concatenate([one.rows for one in of_method]))) / n_songs


# Every process loads the models once.
_build = cache(load_build)


def _measure(
    playlist: SourcePlaylist, models: Path, protocol: HidingProtocol
) -> dict[str, MethodResult] | None:
    return measure(playlist, _build(models), list_methods(), protocol)


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
