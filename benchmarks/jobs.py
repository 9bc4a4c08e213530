"""How many playlists a minute 1, 2 and 4 workers make, and that all of them together meet a rate limit once.

A worker is a process that does one job at a time (`WORKER_THREADS=1`), as it would on a machine of its own;
here all share one with the web processes and the stand-in, which delays each answer of its Web API.
"""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile

from benchmarks.errors import BenchmarkError
from benchmarks.library import API
from benchmarks.memory import sample_songs
from benchmarks.system import (
    BETWEEN_LOOKS_S,
    MAX_START_S,
    MAX_STOP_S,
    find_port,
    make_settings,
    make_standin_state,
    serving,
)
from benchmarks.visit import Visit
from recommender.catalogue.build import load_build
from recommender.song import Song
from standin.faults import Fault
from standin.named_faults import refused
from standin.server import RunningStandin, serve
from store import jobs
from store.clock import Clock
from store.database import Database, open_database

#: Name -> processes, and the threads of each.
SETUPS = {"1": (1, 1), "2": (2, 1), "4": (4, 1), "4 threads of 1": (1, 4)}
#: How many processes meet the rate limit.
N_LIMITED = 4
#: Playlists for each job that can be done at once, so that each setup is measured for about as long.
PLAYLISTS_EACH = 12
#: Saved songs of each listener: one page, so that a job's calls follow one another and their sum is a limit.
N_SONGS = 50
#: What the stand-in asks to wait for, and how much of that nothing may be asked: then it answers again.
RETRY_AFTER_S, KEPT_S = 4, 3.6
MAX_WAIT_S = 300.0
READY = "a thread of the worker waits for jobs"


def run(root: Path, models: Path, n_songs: int | None, delay_ms: int) -> dict[str, Any]:
    """Let listeners ask for a playlist each, all at once, and wait until the last is made.

    Returns
    -------
    dict
        `workers`, for each of `SETUPS` `playlists`, `seconds`, `per_minute` and `times` as many as one
        makes; `calls` to Spotify for a playlist, and `limit_per_minute`, what one worker would make if
        nothing but these took time; `rate_limit`, how many calls were `refused` by a limit that so many
        `workers` meet with so many `playlists`; and what they were measured with.

    Raises
    ------
    BenchmarkError
        If the system does not start, or a playlist is not made.
    """
    if delay_ms < 1:
        raise BenchmarkError(
            "--delay must be at least 1 ms: what is measured is how workers wait side by side"
        )
    catalogue = load_build(models).catalogue
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    library = sample_songs(songs, n_songs or N_SONGS)
    delay = Fault(delay_s=delay_ms / 1000)
    measured: dict[str, dict[str, float]] = {}
    with serve(make_standin_state(songs)) as standin:
        for name, (n_processes, n_threads) in SETUPS.items():
            n_playlists = n_processes * n_threads * PLAYLISTS_EACH
            with _running(root, models, standin, library, n_processes, n_threads, n_playlists) as site:
                before = standin.state.count(API)
                standin.state.faults.add(API, delay, times=None)
                seconds = _time(lambda site=site: site.make_playlists(site.visits))  # type: ignore[misc]
                standin.state.faults.clear()
            calls = (standin.state.count(API) - before) / n_playlists
            per_minute = 60 * n_playlists / seconds
            measured[name] = {
                "playlists": n_playlists,
                "seconds": round(seconds, 2),
                "per_minute": round(per_minute, 1),
                "times": round(per_minute / measured["1"]["per_minute"], 2) if measured else 1.0,
            }
        with _running(root, models, standin, library, N_LIMITED, 1, 2 * N_LIMITED) as site:
            n_refused = _meet_limit(site, standin, delay)
    return {
        "workers": measured,
        "calls": round(calls, 1),
        "limit_per_minute": round(60 / (calls * delay_ms / 1000), 1),
        "rate_limit": {"refused": n_refused, "workers": N_LIMITED, "playlists": 2 * N_LIMITED},
        "songs": len(library),
        "delay_ms": delay_ms,
        "catalogue": len(songs),
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    limit = figures["rate_limit"]
    return "\n".join(
        [
            f"{figures['songs']:,} saved songs, {figures['catalogue']:,} in the catalogue,"
            f" {figures['calls']} calls for a playlist, {figures['delay_ms']} ms before each answer:",
            *(
                f"{name + ' at work':<23} {each['per_minute']:>6.1f} a minute, {each['times']:.2f} times one"
                for name, each in figures["workers"].items()
            ),
            f"{'one that only waits':<23} {figures['limit_per_minute']:>6.1f} a minute",
            f"calls refused by a limit that {limit['workers']} workers meet: {limit['refused']}",
        ]
    )


@dataclass(frozen=True)
class _Site:
    """A system with some workers, and listeners who are signed in."""

    visits: Sequence[Visit]
    database: Database

    def make_playlists(self, visits: Sequence[Visit]) -> None:
        """Press the button for each listener, and wait until all have their playlists."""
        for visit in visits:
            visit.start_playlist()
        _wait(lambda: not sum(jobs.count_live(self.database).values()), "the playlists were not made")


@contextmanager
def _running(
    root: Path,
    models: Path,
    standin: RunningStandin,
    library: list[Song],
    n_processes: int,
    n_threads: int,
    n_listeners: int,
) -> Iterator[_Site]:
    """Run the Procfile's processes and more workers; yield once all wait for jobs."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        settings = {**make_settings(standin, models, folder), "WORKER_THREADS": str(n_threads)}
        system = stack.enter_context(serving(root, settings, folder))
        logs = [system.log, *(folder / f"worker-{number}.log" for number in range(1, n_processes))]
        for log in logs[1:]:
            stack.enter_context(_worker(root, settings, log))
        n_all = n_processes * n_threads
        _wait(
            lambda: sum(log.read_text().count(READY) for log in logs) == n_all,
            "the workers did not start",
            MAX_START_S,
        )
        database = open_database(settings["DATABASE_URL"], [settings["TOKEN_KEYS"]], Clock())
        stack.callback(database.engine.dispose)
        visits = [Visit(system.url) for _ in range(n_listeners)]
        for number, visit in enumerate(visits):
            visit.sign_in(standin.state.add_listener(f"Listener {find_port()} {number}", library))
        yield _Site(visits, database)


@contextmanager
def _worker(root: Path, settings: Mapping[str, str], log: Path) -> Iterator[None]:
    """Run a worker as the Procfile says, for the length of the block."""
    program, *words = shlex.split(parse_procfile((root / "Procfile").read_text()).processes["worker"])
    with log.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).parent / program, *words],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), **settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(MAX_STOP_S)


def _meet_limit(site: _Site, standin: RunningStandin, delay: Fault) -> int:
    """Let the first call of a job be refused, then all that come as long as it was told to wait; count them.

    The others ask once it was told: what is on its way at that moment nobody can call back.
    """
    faults = standin.state.faults
    refusal = refused(429, "API rate limit exceeded", {"Retry-After": str(RETRY_AFTER_S)})
    limit = faults.add(API, refusal, times=None)
    first, *others = site.visits
    first.start_playlist()
    _wait(lambda: limit.hits > 0, "no call was made")
    told = time.monotonic()
    for visit in others:
        visit.start_playlist()
    time.sleep(max(told + KEPT_S - time.monotonic(), 0))
    faults.clear()
    faults.add(API, delay, times=None)
    site.make_playlists([])
    faults.clear()
    return limit.hits


def _time(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _wait(is_true: Callable[[], bool], failure: str, seconds: float = MAX_WAIT_S) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise BenchmarkError(f"{failure} within {seconds:.0f} s")
        time.sleep(BETWEEN_LOOKS_S / 2)
