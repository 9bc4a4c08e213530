"""What `./run` dispatches to: one function per command."""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from cli.command_line import parser
from cli.processes import CommandError
from formats.library_csv import LibraryFileError, read_library
from jobs.queue import QueueUnusable
from recommender.errors import RecommenderError
from settings import SettingsError, database_url
from store.errors import StoreError

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
#: What ends a command with one sentence.
FAILURES = (
    RecommenderError,
    LibraryFileError,
    SettingsError,
    CommandError,
    StoreError,
    QueueUnusable,
    OSError,
)


def serve_or_demo(arguments: argparse.Namespace) -> int:
    """Serve the real Spotify where credentials are set, else the demo."""
    from cli.processes import DEFAULT_PORT, load_environment, serve

    environment = load_environment(ROOT, make_keys=True)
    if environment.get("SPOTIFY_CLIENT_ID"):
        here = f"http://127.0.0.1:{environment.get('PORT') or DEFAULT_PORT}"
        return serve(ROOT, {"PUBLIC_URL": here, **environment})
    return demo(argparse.Namespace(data=None, library=None))


def serve(arguments: argparse.Namespace) -> int:
    """Start what the Procfile starts, and nothing else."""
    from cli.processes import load_environment, serve

    return serve(ROOT, load_environment(ROOT, make_keys=False))


def demo(arguments: argparse.Namespace) -> int:
    """Serve against the local stand-in for Spotify: no account, no keys, no network."""
    from cli import demo as demo_set_up
    from cli.processes import load_environment, serve

    prepared = demo_set_up.prepare(
        ROOT, load_environment(ROOT, make_keys=True), data=arguments.data, library=arguments.library
    )
    return serve(ROOT, prepared.environment, {"spotify": prepared.standin_command})


def test(words: list[str]) -> int:
    """Run the tests, all of them with coverage; what follows goes to pytest."""
    words = words or ["--cov"]
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, check=False).returncode


def check(arguments: argparse.Namespace) -> int:
    """Check format, lint and types."""
    tools = (["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"])
    python = [sys.executable, "-m"]
    return max(subprocess.run([*python, *tool], cwd=ROOT, check=False).returncode for tool in tools)


def fetch_data(arguments: argparse.Namespace) -> int:
    """Get the dataset into `data/`, from Kaggle or from a download made by hand."""
    from cli.fetch_data import fetch

    fetch(DATA, arguments.source)
    return 0


def train(arguments: argparse.Namespace) -> int:
    """Build `models/` from a dataset."""
    from training.train import as_json, train, training_table

    names = ("data.csv", "data.csv.gz")
    data = arguments.data or [DATA / name for name in names if (DATA / name).exists()][:1]
    if not data:
        return _stop(
            "there is no dataset in data/: get it with ./run fetch-data, or name one with --data FILE"
        )
    start = time.perf_counter()
    report = train(data, arguments.out, arguments.genres, arguments.allow_bad_rows)
    seconds = round(time.perf_counter() - start, 2)
    # Linux counts kilobytes, macOS bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    if arguments.json:
        print(json.dumps(as_json(report) | {"seconds": seconds, "peak_mb": round(peak)}))
        return 0
    print(training_table(report, seconds))
    return 0


def recommend(arguments: argparse.Namespace) -> int:
    """Print 50 picks for an exported library, with reasons."""
    import recommender
    from recommender.catalogue.build import load
    from recommender.report import StageTimes, as_json, as_table

    library, build = read_library(arguments.library), load(arguments.models)
    times = StageTimes(time.perf_counter)
    mix = recommender.recommend(library, build.catalogue, build.model, on_stage=times.ended)
    model, stages_ms = build.model, times.milliseconds()
    print(json.dumps(as_json(mix, model, stages_ms)) if arguments.json else as_table(mix, model))
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure how good the picks are, or how well saved songs are recognised or estimated."""
    from evaluation import report, sections

    if not arguments.files and not arguments.estimates:
        return _stop("name the playlists or libraries to evaluate on; ./run evaluate --help says which", 2)
    section = sections.build_section(arguments)
    if arguments.report:
        command = " ".join(["./run", *sys.argv[1:]])
        report.put_section(arguments.report, section.heading, section.text, command, date.today())
    print(json.dumps(section.figures) if arguments.json else section.text)
    return 0


def bench(arguments: argparse.Namespace) -> int:
    """Measure speed or memory."""
    from benchmarks import library, memory, origin, scale, stages

    data, models = arguments.data, arguments.models
    songs = arguments.library[-1] if arguments.library else None
    if arguments.what == "origin":
        figures, table = origin.run(data, songs, models), origin.as_table
    elif arguments.what == "memory":
        figures, table = memory.run(ROOT, models, songs), memory.as_table
    elif arguments.what == "library":
        n_songs = arguments.songs or memory.SAMPLE
        figures, table = library.run(ROOT, models, n_songs, arguments.delay), library.as_table
    elif arguments.what == "stages":
        figures, table = stages.run(models, arguments.library, arguments.songs), stages.as_table
    else:
        figures, table = scale.run(ROOT, data, arguments.rows), scale.as_table
    print(json.dumps(figures) if arguments.json else table(figures))
    return 0


def db(arguments: argparse.Namespace) -> int:
    """Bring the tables of the database up to date, and say from which version to which."""
    from cli.processes import load_environment
    from store.schema import upgrade

    os.chdir(ROOT)  # as for the processes, a relative path starts at the project
    before, after = upgrade(database_url(load_environment(ROOT, make_keys=False)))
    print(f"before: {before or 'no tables'}\nafter: {after}")
    return 0


def bundle(arguments: argparse.Namespace) -> int:
    """Make the Elastic Beanstalk zip: what git holds, and `models/`."""
    from cli.bundle import make

    print(make(ROOT, arguments.models, arguments.out))
    return 0


COMMANDS = {
    "": serve_or_demo,
    "demo": demo,
    "serve": serve,
    "check": check,
    "fetch-data": fetch_data,
    "train": train,
    "recommend": recommend,
    "evaluate": evaluate,
    "bench": bench,
    "db": db,
    "bundle": bundle,
}


def _stop(text: str, code: int = 1) -> int:
    print(f"run: {text}", file=sys.stderr)
    return code


def main(words: list[str]) -> int:
    """Run the command that `words` name; 2 for a usage error, 1 for a failure with its sentence."""
    if words[:1] == ["test"]:  # what follows is pytest's, options included
        return test(words[1:])
    arguments = parser(ROOT).parse_args(words)
    try:
        code: int = COMMANDS[arguments.command](arguments)
    except FAILURES as error:
        return _stop(str(error))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
