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
    parser.add_argument(
        "--protocol",
        choices=("songs", "discovery", "newest"),
        help="what is hidden: songs, whole artists, or the newest songs (songs, then discovery)",
    )
    parser.add_argument(
        "--hidden", type=parse_share, default=0.2, help="share of the songs or artists to hide (0.2)"
    )
    parser.add_argument(
        "--minimum", type=parse_count, default=30, help="minimum number of songs in the catalogue (30)"
    )
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    parser.add_argument(
        "--common",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="playlists that tell which 300 artists are the commonest (the slices 0-1999 beside the files)",
    )
    parser.add_argument(
        "--all-methods",
        action="store_true",
        help="measure ours with other wishes and without each signal, too",
    )
    parser.add_argument("--report", type=Path, help="a Markdown page in which to write the sections")
    add_models(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, and write the sections of the report if there is one."""
    if not arguments.files and not arguments.estimates:
        raise UsageError("name the playlists or libraries to evaluate on; ./run evaluate --help says which")
    from evaluation import report, sections

    findings = sections.find_out(arguments)
    if arguments.report:
        command = " ".join(["./run", *sys.argv[1:]])
        for heading, text in findings.sections.items():
            report.put_section(arguments.report, heading, text, command, date.today())
    print(json.dumps(findings.figures) if arguments.json else "\n\n".join(findings.sections.values()))
    return 0
