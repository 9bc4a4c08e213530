"""One run of a job: how it tells that it lives, and how its end is recorded."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

import spotify
from recommender.artefacts import Build
from recommender.errors import NoRecommendation
from settings import Settings
from spotify import SpotifyError
from store import jobs
from store.database import Database
from store.errors import AccountForgotten, JobCancelled, JobLost, SignInNeeded
from store.jobs import STALE, Job

log = logging.getLogger(__name__)

# How long Spotify is left alone where it does not say how long.
LONG_PAUSE = timedelta(hours=1)
HEARTBEAT_S = STALE.total_seconds() / 4
#: The error kind of a failure that nobody foresaw.
UNFORESEEN = "Unforeseen"


@dataclass(frozen=True)
class Parts:
    """What the work needs, made once for each process in `startup`."""

    settings: Settings
    database: Database
    build: Build


@dataclass(frozen=True)
class Run:
    """One runner's hold on a job; `is_over` is set when it has lost it or must stop."""

    job: Job
    runner: str
    parts: Parts
    is_over: Event = field(default_factory=Event)

    def progress(self, stage: str, done: int = 0, total: int | None = None) -> None:
        """Note how far the job is; raises JobLost or JobCancelled where it must stop."""
        jobs.progress(self.parts.database, self.job.id, self.runner, stage, done, total)

    def wait(self, seconds: float) -> None:
        """Let the time pass, unless the job must stop."""
        self.parts.database.clock.wait(seconds, self.is_over)
        jobs.heartbeat(self.parts.database, self.job.id, self.runner)


@contextmanager
def end_recorded(run: Run) -> Iterator[None]:
    """Write a failure into the job's row, so that no job is left without an end."""
    database, job = run.parts.database, run.job
    try:
        yield
    except (JobLost, AccountForgotten):
        log.warning("job %s was taken over or disconnected", job.id)
    except JobCancelled:
        jobs.end_cancelled(database, job.id, run.runner)
    except spotify.RateLimited as error:
        pause = timedelta(seconds=error.retry_after_s) if error.retry_after_s else LONG_PAUSE
        log.warning("job %s is parked for %s: %s", job.id, pause, error)
        jobs.park(database, job.id, run.runner, database.clock.now() + pause, type(error).__name__)
    except (SpotifyError, NoRecommendation, SignInNeeded) as error:
        log.warning("job %s ended in %s: %s", job.id, type(error).__name__, error)
        jobs.fail(database, job.id, run.runner, type(error).__name__)
    except Exception:
        jobs.fail(database, job.id, run.runner, UNFORESEEN)
        raise


@contextmanager
def heart_beating(run: Run) -> Iterator[None]:
    """Tell from a thread of its own that the runner lives: one call to Spotify may take long."""
    stopped = Event()

    def beat() -> None:
        while not stopped.wait(HEARTBEAT_S):
            try:
                jobs.heartbeat(run.parts.database, run.job.id, run.runner)
            except (JobLost, JobCancelled):
                run.is_over.set()
                return

    thread = Thread(target=beat, name=f"heart of {run.job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
