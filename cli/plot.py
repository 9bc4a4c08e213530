"""`./run plot`: the figures of a benchmark as a picture."""

import argparse
import json
from pathlib import Path

HELP = "Draw the figures of a benchmark beside the physical limit of what it measures."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark, its figures and the picture."""
    parser.add_argument("what", choices=("jobs", "scale", "web"))
    parser.add_argument("figures", type=Path, help="what ./run bench ... --json has printed")
    parser.add_argument("picture", type=Path, help="an SVG file to write")


def run(arguments: argparse.Namespace) -> int:
    """Draw the picture.

    Raises
    ------
    BenchmarkError
        If the figures are not those of the benchmark; OSError if a file cannot be read or written.
    """
    from benchmarks import plots
    from benchmarks.errors import BenchmarkError

    try:
        figures = json.loads(arguments.figures.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BenchmarkError(f"{arguments.figures} holds no JSON: {error}") from error
    plots.draw(arguments.what, figures, arguments.picture)
    return 0
