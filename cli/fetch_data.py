"""`./run fetch-data`: the dataset that a catalogue is built from."""

import argparse
from pathlib import Path

from cli.paths import DATA

HELP = "Get the dataset into data/, from Kaggle or from a download made by hand."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the download to take instead of Kaggle's."""
    parser.add_argument("--from", dest="source", type=Path, help="a zip or folder downloaded by hand")


def run(arguments: argparse.Namespace) -> int:
    """Fetch, check and store the dataset."""
    from cli.dataset_download import fetch

    fetch(DATA, arguments.source)
    return 0
