"""What training costs with a million songs: copies of the dataset, in which no song occurs twice.

Every further copy has its own ids, titles and artists, also in the genre file,
and slightly different features: the arrays by song and by artist all grow.
Training runs as `./run train` does, in a process of its own, so that only its
memory is counted.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.origin import DATASETS
from benchmarks.training import train
from formats.artists_cell import parse_artists
from recommender.catalogue.build import load_build
from recommender.catalogue.features import FEATURES
from recommender.catalogue.keys import ID_LENGTH
from recommender.errors import BadDataset
from training.genres import find_genres_beside

JITTER = 0.02  # of a feature's standard deviation
UNMOVED = {"year", "popularity", "explicit", "key", "mode"}  # whole numbers


def run(root: Path, data: Path | None, rows: int) -> dict[str, Any]:
    """Write `rows` songs, train on them and load the build.

    Returns
    -------
    dict
        `seconds` and `peak_mb` of the training; `load_s`, the time that the
        server takes at its start to check and map the build; `models_mb` on
        disk; and the numbers of songs and artists.

    Raises
    ------
    BadDataset
        If there is no dataset to start from.
    BenchmarkError
        If the training fails.
    """
    data = data or next((file for file in DATASETS if file.exists()), None)
    if data is None or not data.exists():
        raise BadDataset("there is no dataset to resample: name one with --data FILE, or ./run fetch-data")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        resample(data, folder, rows)
        report = train(root, folder / "data.csv", folder / "models")
        start = time.perf_counter()
        catalogue = load_build(folder / "models").catalogue
        load_s = round(time.perf_counter() - start, 2)
        size = sum(file.stat().st_size for file in (folder / "models").rglob("*") if file.is_file())
    return {
        "songs": report["rows"],
        "artists": len(catalogue.artist_keys),
        "has_genres": report["has_genres"],
        "seconds": report["seconds"],
        "peak_mb": report["peak_mb"],
        "load_s": load_s,
        "models_mb": round(size / 2**20),
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    with_genres = "with genres" if figures["has_genres"] else "without genres"
    return "\n".join(
        [
            f"{figures['songs']:,} songs by {figures['artists']:,} artists, {with_genres}",
            f"training {figures['seconds']:>8.1f} s, {figures['peak_mb']:,} MB at most",
            f"loading  {figures['load_s']:>8.2f} s, {figures['models_mb']:,} MB on disk",
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
