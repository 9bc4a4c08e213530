"""`./run fit`: learn from playlists what the weighted mean of the signals gets wrong."""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.errors import UsageError
from cli.train import find_dataset

HELP = "Fit the learned signal to playlists, for the developers of the ranking."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the playlists, the dataset, and where the trees go."""
    parser.add_argument(
        "playlists",
        type=Path,
        nargs="+",
        help="at least two files: those of each are rated by what stands together in the others",
    )
    parser.add_argument("--data", type=Path, action="append", help="songs, as for ./run train")
    parser.add_argument("--genres", type=Path, help="artists with genres, as for ./run train")
    parser.add_argument("--out", type=Path, help="folder for the trees (recommender/ranking/fitted)")


def run(arguments: argparse.Namespace) -> int:
    """Collect the candidates of all playlists, and fit trees to them."""
    if len(arguments.playlists) < 2:
        raise UsageError("name at least two files of playlists: none may be rated by what it holds itself")
    from evaluation.hiding import HidingProtocol
    from evaluation.samples import collect_samples, join_samples
    from formats.registry import load_playlists
    from recommender.ranking.signals.learned import FITTED
    from recommender.ranking.trees import save_trees
    from training.fit_trees import fit_trees
    from training.train import train

    data = arguments.data or find_dataset()
    out = arguments.out or FITTED
    out.mkdir(parents=True, exist_ok=True)
    for suffix, with_others in (("", False), ("_with_playlists", True)):
        parts: dict[str, list] = {"known": [], "new": []}
        with TemporaryDirectory() as folder:
            for number, file in enumerate(arguments.playlists):
                models = Path(folder) / str(number)
                others = [other for other in arguments.playlists if other != file] if with_others else []
                train(data, models, arguments.genres, playlists=others)
                playlists = load_playlists(file)
                for kind, protocol in (("known", "songs"), ("new", "discovery")):
                    parts[kind].append(collect_samples(playlists, models, HidingProtocol(protocol)))
        for kind, of_files in parts.items():
            start = time.perf_counter()
            samples = join_samples(of_files)
            trees = fit_trees(samples.traits, samples.scores, samples.is_hidden, samples.sizes)
            file = out / f"{kind}{suffix}.npz"
            save_trees(trees, file)
            print(f"{file.name}: {len(samples.sizes):,} lists, {len(samples.scores):,} candidates, {time.perf_counter() - start:.0f} s")
    return 0
