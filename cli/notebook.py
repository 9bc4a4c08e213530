"""`./run notebook`: the story of the model, in JupyterLab."""

import argparse
import subprocess
import sys

from cli.paths import ROOT

HELP = "Open the notebook about the clusters in JupyterLab."
NOTEBOOK = ROOT / "notebooks" / "train.ipynb"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add whether a browser is opened."""
    parser.add_argument("--no-browser", action="store_true", help="only print the address")


def run(arguments: argparse.Namespace) -> int:
    """Serve the notebook on this machine alone until Ctrl+C, and return JupyterLab's exit code."""
    words = [sys.executable, "-m", "jupyterlab", str(NOTEBOOK)]
    words += ["--no-browser"] if arguments.no_browser else []
    return subprocess.run(words, cwd=ROOT, check=False).returncode
