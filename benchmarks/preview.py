"""How long a preview with changed wishes takes beside a whole recommendation, in the same run."""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.stages import collect_library
from recommender import Mix, Song, Wishes, pick, prepare, recommend
from recommender.catalogue.build import Build, load_build

# Rounds; each takes a whole recommendation and a preview with each of the wishes, by turns.
ROUNDS = 9
SIZES = (2_917, 12_000)
#: What a listener tunes, each different from all others.
CHANGED = (
    Wishes(new_artists=0.3),
    Wishes(size=80),
    Wishes(years=(1980, 2005)),
    Wishes(nudges={"energy": 0.5, "valence": -0.5}),
    Wishes(taste_weights=(2.0, 0.5)),
    Wishes(taste_weights=(1.0, 0.0)),
    Wishes(explicit=False, seed=1),
)


def run(models: Path, files: Sequence[Path]) -> dict[str, Any]:
    """Time both for the first different songs of these libraries, or for songs of the catalogue without any.

    Returns
    -------
    dict
        `libraries`, of each `songs`, `whole_ms` and `preview_ms` (medians), `ratio`, and `kept_mb`, what is
        kept between previews; and what they were measured with.

    Raises
    ------
    FormatError
        If a library cannot be read.
    BadModels
        If there is no model.
    """
    build = load_build(models)
    return {
        "catalogue": len(build.catalogue),
        "rounds": ROUNDS,
        "libraries": [_measure(collect_library(files, build.catalogue, size), build) for size in SIZES],
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['catalogue']:,} in the catalogue, medians of {figures['rounds']} rounds:",
            *(
                f"{each['songs']:>7,} saved songs: whole {each['whole_ms']:>6.1f} ms,"
                f" preview {each['preview_ms']:>6.1f} ms ({each['ratio']:.2f}), {each['kept_mb']:.1f} MB kept"
                for each in figures["libraries"]
            ),
        ]
    )


def _measure(library: Sequence[Song], build: Build) -> dict[str, Any]:
    prepared = prepare(library, build.catalogue, build.model)
    # The first mix, and what only some wishes ask for.
    for wishes in (Wishes(), *CHANGED):
        pick(prepared, wishes)
    whole, previews = [], []
    for _ in range(ROUNDS):
        for wishes in CHANGED:
            whole.append(_time(partial(recommend, library, build.catalogue, build.model, wishes)))
            previews.append(_time(partial(pick, prepared, wishes)))
    whole_ms, preview_ms = statistics.median(whole), statistics.median(previews)
    return {
        "songs": len(library),
        "whole_ms": round(whole_ms, 2),
        "preview_ms": round(preview_ms, 2),
        "ratio": round(preview_ms / whole_ms, 3),
        "kept_mb": round(prepared.nbytes / 1e6, 1),
    }


def _time(make_mix: Callable[[], Mix]) -> float:
    """Return how long making a mix takes, in ms."""
    start = time.perf_counter()
    make_mix()
    return (time.perf_counter() - start) * 1000
