"""How much memory each process of the running system has for itself.

The system is started as the Procfile says, and makes and tunes ten playlists
through its pages; each web process answers its part of them. `Private_Dirty` is measured,
the memory that a process does not share: the catalogue's arrays are mapped once.
"""

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.system import PROC, WORKER, System, make_settings, make_standin_state, serving
from benchmarks.visit import Visit
from formats.library_csv import read_library
from recommender.catalogue.build import load_build
from recommender.song import Song
from standin.server import serve

PLAYLISTS = 10
SAMPLE = 2_000  # songs of the catalogue, where no library is given
KEPT = re.compile(r"^Private_Dirty:\s+(\d+) kB", re.MULTILINE)


def run(root: Path, models: Path, library_file: Path | None) -> dict[str, Any]:
    """Make playlists with the real system, and measure the memory of its processes.

    Returns
    -------
    dict
        `web_private_dirty_mb` (of the largest web process),
        `worker_private_dirty_mb`, `largest_private_dirty_mb`, and what they
        were measured with.

    Raises
    ------
    BenchmarkError
        If this is not Linux, or the system does not start or makes no playlist.
    """
    if not (PROC / "self" / "smaps_rollup").exists():
        raise BenchmarkError("memory is read from /proc/PID/smaps_rollup, which only Linux has")
    catalogue = load_build(models).catalogue
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    library = read_library(library_file) if library_file else sample_songs(songs, SAMPLE)
    with tempfile.TemporaryDirectory() as name, serve(make_standin_state(songs)) as standin:
        folder = Path(name)
        listener = standin.state.add_listener("Listener", library)
        with serving(root, make_settings(standin, models, folder), folder) as system:
            visit = Visit(system.url)
            visit.sign_in(listener)
            _make_playlists(visit, system)
            web = {pid: measure_private_mb(pid) for pid in system.web_workers()}
            workers = {pid: measure_private_mb(pid) for pid in system.pids(WORKER)}
    return {
        "web_private_dirty_mb": max(web.values()),
        "worker_private_dirty_mb": max(workers.values()),
        "largest_private_dirty_mb": max(*web.values(), *workers.values()),
        "playlists": PLAYLISTS,
        "catalogue": len(songs),
        "songs": len(library),
        "web_processes_mb": list(web.values()),
        "worker_processes_mb": list(workers.values()),
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['playlists']} playlists from {figures['songs']:,} saved songs,"
            f" {figures['catalogue']:,} in the catalogue; memory of each process's own:",
            *(f"web     {mb:>6.1f} MB" for mb in figures["web_processes_mb"]),
            *(f"worker  {mb:>6.1f} MB" for mb in figures["worker_processes_mb"]),
            f"largest {figures['largest_private_dirty_mb']:>6.1f} MB",
        ]
    )


def _make_playlists(visit: Visit, system: System) -> None:
    """Make and tune playlists, the web processes taking turns, so that each has done all that one does."""
    web = system.web_workers()
    for number in range(PLAYLISTS):
        with system.answered_by(web[number % len(web)]):
            visit.make_playlist()
            visit.tune(10 * number)


def sample_songs(songs: list[Song], size: int) -> list[Song]:
    """Draw at most `size` of the songs as a library, the same ones each time."""
    chosen = np.random.default_rng(0).choice(len(songs), min(size, len(songs)), replace=False)
    return [songs[at] for at in chosen.tolist()]


def measure_private_mb(pid: int) -> float:
    """Return how much memory a process does not share, `Private_Dirty`, in MB.

    Raises
    ------
    BenchmarkError
        If it has ended.
    """
    found = KEPT.search((PROC / str(pid) / "smaps_rollup").read_text())
    if found is None:
        raise BenchmarkError(f"the system ended while it was measured: process {pid} is gone")
    return round(int(found[1]) / 1024, 1)
