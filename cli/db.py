"""`./run db`: the tables of the database, a backup of it, and the way back."""

import argparse
import os
from pathlib import Path

from cli.paths import ROOT

HELP = "Bring the tables of the database up to date, back it up or restore it."
WORDS = {
    "upgrade": "Bring the tables up to date; every start does so, too.",
    "backup": "Copy SQLite's database into a file, also while the site runs.",
    "restore": "Make SQLite's database, where there is none, from such a file.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is done to the database."""
    subparsers = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    for what, text in WORDS.items():
        subparser = subparsers.add_parser(what, help=text, description=text)
        if what == "upgrade":
            subparser.set_defaults(file=None)
        else:
            subparser.add_argument("file", type=Path, metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print the versions of the tables where they may have changed."""
    from cli.environment import load_environment
    from settings import database_url
    from store import backup
    from store.schema import upgrade

    url = database_url(load_environment(ROOT, make_keys=False))
    file = arguments.file and arguments.file.absolute()
    os.chdir(ROOT)  # as for the processes, a relative path starts at the project
    if arguments.what == "backup":
        backup.back_up(url, file)
        return 0
    before, after = backup.restore(file, url) if arguments.what == "restore" else upgrade(url)
    print(f"before: {before or 'no tables'}\nafter: {after}")
    return 0
