"""`./run test`: pytest on this project."""

import argparse
import subprocess
import sys

from cli.paths import ROOT

HELP = "Run the tests, all of them with coverage; what follows goes to pytest."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the words that follow are not parsed, they are pytest's."""


def run(arguments: argparse.Namespace) -> int:
    """Run pytest on `arguments.words`, and return its exit code."""
    words = arguments.words or ["--cov"]
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, check=False).returncode
