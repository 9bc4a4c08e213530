"""How long one recommendation takes, stage by stage, for the songs of one library or of several joined."""

import statistics
import time
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.memory import SAMPLE, sample
from formats.library_csv import read_library
from recommender import Song, recommend
from recommender.catalogue.build import Build, load
from recommender.report import StageTimes

ROUNDS = 15


def run(models: Path, files: Sequence[Path], n_songs: int | None) -> dict[str, Any]:
    """Time the stages for the first `n_songs` different songs of these libraries, all where it is None.

    Returns
    -------
    dict
        `stages_ms` (medians over the rounds, `total` among them), and what they were measured with.

    Raises
    ------
    FormatError
        If a library cannot be read.
    BadModels
        If there is no model.
    """
    build = load(models)
    if files:
        library = different([song for file in files for song in read_library(file)])[:n_songs]
    else:
        catalogue = build.catalogue
        library = sample([catalogue.song(row) for row in range(len(catalogue))], n_songs or SAMPLE)
    return {
        "songs": len(library),
        "catalogue": len(build.catalogue),
        "rounds": ROUNDS,
        "stages_ms": medians_ms(library, build, ROUNDS),
    }


def as_table(figures: dict[str, Any]) -> str:
    """Give the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['songs']:,} saved songs, {figures['catalogue']:,} in the catalogue,"
            f" medians of {figures['rounds']} rounds:",
            *(f"{stage:<9} {ms:>6.1f} ms" for stage, ms in figures["stages_ms"].items()),
        ]
    )


def different(songs: Sequence[Song]) -> list[Song]:
    """Give each song once, known by its id, or where it has none by title and artists."""
    first: dict[Hashable, Song] = {}
    for song in songs:
        first.setdefault(song.id or (song.title, song.artists), song)
    return list(first.values())


def medians_ms(library: Sequence[Song], build: Build, n_rounds: int) -> dict[str, float]:
    """Recommend so many times; give the median of each stage in ms, and of their total."""
    rounds = []
    for _ in range(n_rounds):
        times = StageTimes(time.perf_counter)
        recommend(library, build.catalogue, build.model, on_stage=times.ended)
        rounds.append(times.milliseconds())
    return {stage: round(statistics.median(each[stage] for each in rounds), 2) for stage in rounds[0]}
