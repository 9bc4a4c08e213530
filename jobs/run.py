"""One run of a job: how it tells that it lives, and how its end is recorded."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

import spotify
from jobs.stop import LiveRuns, WorkerStops
from recommender.catalogue.build import Build
from recommender.errors import NoRecommendation
from settings import Settings
from spotify import Client, SpotifyError
from store import jobs, runs
from store.database import Database
from store.errors import AccountForgotten, JobCancelled, JobLost, SignInNeeded
from store.job import STALE, UNFORESEEN, Job

log = logging.getLogger(__name__)

#: How long a playlist may be missing from lists after it was created.
LAG = timedelta(minutes=1)
# How long Spotify is left alone where it does not say how long.
LONG_PAUSE = timedelta(hours=1)
# A job that was parked again and again must end all the same.
MAX_LIFE = timedelta(days=3)
HEARTBEAT_S = STALE.total_seconds() / 4


@dataclass(frozen=True)
class Parts:
    """What the work needs, made once for each process in `startup`."""

    settings: Settings
    database: Database
    build: Build
    live_runs: LiveRuns = field(default_factory=LiveRuns)


@dataclass(frozen=True)
class Run:
    """One runner's hold on a job; `is_over` is set when it has lost it or must stop."""

    job: Job
    runner: str
    parts: Parts
    is_over: Event = field(default_factory=Event)
    _clients: list[Client] = field(default_factory=list)
    # Stage -> when it began, in order.
    _began: dict[str, datetime] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """How often the job has called Spotify so far, in all its runs."""
        return self.job.calls + sum(client.calls for client in self._clients)

    def counted(self, client: Client) -> Client:
        """Count the calls of this client as the job's."""
        self._clients.append(client)
        return client

    def progress(self, stage: str, done: int = 0, total: int | None = None) -> None:
        """Note how far the job is; raises JobLost, JobCancelled or WorkerStops where it must stop."""
        self.parts.live_runs.go_on()
        self._began.setdefault(stage, self.parts.database.clock.now())
        runs.progress(self.parts.database, self.job.id, self.runner, stage, done, total, self.calls)

    def wait(self, seconds: float) -> None:
        """Let the time pass, unless the job must stop."""
        is_over = self.parts.database.clock.wait(seconds, self.is_over)
        self.parts.live_runs.go_on()
        self.beat()
        if is_over:
            raise JobLost("no heartbeat could be kept for too long")

    def beat(self) -> None:
        """Tell that the runner lives, and how many calls there were; raises as `progress`."""
        runs.heartbeat(self.parts.database, self.job.id, self.runner, self.calls)

    def log_end(self, how: str) -> None:
        """Write the one line that every run of a job ends with: how, how long each stage took, its calls."""
        ends = [*self._began.values(), self.parts.database.clock.now()][1:]
        stages = ", ".join(
            f"{stage} {(end - began).total_seconds():.1f} s"
            for (stage, began), end in zip(self._began.items(), ends, strict=True)
        )
        log.info("job %s %s (%s) with %d calls to Spotify", self.job.id, how, stages or "nothing", self.calls)


@contextmanager
def end_recorded(run: Run) -> Iterator[None]:
    """Write a failure into the job's row, so that no job is left without an end, and log how it ended."""
    try:
        with _failure_recorded(run):
            yield
            run.log_end("done")
    except (JobLost, AccountForgotten):
        log.warning("job %s was taken over or disconnected", run.job.id)
        run.log_end("lost")
    except JobCancelled:
        runs.end_cancelled(run.parts.database, run.job.id, run.runner, run.calls)
        run.log_end("cancelled")
    except WorkerStops:
        run.log_end("handed back" if _hand_back(run) else "left until its heartbeat is stale")


@contextmanager
def _failure_recorded(run: Run) -> Iterator[None]:
    """Park the job, or let it fail, where something went wrong that the listener can be told."""
    database, job = run.parts.database, run.job
    try:
        yield
    except (JobLost, AccountForgotten, JobCancelled, WorkerStops):
        raise
    except spotify.RateLimited as error:
        _park(run, error)
    except (SpotifyError, NoRecommendation, SignInNeeded) as error:
        _fail(run, error)
    except Exception:
        # At once: where the job was lost meanwhile, that is all that is told of it.
        log.exception("job %s ended in an error that nobody foresaw", job.id)
        runs.fail(database, job.id, run.runner, UNFORESEEN, run.calls)
        run.log_end("failed")
        raise


def _park(run: Run, error: spotify.RateLimited) -> None:
    """Let the job wait for as long as Spotify says, and at least until lists show all that it made."""
    database, job = run.parts.database, run.job
    asked = LONG_PAUSE if error.retry_after_s is None else timedelta(seconds=error.retry_after_s)
    pause = max(asked, LAG)
    until = database.clock.now() + pause
    if until > job.created_at + MAX_LIFE:
        _fail(run, error)
        return
    log.warning("job %s is parked for %s: %s", job.id, pause, error)
    runs.park(database, job.id, run.runner, until, type(error).__name__, run.calls)
    run.log_end("parked")


def _fail(run: Run, error: Exception) -> None:
    """End the job with an error that the listener can be told."""
    kind = type(error).__name__
    log.warning("job %s ended in %s: %s", run.job.id, kind, error)
    runs.fail(run.parts.database, run.job.id, run.runner, kind, run.calls)
    run.log_end("failed")


def _hand_back(run: Run) -> bool:
    """Let another worker go on at once, where that is safe."""
    database, job = run.parts.database, run.job
    kept = jobs.get(database, job.id, job.account_id)
    if kept and kept.stage == "write" and kept.playlist_id is None:
        # Its playlist may have been created all the same. Lists lag: who looked at once might create another.
        return False
    runs.hand_back(database, job.id, run.runner, run.calls)
    return True


@contextmanager
def heart_beating(run: Run) -> Iterator[None]:
    """Tell from a thread of its own that the runner lives: one call to Spotify may take long.

    A database that fails now may answer the next time; after so long without
    a beat that another runner may have the job, it is over.
    """
    stopped, now = Event(), run.parts.database.clock.now

    def beat() -> None:
        last = now()
        while not stopped.wait(HEARTBEAT_S):
            try:
                run.beat()
                last = now()
            except (JobLost, JobCancelled):
                run.is_over.set()
                return
            except SQLAlchemyError as error:
                log.error("job %s cannot tell that it lives: %s", run.job.id, error.args[0])
                if now() - last > STALE:
                    run.is_over.set()

    thread = Thread(target=beat, name=f"heart of {run.job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
