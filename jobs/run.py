"""One run's hold on a job: it reports how far it is, shows that it is alive, and counts its calls."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from jobs.stop import LiveRuns
from recommender.catalogue.build import Build
from settings import Settings
from spotify import Client
from store import allowance, runs
from store.database import Database
from store.errors import JobCancelled, JobLost, TooMuchMade, is_outage
from store.job import STALE, Job, Kind

log = logging.getLogger(__name__)

MAX_SILENT_S = STALE.total_seconds()
HEARTBEAT_S = MAX_SILENT_S / 4
# Between tries while the database cannot be used.
BETWEEN_TRIES_S = 1.0
LOST = "no heartbeat could be kept for too long"

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class RunEnd:
    """What the log, and whoever counts, is told of a run that has ended."""

    kind: Kind
    outcome: str
    # The class name of what it failed or was parked for.
    error: str
    # In all runs of the job.
    calls: int
    picks: int
    # Between calls, as Spotify asked or because it had not answered.
    waited_s: float
    stages_s: dict[str, float]


@dataclass(frozen=True)
class Parts:
    """What the work needs, made once for each process in `startup`; `count_run` is told of each run's end."""

    settings: Settings
    database: Database
    build: Build
    count_run: Callable[[RunEnd], object] | None = None
    live_runs: LiveRuns = field(default_factory=LiveRuns)


@dataclass(frozen=True)
class Run:
    """One runner's hold on a job; `is_over` is set when it has lost the job or must stop."""

    job: Job
    runner: str
    parts: Parts
    # Calls, those that are noted apart left out; None for as many as it needs.
    max_calls: int | None = None
    is_over: Event = field(default_factory=Event)
    _clients: list[Client] = field(default_factory=list)
    #: How many songs each mix had that was made.
    picks: list[int] = field(default_factory=list)
    _waits: list[float] = field(default_factory=list)
    # Stage -> when it began by the clock's `measure`, in order.
    _began: dict[str, float] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """How many calls to Spotify the job has made so far, in all its runs."""
        return self.job.calls + sum(client.calls for client in self._clients)

    @property
    def odd(self) -> Counter[str]:
        """What was odd in Spotify's answers to this run, and how often."""
        return sum((client.odd for client in self._clients), Counter())

    def count_calls(self, client: Client) -> Client:
        """Count the calls of this client as the job's; return it."""
        self._clients.append(client)
        return client

    def progress(self, stage: str, done: int = 0, total: int | None = None) -> None:
        """Report how far the job is.

        Raises
        ------
        JobLost
            If another runner holds the job by now.
        JobCancelled
            If the listener has cancelled it.
        WorkerStops
            If the process must stop.
        TooMuchMade
            If it has asked Spotify as much as is allowed for the listener, or for all.
        """
        self.parts.live_runs.check_stop()
        calls = self.calls - self.job.calls_noted
        if self.max_calls is not None and calls > self.max_calls:
            n_unread = total - done if stage == "read" and total else 0
            of_listener = self.job.id, self.job.account_id, calls, n_unread
            until = self.ride_over(lambda: allowance.find_room(self.parts.database, *of_listener))
            raise TooMuchMade(f"no call for this listener before {until}", until)
        budget = self.parts.settings.spotify_calls_a_day
        self.ride_over(partial(allowance.require_budget, self.parts.database, budget))
        self._began.setdefault(stage, self.parts.database.clock.measure())
        report = partial(runs.progress, self.parts.database, self.job.id, self.runner)
        self.ride_over(lambda: report(stage, done, total, self.calls))

    def ride_over(self, write: Callable[[], Kept]) -> Kept:
        """Write what must not be lost, as often as it takes while the database cannot be used.

        Only for as long as no other runner may have the job; for `write` it must make no
        difference whether it has succeeded before.

        Raises
        ------
        JobLost
            If that is over, or as `write`.
        WorkerStops
            If the process must stop.
        """
        clock = self.parts.database.clock
        began = clock.measure()
        while True:
            try:
                return write()
            except SQLAlchemyError as error:
                if not is_outage(error):
                    raise
                if clock.measure() - began > MAX_SILENT_S:
                    raise JobLost(LOST) from error
                log.warning("job %s waits for the database: %s", self.job.id, error.args[0])
            is_over = clock.wait(BETWEEN_TRIES_S, self.is_over)
            self.parts.live_runs.check_stop()
            if is_over:
                raise JobLost(LOST)

    def wait(self, seconds: float) -> None:
        """Let the time pass, unless the job must stop; raises as `progress`."""
        self._waits.append(seconds)
        is_over = self.parts.database.clock.wait(seconds, self.is_over)
        self.parts.live_runs.check_stop()
        self.ride_over(self.beat)
        if is_over:
            raise JobLost(LOST)

    def beat(self) -> None:
        """Record that the runner is alive, and its calls; raises JobLost or JobCancelled."""
        runs.heartbeat(self.parts.database, self.job.id, self.runner, self.calls)

    def measure(self, outcome: str, error: str) -> RunEnd:
        """Return what there is to tell of the run, which has ended so."""
        ends = [*self._began.values(), self.parts.database.clock.measure()][1:]
        stages_s = {
            stage: round(end - began, 3)
            for (stage, began), end in zip(self._began.items(), ends, strict=True)
        }
        waited_s = round(sum(self._waits), 3)
        return RunEnd(self.job.kind, outcome, error, self.calls, sum(self.picks), waited_s, stages_s)


@contextmanager
def keep_alive(run: Run) -> Iterator[None]:
    """Keep the heartbeat from a thread of its own: one call to Spotify may take long.

    A database that fails now may answer the next time. After so long without
    a heartbeat that another runner may have the job, the run is over.
    """
    stopped, measure = Event(), run.parts.database.clock.measure

    def beat() -> None:
        last = measure()
        while not stopped.wait(HEARTBEAT_S):
            try:
                run.beat()
                last = measure()
            except (JobLost, JobCancelled):
                run.is_over.set()
                return
            except SQLAlchemyError as error:
                log.error("job %s cannot keep its heartbeat: %s", run.job.id, error.args[0])
                if measure() - last > MAX_SILENT_S:
                    run.is_over.set()

    thread = Thread(target=beat, name=f"heartbeat of {run.job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
