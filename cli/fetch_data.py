"""`./run fetch-data`: the dataset of the catalogue, newer ones, or playlists that tell what goes together."""

import argparse
from pathlib import Path

from cli.paths import DATA

HELP = "Get datasets, or open playlists, into data/, from Kaggle or from a download made by hand."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which dataset to get, and the download to take instead of Kaggle's."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--newer", action="store_true", help="get the known datasets of newer songs")
    what.add_argument(
        "--playlists", action="store_true", help="get open playlists, for ./run train --playlists"
    )
    parser.add_argument("--from", dest="source", type=Path, help="a zip or folder downloaded by hand")


def run(arguments: argparse.Namespace) -> int:
    """Fetch, check and store a dataset."""
    from cli.dataset_download import CATALOGUE, PLAYLISTS, fetch, fetch_newer

    if arguments.newer:
        fetch_newer(DATA, arguments.source)
        return 0
    fetch(DATA, arguments.source, PLAYLISTS if arguments.playlists else CATALOGUE)
    return 0
