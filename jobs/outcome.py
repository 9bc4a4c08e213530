"""How a run of a job ends: done, failed, parked, cancelled, handed back or lost; each end is logged."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

import spotify
from jobs.app_pause import DEFAULT_PAUSE
from jobs.errors import JobError
from jobs.run import Run
from jobs.stop import WorkerStops
from recommender.errors import BadModels, NoRecommendation
from spotify import MAX_LIST_LAG, SpotifyError
from store import jobs, runs
from store.errors import (
    AccountForgotten,
    DraftChanged,
    JobCancelled,
    JobLost,
    SignInNeeded,
    TooMuchMade,
    is_outage,
)
from store.job import UNFORESEEN

log = logging.getLogger(__name__)

# A job that is parked again and again must end all the same.
MAX_LIFE = timedelta(days=3)


@contextmanager
def record_end(run: Run) -> Iterator[None]:
    """Record in the job's row, and log, how the block ended: no job is left without an end.

    An error that nobody foresaw is recorded, too, and raised again. What an outage of
    the database or the models has interrupted waits for a runner again.
    """
    try:
        with _record_failure(run):
            yield
            log_end(run, "done")
    except (JobLost, AccountForgotten):
        log.warning("job %s was taken over or disconnected", run.job.id)
        log_end(run, "lost")
    except JobCancelled:
        _write(run, runs.end_cancelled)
        log_end(run, "cancelled")
    except WorkerStops:
        _hand_back(run, is_counted=False)


@contextmanager
def _record_failure(run: Run) -> Iterator[None]:
    """Park, fail or hand back the job where something went wrong; it may be found lost or cancelled."""
    try:
        yield
    except (JobLost, AccountForgotten, JobCancelled, WorkerStops):
        raise
    except spotify.RateLimited as error:
        _park(run, error)
    except TooMuchMade as error:
        _park_for_allowance(run, error)
    except (SpotifyError, NoRecommendation, SignInNeeded, DraftChanged, JobError) as error:
        _fail_by_name(run, error)
    except Exception as error:
        if is_outage(error) or isinstance(error, BadModels):
            log.warning("job %s was interrupted: %s", run.job.id, error)
            # Counted: it may fail at the same point each time.
            run.ride_over(lambda: _hand_back(run, is_counted=True))
            return
        # Logged first: where the job was lost meanwhile, the log alone tells of the error.
        log.exception("job %s ended in an unforeseen error", run.job.id)
        fail(run, UNFORESEEN)
        raise


def fail(run: Run, kind: str) -> None:
    """End the job as failed, with a kind of error that its page can explain."""
    _write(run, runs.fail, kind)
    log_end(run, "failed", kind)


def log_end(run: Run, how: str, error: str = "") -> None:
    """Log the line that every run ends with, and count it: how, the time of each stage, the job's calls.

    What was odd in Spotify's answers, and did not end the run, has a line before it.
    """
    if run.odd:
        odd = ", ".join(f"{what} ({n})" for what, n in run.odd.items())
        log.warning("job %s left out what was odd in Spotify's answers: %s", run.job.id, odd)
    end = run.measure(how, error)
    stages = ", ".join(f"{stage} {took:.1f} s" for stage, took in end.stages_s.items())
    text = "job %s %s (%s) with %d calls to Spotify"
    log.info(text, run.job.id, how, stages or "nothing", end.calls, extra={"job": run.job.id, **asdict(end)})
    if run.parts.count_run:
        run.parts.count_run(end)


def _fail_by_name(run: Run, error: Exception) -> None:
    kind = type(error).__name__
    log.warning("job %s ended in %s: %s", run.job.id, kind, error)
    fail(run, kind)


def _park(run: Run, error: spotify.RateLimited) -> None:
    """Park the job for as long as Spotify asks, and at least until lists show every playlist it created."""
    database, job = run.parts.database, run.job
    asked = DEFAULT_PAUSE if error.retry_after_s is None else timedelta(seconds=error.retry_after_s)
    parked_for = max(asked, MAX_LIST_LAG)
    until = database.clock.now() + parked_for
    if until > job.created_at + MAX_LIFE:
        _fail_by_name(run, error)
        return
    log.warning("job %s is parked for %s: %s", job.id, parked_for, error)
    _write(run, runs.park, until, type(error).__name__)
    log_end(run, "parked", type(error).__name__)


def _park_for_allowance(run: Run, error: TooMuchMade) -> None:
    """Park the job until the calls of the listener, or of the app, leave room for it again.

    Unlike a rate limit this meets no job while it writes: the calls are looked at as a stage begins, and
    before each page of the library is read.
    """
    job = run.job
    if error.until > job.created_at + MAX_LIFE:
        _fail_by_name(run, error)
        return
    log.warning("job %s is parked until %s: %s", job.id, error.until, error)
    _write(run, runs.park_for_allowance, error.until, type(error).__name__)
    log_end(run, "parked", type(error).__name__)


def _write(run: Run, write: Callable[..., None], *values: object) -> None:
    """Write how the run ended."""
    run.ride_over(lambda: write(run.parts.database, run.job.id, run.runner, *values, run.calls))


def _hand_back(run: Run, is_counted: bool) -> None:
    """Let another runner go on at once, unless that is not safe."""
    database, job = run.parts.database, run.job
    kept = jobs.get(database, job.id, job.account_id)
    if kept and kept.stage == "write" and kept.playlist_id is None:
        # Its playlist may exist but not be listed yet: a worker that looked at once might create another.
        log_end(run, "left until its heartbeat is stale")
        return
    runs.hand_back(database, job.id, run.runner, run.calls, is_counted)
    log_end(run, "handed back")
