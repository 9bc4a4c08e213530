"""The words that each command of `./run` takes."""

import argparse
from pathlib import Path


def parser(root: Path) -> argparse.ArgumentParser:
    """Give the parser of every command; its `command` names the one to run, "" where none is named.

    `./run test` is not parsed: what follows it is pytest's.
    """
    whole = argparse.ArgumentParser(prog="./run", description="Without a command: set up and serve.")
    whole.set_defaults(command="")
    commands = whole.add_subparsers(metavar="COMMAND")

    def add(name: str, does: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=does, description=does)
        command.set_defaults(command=name)
        return command

    demo = add("demo", "Serve against the local stand-in for Spotify: no account, no keys, no network.")
    demo.add_argument("--data", type=Path, help="a catalogue in the Kaggle schema (default: an invented one)")
    demo.add_argument("--library", type=Path, help="a listener's exported library to offer at sign-in")
    add("serve", "Start what the Procfile starts, and nothing else.")
    add("test", "Run the tests, all of them with coverage; what follows goes to pytest.")
    add("check", "Check format, lint and types.")
    fetch_data = add("fetch-data", "Get the dataset into data/, from Kaggle or from a download made by hand.")
    fetch_data.add_argument("--from", dest="source", type=Path, help="a zip or folder downloaded by hand")
    train = add("train", "Build models/ from a dataset.")
    train.add_argument(
        "--data",
        type=Path,
        action="append",
        help="songs: .csv, .csv.gz or .zip (see data/README.md); may be given several times",
    )
    train.add_argument("--genres", type=Path, help="artists with genres (default: data_w_genres.csv beside)")
    train.add_argument("--out", type=Path, default=root / "models")
    train.add_argument("--allow-bad-rows", action="store_true", help="leave out more than 1 %% bad rows")
    recommend = add("recommend", "Print 50 picks for an exported library, with reasons.")
    recommend.add_argument("--library", type=Path, required=True)
    evaluate = add("evaluate", "Measure how good the picks are, on real playlists.")
    evaluate.add_argument(
        "files", type=Path, nargs="*", help="slices of the Million Playlist Dataset, or exported libraries"
    )
    of_what = evaluate.add_mutually_exclusive_group()
    of_what.add_argument("--matching", action="store_true", help="instead: how libraries are recognised")
    of_what.add_argument(
        "--estimates", action="store_true", help="instead: how well the catalogue's own songs are estimated"
    )
    evaluate.add_argument("--sample", type=_count, help="so many by chance: playlists, matches or songs")
    evaluate.add_argument("--hidden", type=_share, default=0.2, help="share of the songs to hide (0.2)")
    evaluate.add_argument("--minimum", type=_count, default=30, help="least songs in the catalogue (30)")
    evaluate.add_argument("--seed", type=int, default=0, help="of what is left to chance (0)")
    evaluate.add_argument("--report", type=Path, help="a Markdown page whose section is to be written")
    bench = add("bench", "Measure speed or memory.")
    bench.add_argument("what", choices=("origin", "memory", "library", "scale", "stages"))
    bench.add_argument("--data", type=Path)
    bench.add_argument("--library", type=Path, action="append", default=[], help="stages joins several")
    bench.add_argument(
        "--songs", type=_count, help="saved songs (library, default: 2000; stages, default: all of --library)"
    )
    bench.add_argument(
        "--delay", type=int, default=150, help="ms before each answer of Spotify's (library; default: 150)"
    )
    bench.add_argument(
        "--rows", type=int, default=1_000_000, help="songs to train on (scale; default: 1000000)"
    )
    db = add("db", "Bring the tables of the database up to date; every start does so, too.")
    db.add_argument("what", choices=("upgrade",))
    bundle = add("bundle", "Make the Elastic Beanstalk zip: what git holds, and models/.")
    bundle.add_argument("--out", type=Path, default=root / "bundle.zip")
    for command in (recommend, evaluate, bench, bundle):
        command.add_argument(
            "--models", type=Path, default=root / "models", help="a folder built by train (default: models/)"
        )
    for command in (train, recommend, evaluate, bench):
        command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return whole


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError("must be a whole number, 2 or more")
    return int(text)


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return share
