"""What benchmarks run in a process of its own, so that only its memory is counted: `./run train` among it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from cli.environment import LEAN


def train(root: Path, data: Path, models: Path, playlists: Path | None = None) -> dict[str, Any]:
    """Train and return what `./run train --json` prints.

    Raises
    ------
    BenchmarkError
        If the training fails.
    """
    words = ["train", "--data", str(data), "--out", str(models), "--json"]
    words += ["--playlists", str(playlists)] if playlists else []
    return run_module(root, "cli", words, "the training")


def run_module(root: Path, module: str, words: list[str], what: str) -> dict[str, Any]:
    """Run a module with some words, and return the JSON object that it prints.

    Raises
    ------
    BenchmarkError
        If it fails; `what` begins the sentence.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=root,
        env={**os.environ, **LEAN},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"{what} failed: {done.stderr.strip()}")
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed
