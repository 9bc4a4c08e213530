"""What a catalogue of more songs costs: training, loading, one recommendation, and memory.

The songs are copies of the dataset, in which no song occurs twice: every further copy has its own ids,
titles and artists, also in the genre file, and slightly different features, so that the arrays by song
and by artist all grow. Training runs as `./run train` does, and the recommendation, each in a process of
its own, so that only its memory is counted.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import spread
from benchmarks.origin import DATASETS
from benchmarks.own_process import run_module, train
from formats.artists_cell import parse_artists
from recommender.catalogue.build import load_build
from recommender.catalogue.features import FEATURES
from recommender.catalogue.keys import ID_LENGTH
from recommender.errors import BadDataset
from training.genres import find_genres_beside

# The passes are spread over songs of this size or the largest below it.
MAX_SPREAD_ROWS = 2_000_000
JITTER = 0.02  # of a feature's standard deviation
UNMOVED = {"year", "popularity", "explicit", "key", "mode"}  # whole numbers
# Larger than what any processor keeps in its caches.
SCANNED_BYTES = 2**28


def run(root: Path, data: Path | None, sizes: Sequence[int], library: Path | None) -> dict[str, Any]:
    """Write so many songs of each size, train on them, load the build and recommend from it.

    Returns
    -------
    dict
        `sizes`, each with `seconds` and `peak_mb` of the training; `load_s`, `first_ms`, `recommend_ms`,
        `mapped_mb`, `private_mb` and others of `benchmarks.recommending`; and the numbers of songs and
        artists. `spread`, the passes on one worker and on two. `scan_gb_s`, what one core reads.

    Raises
    ------
    BadDataset
        If there is no dataset to start from.
    BenchmarkError
        If the training or the recommendation fails.
    """
    data = data or next((file for file in DATASETS if file.exists()), None)
    if data is None or not data.exists():
        raise BadDataset("there is no dataset to resample: name one with --data FILE, or ./run fetch-data")
    measured = []
    spread_figures: dict[str, Any] = {}
    for rows in sorted(sizes):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            measured.append(_measure(root, data, folder, rows, library))
            if rows == min(sizes) or rows <= MAX_SPREAD_ROWS:
                spread_figures = spread.run(load_build(folder / "models"), folder / "playlists")
    return {"sizes": measured, "spread": spread_figures, "scan_gb_s": round(measure_scan_gb_s(), 1)}


def _measure(root: Path, data: Path, folder: Path, rows: int, library: Path | None) -> dict[str, Any]:
    resample(data, folder, rows)
    report = train(root, folder / "data.csv", folder / "models")
    words = [str(folder / "models"), *([str(library)] if library else [])]
    figures = run_module(root, "benchmarks.recommending", words, "the recommendation")
    return {
        "songs": report["rows"],
        "artists": len(load_build(folder / "models").catalogue.artist_keys),
        "has_genres": report["has_genres"],
        "seconds": report["seconds"],
        "peak_mb": report["peak_mb"],
        **figures,
    }


def measure_scan_gb_s() -> float:
    """Measure how many billion bytes of memory one core reads in a second: the best of some scans."""
    numbers = np.ones(SCANNED_BYTES // 4, dtype=np.float32)
    best = 0.0
    for _ in range(5):
        start = time.perf_counter()
        numbers.max()
        best = max(best, SCANNED_BYTES / (time.perf_counter() - start) / 1e9)
    return best


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    lines = [
        f"{one['songs']:>12,} songs: training {one['seconds']:,.0f} s, {one['peak_mb']:,} MB at most;"
        f" loading {one['load_s']} s; recommendation {one['recommend_ms']:,.0f} ms,"
        f" {one['mapped_mb']:,} MB mapped, {one['private_mb']:,.0f} MB of its own"
        f" ({one['private_peak_mb']:,.0f} at most)"
        for one in figures["sizes"]
    ]
    passes = figures["spread"]
    equal = "equal to the plain way" if passes["equals_plain"] else "NOT equal to the plain way"
    return "\n".join(
        [
            *lines,
            f"passes over {passes['songs']:,} songs and {passes['playlists']:,} playlists on two workers:"
            f" {passes['times_as_fast']} times as fast as on one, {equal}",
            f"one core reads {figures['scan_gb_s']} GB of memory a second",
        ]
    )


def resample(data: Path, folder: Path, rows: int) -> None:
    """Write data.csv with `rows` songs into `folder`, and data_w_genres.csv if `data` has one beside it."""
    songs = pd.read_csv(data, dtype={"id": str, "name": str, "artists": str}, keep_default_na=False)
    songs["artists"] = songs["artists"].map(parse_artists)
    rng = np.random.default_rng(0)
    copies = -(-rows // len(songs))
    for copy in range(copies):
        part = songs.head(rows - copy * len(songs))
        _jittered(part, copy, rng).to_csv(
            folder / "data.csv", mode="a", header=copy == 0, index=False, float_format="%.6g"
        )
    if genres := find_genres_beside(data):
        artists = pd.read_csv(genres, usecols=["genres", "artists"], dtype=str, keep_default_na=False)
        named = (artists.assign(artists=artists["artists"] + _mark(copy)) for copy in range(copies))
        pd.concat(named).to_csv(folder / "data_w_genres.csv", index=False)


def _jittered(songs: pd.DataFrame, copy: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return a copy of the table with songs of its own; copy 0 is the table itself."""
    mark = _mark(copy)
    changed: dict[str, Any] = {
        "artists": [str([name + mark for name in names]) for names in songs["artists"]]
    }
    if copy:
        digits = ID_LENGTH - len(f"{copy}x")
        changed["id"] = [f"{copy}x{number:0{digits}d}" for number in range(len(songs))]
        changed["name"] = songs["name"] + mark
        for feature in FEATURES:
            if feature.name not in UNMOVED:
                noise = rng.normal(0, JITTER * songs[feature.name].std(ddof=0), len(songs))
                changed[feature.name] = (songs[feature.name] + noise).clip(feature.low, feature.high)
    return songs.assign(**changed)


def _mark(copy: int) -> str:
    return f" {copy + 1}" if copy else ""
