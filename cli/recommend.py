"""`./run recommend`: the core alone, for an exported library."""

import argparse
import json
import time
from pathlib import Path

from cli.arguments import add_json, add_models

HELP = "Print 50 picks for an exported library, with reasons."
# The names in `recommender.wishes`, whose import would delay the help of every command.
PRESET_NAMES = ("familiar", "balanced", "discover")
DEFAULT_PRESET = "balanced"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the library, how much new music is wished for, the models and the form of the answer."""
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument(
        "--preset",
        choices=PRESET_NAMES,
        default=DEFAULT_PRESET,
        help=f"how many picks are by artists new to the listener (default: {DEFAULT_PRESET})",
    )
    add_models(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the picks, as a table or as one object."""
    from cli.terminal import load_language
    from formats.registry import load_reading
    from recommender import Wishes, recommend
    from recommender.catalogue.build import load_build
    from recommender.report import StageTimes, as_json, as_table
    from recommender.wishes import PRESETS

    reading, build = load_reading(arguments.library), load_build(arguments.models)
    wished = Wishes(new_artists=PRESETS[arguments.preset])
    times = StageTimes(time.perf_counter)
    mix = recommend(list(reading.songs), build.catalogue, build.model, wished, on_stage=times.ended)
    if arguments.json:
        read = {"songs": len(reading.songs), "left_out": reading.left_out, "odd": reading.odd}
        print(json.dumps({"read": read, **as_json(mix, build.model, times.milliseconds())}))
    else:
        language = load_language()
        print(reading.describe(language), as_table(mix, language), sep="\n")
    return 0
