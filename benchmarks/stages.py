"""How long each stage of one recommendation takes, for one library or several joined."""

import statistics
import time
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.memory import SAMPLE, sample_songs
from formats.library_csv import read_library
from recommender import Song, recommend
from recommender.catalogue.build import Build, load_build
from recommender.catalogue.catalogue import Catalogue
from recommender.report import StageTimes

ROUNDS = 15


def run(models: Path, files: Sequence[Path], n_songs: int | None) -> dict[str, Any]:
    """Time the stages for the first `n_songs` different songs of these libraries, or all if it is None.

    Returns
    -------
    dict
        `stages_ms` (medians over the rounds, including `total`), and what they were measured with.

    Raises
    ------
    FormatError
        If a library cannot be read.
    BadModels
        If there is no model.
    """
    build = load_build(models)
    library = collect_library(files, build.catalogue, n_songs)
    return {
        "songs": len(library),
        "catalogue": len(build.catalogue),
        "rounds": ROUNDS,
        "stages_ms": measure_medians_ms(library, build, ROUNDS),
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['songs']:,} saved songs, {figures['catalogue']:,} in the catalogue,"
            f" medians of {figures['rounds']} rounds:",
            *(f"{stage:<9} {ms:>6.1f} ms" for stage, ms in figures["stages_ms"].items()),
        ]
    )


def collect_library(files: Sequence[Path], catalogue: Catalogue, n_songs: int | None) -> list[Song]:
    """Return the first different songs of these libraries joined, or songs of the catalogue without any.

    All of them if `n_songs` is None; of the catalogue as many as a usual library has.

    Raises
    ------
    FormatError
        If a library cannot be read.
    """
    if files:
        return drop_duplicates([song for file in files for song in read_library(file)])[:n_songs]
    return sample_songs([catalogue.song(row) for row in range(len(catalogue))], n_songs or SAMPLE)


def drop_duplicates(songs: Sequence[Song]) -> list[Song]:
    """Return each song once, identified by its id, or by title and artists if it has none."""
    first: dict[Hashable, Song] = {}
    for song in songs:
        first.setdefault(song.id or (song.title, song.artists), song)
    return list(first.values())


def measure_medians_ms(library: Sequence[Song], build: Build, n_rounds: int) -> dict[str, float]:
    """Recommend `n_rounds` times; return the median of each stage and of the total, in ms."""
    rounds = []
    for _ in range(n_rounds):
        times = StageTimes(time.perf_counter)
        recommend(library, build.catalogue, build.model, on_stage=times.ended)
        rounds.append(times.milliseconds())
    return {stage: round(statistics.median(each[stage] for each in rounds), 2) for stage in rounds[0]}
