"""`./run fuzz`: mutated files and answers, hostile requests: many more than every run of the tests has."""

import argparse
import os
import subprocess
import sys

from cli.paths import ROOT
from cli.test import IN_PARALLEL

# Of files and of answers, and for each of these twenty requests; FUZZ_EXAMPLES of the environment is
# another number.
N_EXAMPLES = 5_000

HELP = (
    f"Read {N_EXAMPLES:,} mutated library files and {N_EXAMPLES:,} mutated answers of Spotify's, and answer"
    f" {20 * N_EXAMPLES:,} hostile requests."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: all of them run."""


def run(arguments: argparse.Namespace) -> int:
    """Run the tests with mutated inputs, and return pytest's exit code."""
    # By their names, so that pytest need not look into every other file for the mark.
    files = sorted(ROOT.glob("tests/**/test_fuzzed_*.py"))
    words = [sys.executable, "-m", "pytest", *IN_PARALLEL, "-m", "fuzz", *map(str, files)]
    environment = {"FUZZ_EXAMPLES": str(N_EXAMPLES), **os.environ}
    return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode
