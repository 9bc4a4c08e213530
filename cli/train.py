"""`./run train`: from a dataset to the models that are served."""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from cli.arguments import add_json
from cli.errors import CommandError
from cli.paths import DATA, MODELS

HELP = "Build models/ from a dataset."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the dataset, the folder to build, and how strictly rows are judged."""
    parser.add_argument(
        "--data",
        type=Path,
        action="append",
        help="songs: .csv, .csv.gz, .zip or .parquet (see data/README.md); may be given several times",
    )
    parser.add_argument(
        "--genres",
        type=Path,
        help="artists or songs with genres (default: data_w_genres.csv beside, else songs that have them)",
    )
    parser.add_argument(
        "--playlists",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        help="playlists that tell what stands together: files or folders (see data/README.md)",
    )
    parser.add_argument("--out", type=Path, default=MODELS)
    parser.add_argument("--allow-bad-rows", action="store_true", help="leave out more than 1 %% bad rows")
    parser.add_argument(
        "--mini-batch", action="store_true", help="find the clusters from samples, faster and less exactly"
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="pass over songs and playlists on a Dask cluster, or with `local` on all cores (docs/scale.md)",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train, and print what was read, left out and built."""
    data = arguments.data or find_dataset()
    from training.train import as_json, train, training_table

    start = time.perf_counter()
    report = train(
        data,
        arguments.out,
        arguments.genres,
        arguments.allow_bad_rows,
        arguments.playlists,
        arguments.mini_batch,
        arguments.scheduler,
    )
    seconds = round(time.perf_counter() - start, 2)
    if arguments.json:
        print(json.dumps(as_json(report) | {"seconds": seconds, "peak_mb": round(measure_peak_mb())}))
    else:
        print(training_table(report, seconds))
    return 0


def find_dataset() -> list[Path]:
    """Find the songs that `./run fetch-data`, or somebody by hand, put into `data/`.

    Raises
    ------
    CommandError
        If there are none.
    """
    for name in ("data.csv", "data.csv.gz"):
        if (DATA / name).exists():
            return [DATA / name]
    raise CommandError(
        "there is no dataset in data/: get it with ./run fetch-data, or name one with --data FILE"
    )


def measure_peak_mb() -> float:
    """Return the most memory that this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)  # Linux counts kilobytes, macOS bytes
