"""`./run recommend`: the core alone, for an exported library."""

import argparse
import json
import time
from pathlib import Path

from cli.arguments import add_json, add_models

HELP = "Print 50 picks for an exported library, with reasons."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the library, the models and the form of the answer."""
    parser.add_argument("--library", type=Path, required=True)
    add_models(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the picks, as a table or as one object."""
    from formats.registry import load_library
    from recommender.catalogue.build import load_build
    from recommender.pipeline import recommend
    from recommender.report import StageTimes, as_json, as_table

    library, build = load_library(arguments.library), load_build(arguments.models)
    times = StageTimes(time.perf_counter)
    mix = recommend(library, build.catalogue, build.model, on_stage=times.ended)
    model, stages_ms = build.model, times.milliseconds()
    print(json.dumps(as_json(mix, model, stages_ms)) if arguments.json else as_table(mix, model))
    return 0
