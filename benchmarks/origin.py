"""How long the origin's steps and ours take, on the same catalogue and library.

The origin is re-implemented plainly from its description: one look-up in the
table per saved song, `cdist` over the cluster, a full sort. The comparison
leaves out reading its CSV, which it does in every request, and reading our
models, which we do once at the start.
"""

import pickle
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from benchmarks.memory import SAMPLE, sample_songs
from benchmarks.stages import measure_medians_ms
from formats.library_csv import read_library
from recommender import Song, Wishes
from recommender.catalogue.build import load_build
from recommender.catalogue.features import NAMES
from recommender.errors import BadDataset, BadModels, NothingMatched
from training.train import train

DATASETS = [Path(__file__).parents[1] / "data" / name for name in ("data.csv", "data.csv.gz")]
ROUNDS = 5  # of ours; the origin takes a minute and is run once


def run(data: Path | None, library_file: Path | None, models: Path) -> dict[str, Any]:
    """Time both; if `models` were not built from `data`, build others to compare with.

    Returns
    -------
    dict
        `origin_s`, `ours_s`, `ratio`, and the seconds of each stage of both.

    Raises
    ------
    BadDataset, FormatError
        If the dataset or the library cannot be read.
    """
    data = data or next((file for file in DATASETS if file.exists()), None)
    if data is None:
        raise BadDataset("there is no dataset in data/: name one with --data FILE, or ./run fetch-data")
    with tempfile.TemporaryDirectory() as folder:
        songs = read_library(data)
        library = read_library(library_file) if library_file else sample_songs(songs, SAMPLE)
        if not _is_built_from(data, len(songs), models):
            models = Path(folder)
            train([data], models)
        table = pd.read_csv(data, keep_default_na=False)
        # Ours first: it raises the right error for a library that nothing can be recommended for.
        ours = _ours(library, models)
        origin = _origin(table, library, models)
    ratio = sum(origin.values()) / sum(ours.values())
    return {
        "songs": len(library),
        "catalogue": len(table),
        "origin_s": round(sum(origin.values()), 3),
        "ours_s": round(sum(ours.values()), 5),
        "ratio": round(ratio),
        "origin_stages_s": origin,
        "ours_stages_s": ours,
    }


def _is_built_from(data: Path, n_rows: int, models: Path) -> bool:
    """Check whether the models exist and were built from this dataset, judging by its name and size."""
    try:
        manifest = load_build(models).manifest
    except BadModels:
        return False
    return bool(
        manifest["dataset"] == data.name and manifest["rows"] + sum(manifest["bad_rows"].values()) == n_rows
    )


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    lines = [f"{figures['songs']:,} saved songs, {figures['catalogue']:,} in the catalogue"]
    for name in ("origin", "ours"):
        stages = ", ".join(
            f"{stage} {seconds:.4f} s" for stage, seconds in figures[f"{name}_stages_s"].items()
        )
        lines.append(f"{name:<7} {figures[f'{name}_s']:>9.4f} s   ({stages})")
    return "\n".join([*lines, f"ratio   {figures['ratio']:>9,}"])


def _ours(library: list[Song], models: Path) -> dict[str, float]:
    """Return the seconds of each stage, medians over the rounds."""
    medians = measure_medians_ms(library, load_build(models), ROUNDS)
    return {stage: ms / 1000 for stage, ms in medians.items() if stage != "total"}


def _origin(table: pd.DataFrame, library: list[Song], models: Path) -> dict[str, float]:
    """Return the seconds of each of the origin's steps."""
    scaler = pickle.loads((models / "scaling.pkl").read_bytes())  # noqa: S301 - training wrote it
    kmeans = pickle.loads((models / "kmeans.pkl").read_bytes())  # noqa: S301 - and this
    table["cluster"] = kmeans.predict(scaler.transform(table[list(NAMES)].to_numpy(dtype=float)))

    start = time.perf_counter()
    found = [table[(table["name"] == song.title) & (table["year"] == song.year)] for song in library]
    if not any(len(rows) for rows in found):
        raise NothingMatched("the origin finds none of the saved songs by title and year")
    saved = pd.concat([rows.iloc[:1] for rows in found if len(rows)])
    looked_up = time.perf_counter()
    vectors = scaler.transform(saved[list(NAMES)].to_numpy(dtype=float))
    clusters = kmeans.predict(vectors)
    clustered = time.perf_counter()
    picks = []
    for cluster in np.unique(clusters):
        of_cluster = table[table["cluster"] == cluster]
        mean = vectors[clusters == cluster].mean(axis=0, keepdims=True)
        distances = cdist(mean, scaler.transform(of_cluster[list(NAMES)].to_numpy(dtype=float)), "cosine")
        closest = of_cluster.iloc[np.argsort(distances[0])]
        new = closest[~closest["name"].isin(saved["name"])]
        picks.append(new.head(round(Wishes().size * float((clusters == cluster).mean()))))
    ranked = time.perf_counter()
    return {"look_up": looked_up - start, "cluster": clustered - looked_up, "rank": ranked - clustered}
