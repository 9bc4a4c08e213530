"""`./run evaluate`: how good the picks are, how well saved songs are recognised and estimated."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from cli.arguments import add_json, add_models, parse_count, parse_share
from cli.errors import UsageError

HELP = "Measure how good the picks are, on real playlists."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is measured, on which files, by which protocol, and where the report goes."""
    parser.add_argument(
        "files", type=Path, nargs="*", help="slices of the Million Playlist Dataset, or exported libraries"
    )
    subject = parser.add_mutually_exclusive_group()
    subject.add_argument("--matching", action="store_true", help="instead: how libraries are recognised")
    subject.add_argument(
        "--tastes", action="store_true", help="instead: how well the listeners' tastes are told apart"
    )
    subject.add_argument(
        "--estimates", action="store_true", help="instead: how well the catalogue's own songs are estimated"
    )
    parser.add_argument(
        "--sample", type=parse_count, help="random sample of this size: playlists, matches or songs"
    )
    parser.add_argument("--hidden", type=parse_share, default=0.2, help="share of the songs to hide (0.2)")
    parser.add_argument(
        "--minimum", type=parse_count, default=30, help="minimum number of songs in the catalogue (30)"
    )
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    parser.add_argument("--report", type=Path, help="a Markdown page in which to write the section")
    add_models(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, and write the section of the report if there is one."""
    if not arguments.files and not arguments.estimates:
        raise UsageError("name the playlists or libraries to evaluate on; ./run evaluate --help says which")
    from evaluation import report, sections

    section = sections.build_section(arguments)
    if arguments.report:
        command = " ".join(["./run", *sys.argv[1:]])
        report.put_section(arguments.report, section.heading, section.text, command, date.today())
    print(json.dumps(section.figures) if arguments.json else section.text)
    return 0
