"""`./run fit`: learn from playlists what the weighted mean of the signals gets wrong."""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.errors import CommandError, UsageError
from cli.train import find_dataset

HELP = "Fit the learned signal to playlists, for developers of the ranking."

# What is fitted: the file's name, how songs are hidden, how many trees, and whether there are playlists.
# More trees for known artists find more on playlists, and less in the nine libraries.
FITTED_TREES = (
    ("known", "songs", 150, False),
    ("new", "discovery", 300, False),
    ("known_with_playlists", "songs", 150, True),
)
# Each playlist takes part with so many other songs hidden.
N_HIDINGS = 3


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
    parser.add_argument("--out", type=Path, help="folder for the trees (recommender/ranking/signals/fitted)")


def run(arguments: argparse.Namespace) -> int:
    """Collect the candidates of all playlists, and fit trees to them."""
    files = list(dict.fromkeys(file.resolve() for file in arguments.playlists))
    if len(files) < 2:
        raise UsageError("name at least two files of playlists: none may be rated by what it holds itself")
    from evaluation.hiding import HidingProtocol
    from evaluation.samples import collect_samples, join_samples
    from formats.registry import load_playlists
    from recommender.ranking.signals.learned import FITTED
    from recommender.ranking.signals.traits import TRAITS
    from recommender.ranking.signals.trees import save_trees
    from training.fit_trees import fit_trees
    from training.train import train

    data = arguments.data or find_dataset()
    out: Path = arguments.out or FITTED
    out.mkdir(parents=True, exist_ok=True)
    playlists = {file: load_playlists(file) for file in files}
    for name, protocol, n_trees, has_playlists in FITTED_TREES:
        start = time.perf_counter()
        parts = []
        # Without playlists in it one build serves all files.
        for group in [[file] for file in files] if has_playlists else [files]:
            with TemporaryDirectory() as models:
                others = [file for file in files if file not in group]
                train(data, Path(models), arguments.genres, playlists=others)
                parts += [
                    collect_samples(playlists[file], Path(models), HidingProtocol(protocol, seed=seed))
                    for file in group
                    for seed in range(N_HIDINGS)
                ]
        samples = join_samples(parts)
        if not len(samples.sizes):
            raise CommandError("the catalogue has too few songs of these playlists to hide some")
        trees = fit_trees(samples.traits, samples.scores, samples.is_hidden, samples.sizes, n_trees, TRAITS)
        save_trees(trees, out / f"{name}.npz")
        seconds = time.perf_counter() - start
        print(f"{name}.npz: {len(samples.sizes):,} lists of {len(samples.scores):,} songs, {seconds:.0f} s")
    return 0
