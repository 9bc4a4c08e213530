"""The running system for a long time, with listeners who come and go and a Spotify that fails now and then.

What grows by a little with each visit shows: every listener disconnects at the end, so that after a phase
the system is as it was before it, but for what is kept on purpose.
"""

import json
import re
import secrets
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count, cycle
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.explained import UNNAMED, Story
from benchmarks.memory import measure_private_mb
from benchmarks.system import PROC, WORKER, System, make_settings, serving
from benchmarks.visit import Refusal, Visit, read_refusal
from recommender.catalogue.build import load_build
from recommender.song import Song
from standin.faults import Fault, Script
from standin.named_faults import FAULTS, TOKEN_FAULTS
from standin.server import RunningStandin, serve
from standin.state import Listener, State

N_VISITORS, N_SAVED = 4, 300
#: The first fill what is kept on purpose, such as prepared libraries; the last is held against the second.
N_PHASES = 4
BETWEEN_FAULTS_S = 1.0
# Shorter than a visit, so that tokens are renewed.
TOKEN_LIFETIME_S = 60
CALLS: Mapping[str, Mapping[str, Fault]] = {"{any} /v1/{rest*}": FAULTS, "POST /api/token": TOKEN_FAULTS}
# All jobs keep to these for an hour or longer.
LONG = {"429 long", "429 quota", "429 without Retry-After"}
MAX_TRIES = 8
# Who shall come again in an hour does not wait for it.
MAX_WAIT_S = 120.0
# A process keeps up to five connections to the database, of two files each.
MAX_GROWN_MB, MAX_GROWN_FILES, MAX_GROWN_BYTES, MAX_BYTES_A_ROW = 8.0, 12, 256 * 1024, 256
# What was made for whom counts for a day, also after a disconnect; the pause is one row for the app.
KEPT = {"alembic_version", "spent", "pauses", "features"}
# How uWSGI, the kernel and Python speak of what has gone wrong.
ILL = re.compile(r"Traceback|DAMN|died|Segmentation|listen queue .* full|OverflowError")
# What is another one each time; the status of an answer stays.
NAMES = re.compile(r"(?<=job )[\w-]{22}|http\S+|\d+\.\d+|\b(?![45]\d\d\b)\d+\b")


class Stopped(Exception):
    """Somebody has stopped the soak: who waits goes home."""


class Leaves(Exception):
    """A listener is told to wait for longer than they stay."""


@dataclass
class Tally:
    """What the visitors did, were told and gave up, counted by several threads; and what must not be."""

    done: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def add(self, counts: Counter[str], what: str) -> None:
        """Count something, whatever numbers and ids its words contain."""
        with self._lock:
            counts[NAMES.sub("…", what)] += 1


def run(root: Path, models: Path, minutes: float) -> dict[str, Any]:
    """Let listeners come and go for so many minutes, and look at what is left of it.

    Returns
    -------
    dict
        `done` by the visitors, `faults` that they met, `told` to them instead of what they wanted,
        `given_up` after `MAX_TRIES`, or told to wait for long, `logged` warnings and errors, `phases`:
        memory, open files, rows and bytes after each; `problems`: what nothing explains, and what has
        grown; and `is_stopped`: whether Ctrl-C has ended it before its time.

    Raises
    ------
    BenchmarkError
        If this is not Linux, or the system does not start.
    """
    if not (PROC / "self" / "smaps_rollup").exists():
        raise BenchmarkError("memory is read from /proc/PID/smaps_rollup, which only Linux has")
    catalogue = load_build(models).catalogue
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    state = State(
        songs,
        "visited",
        secrets.token_urlsafe(16),
        ("http://127.0.0.1/callback",),
        token_lifetime_s=TOKEN_LIFETIME_S,
    )
    # Each phase goes on with the faults where the one before has ended.
    faults = {
        call: cycle([(n, f) for n, f in kinds.items() if n not in LONG]) for call, kinds in CALLS.items()
    }
    tally, phases, met = Tally(), [], Counter[str]()
    with tempfile.TemporaryDirectory() as name, serve(state) as standin:
        folder = Path(name)
        settings = {**make_settings(standin, models, folder), "LOG_FORMAT": "json"}
        with serving(root, settings, folder) as system:
            soaked, numbers = Soaked(system, standin, songs, tally), count()
            began = time.monotonic()
            try:
                for _ in range(N_PHASES):
                    end = time.monotonic() + 60 * minutes / N_PHASES
                    with _failing_now_and_then(state, end, faults, met):
                        soaked.visit_until(end, numbers)
                    phases.append(_measure(system, folder))
            except KeyboardInterrupt:
                minutes = (time.monotonic() - began) / 60
        is_stopped = len(phases) < N_PHASES
        logged, unexplained = read_log(system.log.read_text(encoding="utf-8", errors="replace"))
    tally.problems.update([*unexplained, *([] if is_stopped else find_growth(phases))])
    return {
        "minutes": minutes,
        "visitors": N_VISITORS,
        "catalogue": len(songs),
        "done": dict(tally.done),
        "faults": dict(met),
        "told": dict(tally.told.most_common()),
        "given_up": dict(tally.given_up.most_common()),
        "logged": dict(logged.most_common()),
        "phases": phases,
        "problems": dict(tally.problems),
        "is_stopped": is_stopped,
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['minutes']:.3g} minutes, {figures['visitors']} listeners at a time,"
            f" {figures['catalogue']:,} songs in the catalogue:",
            ", ".join(f"{n:,} {what}" for what, n in figures["done"].items()),
            f"{sum(figures['faults'].values()):,} faults of Spotify's of {len(figures['faults'])} kinds",
            *_list_counts("told to listeners", figures["told"]),
            *_list_counts("given up after faults in each try", figures["given_up"]),
            *_list_counts("logged", figures["logged"]),
            "after each phase:",
            *(f"  {_describe(phase)}" for phase in figures["phases"]),
            *(_list_counts("PROBLEMS", figures["problems"]) or [_praise(figures["is_stopped"])]),
        ]
    )


def _praise(is_stopped: bool) -> str:
    return f"nothing unexplained, and {'stopped before growth could be told' if is_stopped else 'no growth'}"


def _list_counts(title: str, counts: dict[str, int]) -> list[str]:
    return [f"{title}:", *(f"{n:>6,} {what}" for what, n in counts.items())] if counts else []


def _describe(phase: dict[str, Any]) -> str:
    parts = [
        f"{name} {mb:.1f} MB, {phase['open_files'][name]} files open"
        for name, mb in phase["private_mb"].items()
    ]
    rows = sum(phase["rows"].values())
    return "; ".join([*parts, f"{rows:,} rows", f"{phase['bytes'] / 1024:,.0f} KB in {phase['files']} files"])


@dataclass(frozen=True)
class Soaked:
    """The system, the Spotify that it asks, and the songs that listeners may have saved."""

    system: System
    standin: RunningStandin
    songs: list[Song]
    tally: Tally
    stopped: Event = field(default_factory=Event)

    def visit_until(self, end: float, numbers: Iterator[int]) -> None:
        """Let `N_VISITORS` at a time come and go; whatever interrupts it sends all of them home at once."""
        with ThreadPoolExecutor(N_VISITORS) as threads:
            visitors = [threads.submit(self._visit_in_turn, end, numbers) for _ in range(N_VISITORS)]
            try:
                for visitor in visitors:
                    visitor.result()
            except BaseException:
                self.stopped.set()
                raise

    def _visit_in_turn(self, end: float, numbers: Iterator[int]) -> None:
        """Come and go, as one new listener after the other."""
        with suppress(Stopped):
            while time.monotonic() < end:
                number = next(numbers)
                start = 37 * number % max(1, len(self.songs) - N_SAVED)
                saved = self.songs[start : start + N_SAVED]
                self._visit(self.standin.state.add_listener(f"Listener {number}", saved))

    def _visit(self, listener: Listener) -> None:
        """Make a playlist, tune, refresh and save it, look around, and leave for good."""
        visit = Visit(self.system.url, self._wait)
        story = Story(self.standin.state, listener)
        sign_in = partial(_sign_in, visit, listener)
        steps: list[tuple[str, Callable[[], object]]] = [
            *(("tunings", partial(visit.tune, percent)) for percent in (0, 30, 80)),
            ("refreshes and saves", visit.make_playlist),
        ]
        with suppress(Leaves):
            if not self._do("sign-ins", sign_in, sign_in, story):
                return
            # Without it there is nothing to tune.
            if self._do("playlists", partial(_make_playlist, visit), sign_in, story):
                for what, step in steps:
                    self._do(what, step, sign_in, story)
            for path in ("/", "/history", "/opinions", "/privacy"):
                self._do("pages", partial(_look, visit, path), sign_in, story)
        with suppress(Leaves):
            self._do("disconnects", visit.disconnect, sign_in, story)

    def _do(self, what: str, step: Callable[[], object], sign_in: Callable[[], object], story: Story) -> bool:
        """Do a step, again where Spotify has failed, as a listener would: signed in anew.

        Return whether it is done.
        """
        for _ in range(MAX_TRIES):
            is_ready = story.is_signed_in or step is sign_in
            if not is_ready and not self._try("signing in anew", sign_in, story, is_sign_in=True):
                continue
            if self._try(what, step, story, step is sign_in):
                self.tally.add(self.tally.done, what)
                return True
        self.tally.add(self.tally.given_up, what)
        return False

    def _try(self, what: str, step: Callable[[], object], story: Story, is_sign_in: bool) -> bool:
        """Return whether a step has succeeded; count as a problem what no fault of Spotify's explains.

        Who is told to wait waits before the next try, and leaves if that is long.
        """
        self._wait(0)
        story.begin(is_sign_in)
        try:
            step()
        except BenchmarkError as error:
            # Whoever presses Ctrl-C again ends the system while some are still there.
            self._wait(0)
            sentence, wait_s = (error.sentence, error.wait_s) if isinstance(error, Refusal) else ("", 0.0)
            self.tally.add(self.tally.told, f"{what}: {error}")
            if not wait_s and not story.find_cause(sentence):
                met = ", ".join(story.list_met()) or "none"
                self.tally.add(self.tally.problems, f"{what}: {error} (faults met since the sign-in: {met})")
            if wait_s > MAX_WAIT_S:
                self.tally.add(self.tally.given_up, f"{what}: told to wait")
                raise Leaves from error
            story.is_signed_in = False
            self._wait(wait_s)
            return False
        story.is_signed_in = True
        return True

    def _wait(self, seconds: float) -> None:
        if self.stopped.wait(seconds):
            raise Stopped


def _sign_in(visit: Visit, listener: Listener) -> None:
    try:
        visit.sign_in(listener)
    except Refusal as error:
        if error.sentence or error.status != 200:
            raise
        raise Refusal(str(error), UNNAMED) from error


def _make_playlist(visit: Visit) -> None:
    """Make the first playlist; a job that ends in a sign-in leads away from it."""
    visit.wait_for_playlist(visit.start_playlist())
    visit.open_front()
    if not visit.playlist:
        raise BenchmarkError("the front page leads to no playlist")


def _look(visit: Visit, path: str) -> None:
    answer = visit.get(path)
    if answer.status_code != 200:
        raise read_refusal(answer, "a page is not shown")


@contextmanager
def _failing_now_and_then(
    state: State, end: float, faults: Mapping[str, Iterator[tuple[str, Fault]]], met: Counter[str]
) -> Iterator[None]:
    """Set the next fault for each kind of call, one each second, once the one before has met a call.

    From `end` on there are no more: all of them would meet the last listener who is still there.
    """
    stopped = Event()

    def fail() -> None:
        waiting: dict[str, Script] = {}
        while not stopped.wait(BETWEEN_FAULTS_S) and time.monotonic() < end:
            for call, kinds in faults.items():
                # They must not pile up: nobody gets through several at once.
                if call not in waiting or waiting[call].hits:
                    name, fault = next(kinds)
                    waiting[call] = state.faults.add(call, fault)
                    met[f"{call}: {name}"] += 1

    thread = Thread(target=fail)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        state.faults.clear()


def _measure(system: System, folder: Path) -> dict[str, Any]:
    """Measure what the system takes while nobody is there."""
    pids = {f"web {n}": pid for n, pid in enumerate(system.web_workers(), 1)}
    pids["worker"] = system.pids(WORKER)[0]
    files = [path for path in folder.iterdir() if path != system.log]
    return {
        "private_mb": {name: measure_private_mb(pid) for name, pid in pids.items()},
        "open_files": {name: len(list((PROC / str(pid) / "fd").iterdir())) for name, pid in pids.items()},
        "rows": _count_rows(folder / "recommender.db"),
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
    }


def _count_rows(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - names of tables
            for name in tables
        }
    return {name: n_rows for name, n_rows in counts.items() if n_rows}


def read_log(printed: str) -> tuple[Counter[str], list[str]]:
    """Count the warnings and errors of a log by their words; list what nothing explains."""
    logged, unexplained = Counter[str](), []
    for line in (each.partition("| ")[2] for each in printed.splitlines()):
        said: dict[str, Any] = {"level": "INFO", "message": line}
        if line.startswith("{"):
            said = json.loads(line)
        what = NAMES.sub("…", f"{said['level']} {said.get('logger', '')}: {said['message']}")
        is_broken = said.get("status", 0) >= 500
        if said["level"] != "INFO" or is_broken:
            logged[what] += 1
        # Where Spotify fails at a sign-in, that page says so.
        is_explained = not is_broken or said["route"] == "/callback"
        if said["level"] in ("ERROR", "CRITICAL") or ILL.search(line) or not is_explained:
            unexplained.append(what)
    return logged, unexplained


def find_growth(phases: Sequence[Mapping[str, Any]]) -> list[str]:
    """List what is larger after the last phase than after the second, beyond what may be."""
    before, after = phases[1], phases[-1]
    found = []
    for figure, unit, most in (
        ("private_mb", "MB", MAX_GROWN_MB),
        ("open_files", "open files", MAX_GROWN_FILES),
    ):
        for kind in ("web", "worker"):
            first, last = (
                max(value for name, value in phase[figure].items() if name.startswith(kind))
                for phase in (before, after)
            )
            if last > first + most:
                found.append(f"{kind}: from {first} to {last} {unit}")
    grown = {table: after["rows"][table] - before["rows"].get(table, 0) for table in after["rows"]}
    found += [f"table {table}: {n} rows more" for table, n in grown.items() if n > 0 and table not in KEPT]
    if after["files"] > before["files"]:
        found.append(f"from {before['files']} to {after['files']} files")
    n_kept = sum(n for table, n in grown.items() if table in KEPT)
    if after["bytes"] > before["bytes"] + MAX_GROWN_BYTES + MAX_BYTES_A_ROW * n_kept:
        found.append(f"from {before['bytes']:,} to {after['bytes']:,} bytes on the disk")
    return found
