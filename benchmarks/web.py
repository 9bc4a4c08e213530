"""How many pages a second the site answers beside a hello-world of Flask's, and what a process grows to.

Both run at the same time on the same stack, uWSGI as in `uwsgi.ini`, and are asked by turns: whatever else
the machine does meanwhile slows both.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.load import Page, ask, count_down, pace
from benchmarks.memory import SAMPLE, measure_private_mb, sample_songs
from benchmarks.system import (
    BETWEEN_LOOKS_S,
    MAX_START_S,
    MAX_STOP_S,
    PROC,
    find_port,
    make_settings,
    make_standin_state,
    serving,
)
from benchmarks.visit import Visit
from formats.library_csv import read_library
from recommender.catalogue.build import load_build
from standin.server import serve

HELLO = "hello-world"
N_CLIENTS = 16
ROUNDS, ROUND_S = 5, 2.0
#: After how many pages of one process its memory is measured, and how many more those are; and previews.
N_PAGES = ((1_500, 1_500), (3_000, 1_500))
N_PREVIEWS = 100
#: How many listeners try controls, how often each of them asks for a preview, and how long they do, after
#: some seconds in which one of the two processes has still to prepare the library of each.
N_TUNERS, PREVIEW_EVERY_S, PACED_S, FIRST_S = N_CLIENTS, 2.0, 40.0, 8.0


def run(root: Path, models: Path, library_file: Path | None) -> dict[str, Any]:
    """Let one web process answer 3,000 pages, then ask all of them for each kind of page by turns.

    Returns
    -------
    dict
        `pages`, of each the medians of the rounds: `per_s`, `p50_ms`, `p99_ms`, `bytes` as sent, and `share`
        of hello-world's pages per second; `first_preview` and `paced_preview`, the same without a share of
        previews that each of as many listeners asks for every two seconds, in the first 8 s and in 40 more;
        `private_mb`, a process's own memory after so many pages; and what they were measured with.

    Raises
    ------
    BenchmarkError
        If this is not Linux, or a server does not start or answers wrongly.
    """
    if not (PROC / "self" / "smaps_rollup").exists():
        raise BenchmarkError("memory is read from /proc/PID/smaps_rollup, which only Linux has")
    catalogue = load_build(models).catalogue
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    library = read_library(library_file) if library_file else sample_songs(songs, SAMPLE)
    with tempfile.TemporaryDirectory() as name, serve(make_standin_state(songs)) as standin:
        folder = Path(name)
        with (
            serving(root, make_settings(standin, models, folder), folder) as system,
            _greeting(root, folder) as hello,
        ):
            visits = [Visit(system.url) for _ in range(2 + N_TUNERS)]
            for number, visit in enumerate(visits):
                visit.sign_in(standin.state.add_listener(f"Listener {number}", library))
            worker, *others = system.web_workers()
            # What makes playlists and drafts is not what is measured.
            with system.answered_by(others[0]):
                newcomer, owner, *tuners = visits
                previews = [_draft(tuner) for tuner in tuners]
                pages = _list_pages(newcomer, owner, previews[0])
            with system.answered_by(worker):
                private_mb = _measure_memory(worker, list(pages.values()))
            figures = _measure_speed({HELLO: Page(hello), **pages})
            first, paced = (
                _measure_pages(previews, pace(seconds, N_TUNERS, PREVIEW_EVERY_S))
                for seconds in (FIRST_S, PACED_S)
            )
    return {
        "catalogue": len(songs),
        "songs": len(library),
        "clients": N_CLIENTS,
        "rounds": ROUNDS,
        "pages": figures,
        "first_preview": {name: round(figure, 4) for name, figure in first.items()},
        "paced_preview": {name: round(figure, 4) for name, figure in paced.items()},
        "private_mb": private_mb,
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['songs']:,} saved songs, {figures['catalogue']:,} in the catalogue;"
            f" {figures['clients']} clients, medians of {figures['rounds']} rounds:",
            *(
                f"{name:<11} {page['per_s']:>7,.1f} a second (1/{1 / page['share']:.1f}),"
                f" p50 {page['p50_ms']:.1f} ms, p99 {page['p99_ms']:.1f} ms, {page['bytes']:,} bytes"
                for name, page in figures["pages"].items()
            ),
            *(
                "preview, by each listener every {:g} s{}: p50 {p50_ms:.1f} ms, p99 {p99_ms:.1f} ms".format(
                    PREVIEW_EVERY_S, when, **figures[name]
                )
                for name, when in (("first_preview", f", the first {FIRST_S:g} s"), ("paced_preview", ""))
            ),
            "memory of a web process's own: "
            + ", ".join(f"{mb:.1f} MB after {what}" for what, mb in figures["private_mb"].items()),
        ]
    )


def _draft(tuner: Visit) -> Page:
    """Make a listener's playlist and a draft of another; return a preview of it."""
    tuner.make_playlist()
    tuner.tune(60)
    return Page(f"{tuner.url}{tuner.playlist}?n=90", tuner.list_headers())


def _list_pages(newcomer: Visit, owner: Visit, preview: Page) -> dict[str, Page]:
    """Make a playlist; return the pages of a stranger, a newcomer, its owner, and of whoever has a draft."""
    owner.make_playlist()
    owner.open_front()
    return {
        "landing": Page(f"{owner.url}/", {"Accept-Encoding": "gzip"}),
        "home": Page(f"{owner.url}/", newcomer.list_headers()),
        # Where whoever has a playlist is sent to it.
        "way in": Page(f"{owner.url}/", owner.list_headers(), 302),
        "playlist": Page(f"{owner.url}{owner.playlist}", owner.list_headers()),
        "draft": Page(preview.url.partition("?")[0], preview.headers),
        "preview": preview,
    }


@contextmanager
def _greeting(root: Path, folder: Path) -> Iterator[str]:
    """Serve hello-world as `uwsgi.ini` says; yield its address once it answers."""
    port = find_port()
    command = (
        Path(sys.executable).parent / "uwsgi",
        *("--ini", "uwsgi.ini", "--module", "benchmarks.hello:application"),
    )
    with (folder / "hello.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, env={**os.environ, "PORT": str(port)}, stdout=log, stderr=log
        )
    try:
        page = Page(f"http://127.0.0.1:{port}/")
        _wait_for_answer(page, process)
        yield page.url
    finally:
        process.terminate()
        process.wait(MAX_STOP_S)


def _wait_for_answer(page: Page, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + MAX_START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(BenchmarkError):
            ask([page], range(1), 1)
            return
        time.sleep(BETWEEN_LOOKS_S)
    raise BenchmarkError("hello-world does not start under uWSGI")


def _measure_memory(worker: int, pages: Sequence[Page]) -> dict[str, float]:
    """Let a web process answer pages of each kind by turns; return its memory after so many.

    Previews come last, and are few: they keep libraries, within `PREVIEW_MEGABYTES`.
    """
    *plain, preview = pages
    private_mb = {"0 pages": measure_private_mb(worker)}
    for n_pages, n_more in N_PAGES:
        for page in plain:
            ask([page], range(n_more // len(plain)), N_CLIENTS)
        private_mb[f"{n_pages:,} pages"] = measure_private_mb(worker)
    ask([preview], range(N_PREVIEWS), N_CLIENTS)
    return {**private_mb, f"{N_PREVIEWS} previews": measure_private_mb(worker)}


def _measure_speed(pages: Mapping[str, Page]) -> dict[str, dict[str, float]]:
    """Measure by turns; what the first round has still to load is not counted."""
    _, *rounds = (
        {name: _measure_pages([page], count_down(ROUND_S)) for name, page in pages.items()}
        for _ in range(1 + ROUNDS)
    )
    for each in rounds:
        for figures in each.values():
            figures["share"] = figures["per_s"] / each[HELLO]["per_s"]
    return {
        name: {
            figure: round(statistics.median(each[name][figure] for each in rounds), 4)
            for figure in rounds[0][name]
        }
        for name in pages
    }


def _measure_pages(pages: Sequence[Page], turns: Iterable[object]) -> dict[str, float]:
    start = time.perf_counter()
    answers = ask(pages, turns, N_CLIENTS)
    seconds = time.perf_counter() - start
    percentiles = statistics.quantiles((answer.ms for answer in answers), n=100, method="inclusive")
    return {
        "per_s": len(answers) / seconds,
        "p50_ms": percentiles[49],
        "p99_ms": percentiles[98],
        "bytes": statistics.median(answer.n_bytes for answer in answers),
    }
