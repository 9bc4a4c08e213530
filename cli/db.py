"""`./run db`: the tables of the database."""

import argparse
import os

from cli.paths import ROOT

HELP = "Bring the tables of the database up to date; every start does so, too."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is done to the tables."""
    parser.add_argument("what", choices=("upgrade",))


def run(arguments: argparse.Namespace) -> int:
    """Upgrade the tables, and print from which version to which."""
    from cli.processes import load_environment
    from settings import database_url
    from store.schema import upgrade

    os.chdir(ROOT)  # as for the processes, a relative path starts at the project
    before, after = upgrade(database_url(load_environment(ROOT, make_keys=False)))
    print(f"before: {before or 'no tables'}\nafter: {after}")
    return 0
