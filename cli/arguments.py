"""The arguments that several commands take."""

import argparse
from pathlib import Path

from cli.paths import MODELS


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add `--models`: the build to work with."""
    parser.add_argument(
        "--models", type=Path, default=MODELS, help="a folder built by train (default: models/)"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`: one object on standard output, and nothing else there."""
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def parse_count(text: str) -> int:
    """Parse a number of things to measure.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is not a whole number of at least 2.
    """
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError("must be a whole number, 2 or more")
    return int(text)


def parse_share(text: str) -> float:
    """Parse a share of a whole.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is not between 0 and 1, both excluded; ValueError if it is no number.
    """
    share = float(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return share
