"""`./run fetch-data`: the dataset of the catalogue, or playlists that tell what goes together."""

import argparse
from pathlib import Path

from cli.paths import DATA

HELP = "Get the dataset, or open playlists, into data/, from Kaggle or from a download made by hand."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which dataset to get, and the download to take instead of Kaggle's."""
    parser.add_argument(
        "--playlists", action="store_true", help="get open playlists, for ./run train --playlists"
    )
    parser.add_argument("--from", dest="source", type=Path, help="a zip or folder downloaded by hand")


def run(arguments: argparse.Namespace) -> int:
    """Fetch, check and store a dataset."""
    from cli.dataset_download import CATALOGUE, PLAYLISTS, fetch

    fetch(DATA, arguments.source, PLAYLISTS if arguments.playlists else CATALOGUE)
    return 0
