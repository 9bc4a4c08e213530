"""`./run fuzz`: mutated library files and answers of Spotify's, many more than every run of the tests has."""

import argparse
import os
import subprocess
import sys

from cli.paths import ROOT
from cli.test import IN_PARALLEL

# Of each kind; FUZZ_EXAMPLES of the environment is another number.
N_EXAMPLES = 5_000

HELP = f"Read {N_EXAMPLES:,} mutated library files and {N_EXAMPLES:,} mutated answers of Spotify's."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: all that is mutated is read."""


def run(arguments: argparse.Namespace) -> int:
    """Run the tests that read mutated inputs, and return pytest's exit code."""
    words = [sys.executable, "-m", "pytest", *IN_PARALLEL, "-m", "fuzz"]
    environment = {"FUZZ_EXAMPLES": str(N_EXAMPLES), **os.environ}
    return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode
