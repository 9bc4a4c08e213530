"""How long the map of a listener's taste takes to draw beside a whole recommendation, in the same run."""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks.stages import collect_library
from recommender import Song, Wishes, pick, prepare, recommend
from recommender.catalogue.build import Build, load_build
from recommender.language import ENGLISH
from recommender.picture.picture import draw_picture
from settings import SPOTIFY_OPEN_URL
from web.compression import compress
from web.language import add_language
from web.shown_text import add_shown_text
from web.taste_page import describe_taste_page

# Rounds; each takes a whole recommendation and a map, by turns.
ROUNDS = 15


def run(root: Path, models: Path, files: Sequence[Path], n_songs: int | None) -> dict[str, Any]:
    """Time both for each of these libraries, or for songs of the catalogue without any.

    Returns
    -------
    dict
        `libraries`, of each `songs`, the map's `points`, `whole_ms` and `map_ms` (medians), `ratio`, and
        `map_kb` compressed, without and with its tables; and what they were measured with.

    Raises
    ------
    FormatError
        If a library cannot be read.
    BadModels
        If there is no model.
    """
    build = load_build(models)
    libraries = [
        collect_library(joined, build.catalogue, n_songs) for joined in [[file] for file in files] or [[]]
    ]
    return {
        "catalogue": len(build.catalogue),
        "rounds": ROUNDS,
        "libraries": [_measure(library, build, root) for library in libraries],
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['catalogue']:,} in the catalogue, medians of {figures['rounds']} rounds:",
            *(
                f"{each['songs']:>7,} saved songs: whole {each['whole_ms']:>6.1f} ms,"
                f" map of {each['points']} points {each['map_ms']:>6.1f} ms ({each['ratio']:.2f}),"
                f" {each['map_kb']:.1f} kB, with its tables {each['map_and_tables_kb']:.1f} kB"
                for each in figures["libraries"]
            ),
        ]
    )


def _measure(library: Sequence[Song], build: Build, root: Path) -> dict[str, Any]:
    app = Flask(__name__, root_path=str(root))
    add_shown_text(app)
    add_language(app, (ENGLISH.code,))
    macros = app.jinja_env.get_template("_taste_map.html").module
    prepared = prepare(library, build.catalogue, build.model)
    picked = [each.song.id for each in pick(prepared, Wishes()).picks]

    def draw() -> tuple[str, str, int]:
        view = describe_taste_page(draw_picture(prepared, picked), SPOTIFY_OPEN_URL).map
        n_points = view.n_shown + len(view.picked)
        return macros.taste_map(view), macros.map_tables(view), n_points  # type: ignore[attr-defined]

    drawn, tables, n_points = draw()
    whole, maps = [], []
    for _ in range(ROUNDS):
        whole.append(_time(partial(recommend, library, build.catalogue, build.model)))
        maps.append(_time(draw))
    whole_ms, map_ms = statistics.median(whole), statistics.median(maps)
    return {
        "songs": len(library),
        "points": n_points,
        "whole_ms": round(whole_ms, 2),
        "map_ms": round(map_ms, 2),
        "ratio": round(map_ms / whole_ms, 3),
        "map_kb": _count_kb(drawn),
        "map_and_tables_kb": _count_kb(drawn + tables),
    }


def _count_kb(text: str) -> float:
    """Return how many thousands of bytes a text has, compressed as pages are."""
    return round(len(compress(text.encode())) / 1000, 1)


def _time(make: Callable[[], object]) -> float:
    """Return how long something takes, in ms."""
    start = time.perf_counter()
    make()
    return (time.perf_counter() - start) * 1000
