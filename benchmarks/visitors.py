"""How long a visitor waits for a mix of 20,000 songs, and what twenty of them at once make of the processes.

The same file is read and recommended from in this process, as `./run recommend` does it, by turns with a
visitor's import: whatever else the machine does meanwhile slows both.
"""

import statistics
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

import requests

from benchmarks.errors import BenchmarkError
from benchmarks.memory import measure_private_mb, sample_songs
from benchmarks.system import PROC, System, make_settings, make_standin_state, serving
from formats.registry import load_reading
from formats.written_songs import write_csv
from recommender import recommend
from recommender.catalogue.build import Build, load_build
from standin.server import serve

N_SONGS = 20_000
N_VISITORS = 20
ROUNDS = 5
MAX_ANSWER_S = 300
#: How often a visitor comes again.
MAX_TRIES = 12
BETWEEN_LOOKS_S = 0.05


def run(root: Path, models: Path) -> dict[str, Any]:
    """Import a file by turns at the site and in this process, then let twenty visitors bring it at once.

    Returns
    -------
    dict
        `visitor_s` and `command_s`, the medians of the rounds, and `ratio` of the first to the second;
        `peak_mb`, the most memory that each web process had for itself while twenty visitors came, and
        `together_s`, until the last has seen a mix; and what they were measured with.

    Raises
    ------
    BenchmarkError
        If this is not Linux, or the system does not start or answers wrongly.
    """
    if not (PROC / "self" / "smaps_rollup").exists():
        raise BenchmarkError("memory is read from /proc/PID/smaps_rollup, which only Linux has")
    build = load_build(models)
    songs = [build.catalogue.song(row) for row in range(len(build.catalogue))]
    with tempfile.TemporaryDirectory() as name, serve(make_standin_state(songs[:1])) as standin:
        folder = Path(name)
        file = folder / "songs.csv"
        # Of a small catalogue some must be left to recommend.
        library = sample_songs(songs, min(N_SONGS, len(songs) // 2))
        file.write_text(write_csv("", library), encoding="utf-8")
        with serving(root, make_settings(standin, models, folder), folder) as system:
            content, addresses = file.read_bytes(), count(1)
            rounds = [
                (_bring(system, content, next(addresses)), _recommend(file, build)) for _ in range(ROUNDS)
            ]
            began = time.perf_counter()
            with ThreadPoolExecutor(N_VISITORS) as pool:
                coming = [pool.submit(_bring, system, content, next(addresses)) for _ in range(N_VISITORS)]
                peaks = _watch(system, coming)
            together_s = time.perf_counter() - began
    visitor_s, command_s = (statistics.median(times) for times in zip(*rounds, strict=True))
    return {
        "visitor_s": round(visitor_s, 3),
        "command_s": round(command_s, 3),
        "ratio": round(visitor_s / command_s, 2),
        "peak_mb": peaks,
        "together_s": round(together_s, 1),
        "visitors": N_VISITORS,
        "songs": len(library),
        "file_bytes": len(content),
        "catalogue": len(songs),
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"a file of {figures['songs']:,} songs, {figures['catalogue']:,} in the catalogue:",
            f"a visitor's mix       {figures['visitor_s']:.2f} s",
            f"on the command line   {figures['command_s']:.2f} s",
            f"ratio                 {figures['ratio']:.2f}",
            f"{figures['visitors']} at once  {figures['together_s']:.2f} s; memory of each process, at most:",
            *(f"web     {mb:>6.1f} MB" for mb in figures["peak_mb"]),
        ]
    )


def _bring(system: System, content: bytes, number: int) -> float:
    """Bring a file as a visitor from an address of their own, and look; return the seconds of the import.

    Where many bring theirs at once, some are asked to come again, and do so when they are told to.
    """
    with requests.Session() as browser:
        browser.trust_env = False
        headers = {"Origin": system.url, "X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"}
        files = {"file": ("songs.csv", content)}
        for _ in range(MAX_TRIES):
            began = time.perf_counter()
            made = browser.post(
                f"{system.url}/songs",
                files=files,
                headers=headers,
                timeout=MAX_ANSWER_S,
                allow_redirects=False,
            )
            took = time.perf_counter() - began
            if made.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                break
            time.sleep(float(made.headers["Retry-After"]))
        answer = browser.get(system.url, timeout=MAX_ANSWER_S)
    if not answer.ok or "songs recognised." not in answer.text:
        raise BenchmarkError(f"a visitor's file was answered by {made.status_code}, without a mix")
    return took


def _recommend(file: Path, build: Build) -> float:
    """Read a file and recommend as the command does; return the seconds that takes."""
    began = time.perf_counter()
    recommend(list(load_reading(file).songs), build.catalogue, build.model)
    return time.perf_counter() - began


def _watch(system: System, coming: list[Future[float]]) -> list[float]:
    """Return the most memory that each web process had for itself until all visitors had a mix."""
    peaks = dict.fromkeys(system.web_workers(), 0.0)
    while not all(visitor.done() for visitor in coming):
        peaks = {pid: max(peak, measure_private_mb(pid)) for pid, peak in peaks.items()}
        time.sleep(BETWEEN_LOOKS_S)
    for visitor in coming:
        visitor.result()
    return [round(peak, 1) for peak in peaks.values()]
