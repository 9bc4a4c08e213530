"""One recommendation in a process of its own: its time, and how much memory the process maps and keeps."""

import json
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.memory import SAMPLE
from benchmarks.stages import measure_medians_ms
from benchmarks.system import PROC
from formats.library_csv import read_library
from recommender import recommend
from recommender.catalogue.build import load_build
from recommender.catalogue.catalogue import Catalogue
from recommender.song import Song

ROUNDS = 7
# How often memory is looked at while a recommendation runs.
LOOK_S = 0.002


def _draw_songs(catalogue: Catalogue, size: int) -> list[Song]:
    """Draw songs as a library, without reading all others."""
    rows = np.random.default_rng(0).choice(len(catalogue), min(size, len(catalogue)), replace=False)
    return [catalogue.song(row) for row in rows.tolist()]


def _read_status(name: str) -> float:
    """Return how much memory of a kind this process has in memory, in MB."""
    [kilobytes] = re.findall(rf"^{name}:\s+(\d+) kB", (PROC / "self" / "status").read_text(), re.MULTILINE)
    return int(kilobytes) / 1024


def _measure_peak_mb(work: Callable[[], object]) -> float:
    """Return the most memory of its own that this process has while something runs."""
    seen, is_done = [_read_status("RssAnon")], threading.Event()

    def look() -> None:
        while not is_done.wait(LOOK_S):
            seen.append(_read_status("RssAnon"))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        work()
    finally:
        is_done.set()
        looking.join()
    return round(max(seen), 1)


def main(models: Path, library_file: Path | None) -> None:
    """Load a build, recommend from it several times, and print the figures as JSON."""
    start = time.perf_counter()
    build = load_build(models)
    load_s = time.perf_counter() - start
    library = read_library(library_file) if library_file else _draw_songs(build.catalogue, SAMPLE)
    start = time.perf_counter()
    recommend(library, build.catalogue, build.model)
    first_ms = 1000 * (time.perf_counter() - start)
    stages = measure_medians_ms(library, build, ROUNDS)
    # Not `Private_Dirty`: it counts what is mapped of files that the system has not yet written to the disk.
    kept_mb = round(_read_status("RssAnon"), 1)
    print(
        json.dumps(
            {
                "load_s": round(load_s, 2),
                "first_ms": round(first_ms),
                "recommend_ms": stages["total"],
                "mapped_mb": round(sum(file.stat().st_size for file in models.rglob("*.npy")) / 2**20),
                "resident_mapped_mb": round(_read_status("RssFile")),
                "private_mb": kept_mb,
                "private_peak_mb": _measure_peak_mb(lambda: recommend(library, build.catalogue, build.model)),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
