"""`./run bench`: speed and memory."""

import argparse
import json
from pathlib import Path
from typing import Any

from cli.arguments import add_json, add_models, parse_count
from cli.paths import ROOT

HELP = "Measure speed or memory."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark and what it measures with."""
    parser.add_argument("what", choices=tuple(BENCHMARKS))
    parser.add_argument("--data", type=Path)
    parser.add_argument(
        "--library",
        type=Path,
        action="append",
        default=[],
        help="stages and preview join several, taste measures each",
    )
    parser.add_argument(
        "--songs",
        type=parse_count,
        help="saved songs (library, default: 2000; jobs, default: 50; stages, taste: all of --library)",
    )
    parser.add_argument(
        "--delay",
        type=int,
        default=150,
        help="ms before each answer of Spotify's (library, jobs; default: 150)",
    )
    parser.add_argument(
        "--rows",
        type=parse_count,
        nargs="+",
        default=(172_614, 1_000_000, 10_000_000),
        help="numbers of songs to train on (scale; default: 172614 1000000 10000000)",
    )
    parser.add_argument(
        "--playlists", type=Path, nargs="+", default=[], help="playlists to draw from (together)"
    )
    parser.add_argument(
        "--lists", type=parse_count, default=100_000, help="playlists to train on (together; default: 100000)"
    )
    add_models(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run one benchmark, and print its figures."""
    figures, table = BENCHMARKS[arguments.what](arguments)
    print(json.dumps(figures) if arguments.json else table)
    return 0


#: The figures of a benchmark, and the same for people.
Measured = tuple[dict[str, Any], str]


def _run_origin(arguments: argparse.Namespace) -> Measured:
    from benchmarks import origin

    figures = origin.run(arguments.data, _last_library(arguments), arguments.models)
    return figures, origin.as_table(figures)


def _run_memory(arguments: argparse.Namespace) -> Measured:
    from benchmarks import memory

    figures = memory.run(ROOT, arguments.models, _last_library(arguments))
    return figures, memory.as_table(figures)


def _run_library(arguments: argparse.Namespace) -> Measured:
    from benchmarks import library, memory

    figures = library.run(ROOT, arguments.models, arguments.songs or memory.SAMPLE, arguments.delay)
    return figures, library.as_table(figures)


def _run_scale(arguments: argparse.Namespace) -> Measured:
    from benchmarks import scale

    figures = scale.run(ROOT, arguments.data, arguments.rows, _last_library(arguments))
    return figures, scale.as_table(figures)


def _run_stages(arguments: argparse.Namespace) -> Measured:
    from benchmarks import stages

    figures = stages.run(arguments.models, arguments.library, arguments.songs)
    return figures, stages.as_table(figures)


def _run_preview(arguments: argparse.Namespace) -> Measured:
    from benchmarks import preview

    figures = preview.run(arguments.models, arguments.library)
    return figures, preview.as_table(figures)


def _run_taste(arguments: argparse.Namespace) -> Measured:
    from benchmarks import taste

    figures = taste.run(ROOT, arguments.models, arguments.library, arguments.songs)
    return figures, taste.as_table(figures)


def _run_together(arguments: argparse.Namespace) -> Measured:
    from benchmarks import together

    figures = together.run(ROOT, arguments.data, arguments.playlists, arguments.lists)
    return figures, together.as_table(figures)


def _run_web(arguments: argparse.Namespace) -> Measured:
    from benchmarks import web

    figures = web.run(ROOT, arguments.models, _last_library(arguments))
    return figures, web.as_table(figures)


def _run_jobs(arguments: argparse.Namespace) -> Measured:
    from benchmarks import jobs

    figures = jobs.run(ROOT, arguments.models, arguments.songs, arguments.delay)
    return figures, jobs.as_table(figures)


def _last_library(arguments: argparse.Namespace) -> Path | None:
    return arguments.library[-1] if arguments.library else None


#: Each benchmark by its name. A new one is a function above and a line here.
BENCHMARKS = {
    "origin": _run_origin,
    "memory": _run_memory,
    "library": _run_library,
    "scale": _run_scale,
    "stages": _run_stages,
    "preview": _run_preview,
    "taste": _run_taste,
    "together": _run_together,
    "web": _run_web,
    "jobs": _run_jobs,
}
