"""`./run demo`: the whole system against the local stand-in for Spotify."""

import argparse
from pathlib import Path

from cli.paths import ROOT

HELP = "Serve against the local stand-in for Spotify: no account, no keys, no network."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the catalogue and the library to show."""
    parser.add_argument(
        "--data", type=Path, help="a catalogue in the Kaggle schema (default: an invented one)"
    )
    parser.add_argument("--library", type=Path, help="a listener's exported library to offer at sign-in")


def run(arguments: argparse.Namespace) -> int:
    """Build what is missing, then serve until asked to stop."""
    from cli.demo_setup import prepare
    from cli.environment import load_environment
    from cli.processes import serve

    environment = load_environment(ROOT, make_keys=True)
    prepared = prepare(ROOT, environment, data=arguments.data, library=arguments.library)
    return serve(ROOT, prepared.environment, prepared.standin)
