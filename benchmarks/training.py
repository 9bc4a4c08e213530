"""`./run train` as benchmarks run it: in a process of its own, so that only its memory is counted."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError


def train(root: Path, data: Path, models: Path, playlists: Path | None = None) -> dict[str, Any]:
    """Train and return what `./run train --json` prints.

    Raises
    ------
    BenchmarkError
        If the training fails.
    """
    words = ["train", "--data", str(data), "--out", str(models), "--json"]
    words += ["--playlists", str(playlists)] if playlists else []
    done = subprocess.run(
        [sys.executable, "-m", "cli", *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"the training failed: {done.stderr.strip()}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report
