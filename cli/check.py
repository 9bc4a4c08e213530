"""`./run check`: what a change must pass besides the tests."""

import argparse
import subprocess
import sys

from cli.paths import ROOT

HELP = "Check format, lint and types."
TOOLS = (["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the whole project is checked."""


def run(arguments: argparse.Namespace) -> int:
    """Run every tool, and return the highest exit code."""
    python = [sys.executable, "-m"]
    return max(subprocess.run([*python, *tool], cwd=ROOT, check=False).returncode for tool in TOOLS)
