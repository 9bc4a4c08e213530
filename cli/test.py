"""`./run test`: pytest on this project."""

import argparse
import subprocess
import sys

from cli.paths import ROOT

# A person's own `-n` comes later and wins, as `-n 0`; with --pdb pytest starts no other process by itself.
IN_PARALLEL = ["-n", "auto", "--maxprocesses", "4"]
# With these, few tests run, or in an order that goes through one process.
FEW_TESTS = {"--lf", "--last-failed", "--sw", "--stepwise", "no:xdist"}

HELP = "Run the tests, all of them with coverage; what follows goes to pytest."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the words that follow are not parsed, they are pytest's."""


def run(arguments: argparse.Namespace) -> int:
    """Run pytest on `arguments.words`, and return its exit code."""
    words = arguments.words or ["--cov"]
    if is_for_many(words):
        words = [*IN_PARALLEL, *words]
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, check=False).returncode


def is_for_many(words: list[str]) -> bool:
    """Return whether pytest's words may mean so many tests that it pays to start several processes."""
    names_a_place = any((ROOT / word.partition("::")[0]).exists() for word in words)
    return not names_a_place and not FEW_TESTS & set(words)
