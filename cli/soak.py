"""`./run soak`: the running system for a long time, with a Spotify that fails now and then."""

import argparse
import json
import signal
import sys

from cli.arguments import add_json, add_models
from cli.paths import ROOT

HELP = "Let listeners come and go for a long time while Spotify fails now and then; tell what has grown."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how long it takes."""
    parser.add_argument("--minutes", type=float, default=20.0, help="default: 20")
    add_models(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Soak, and print what was done and seen; 1 if something is unexplained or has grown.

    Ctrl-C ends it, with what was seen until then.
    """
    from benchmarks import soak

    # Else whoever ends this process would leave the system running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    figures = soak.run(ROOT, arguments.models, arguments.minutes)
    print(json.dumps(figures) if arguments.json else soak.as_table(figures))
    if figures["problems"]:
        return 1
    return 128 + signal.SIGINT if figures["is_stopped"] else 0
