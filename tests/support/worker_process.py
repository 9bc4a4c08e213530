"""The worker as a process of its own, with the words of the Procfile, beside a website in this process.

It is forked from a process that has loaded the modules already, as that takes ten times as long as a job;
tests/cli/test_serve.py and the rehearsal start it as the Procfile does.
"""

import multiprocessing
import os
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import connection
from pathlib import Path
from threading import Lock

from honcho.environ import parse_procfile
from huey.bin.huey_consumer import consumer_main
from sqlalchemy import update

from benchmarks.system import make_settings
from settings import Settings
from standin.server import RunningStandin
from store import jobs, tables
from store.clock import Clock
from tests.support.website import Website

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60

_forkserver = multiprocessing.get_context("forkserver")
_forkserver.set_forkserver_preload([__name__])
# Whoever starts a process looks at all others, and of two threads that look at one at once one sees a wrong code.
_looking = Lock()


class WorkerProcess:
    """A worker process, with the names of a `subprocess.Popen`; any thread may use it."""

    def __init__(self, watch, environment, log):
        # It goes with the tests, whatever becomes of them.
        self._process = _forkserver.Process(target=run_worker, args=(watch, environment, log), daemon=True)
        with _looking:
            self._process.start()
        self.pid = self._process.pid

    def send_signal(self, number):
        os.kill(self.pid, number)

    def terminate(self):
        self._process.terminate()

    def kill(self):
        self._process.kill()

    def poll(self):
        """Return the exit code, -9 after a kill; None while it runs."""
        with _looking:
            return self._process.exitcode

    def wait(self, timeout_s):
        """Wait for the end, and return the exit code."""
        connection.wait([self._process.sentinel], timeout_s)
        code = self.poll()
        assert code is not None, f"it has not ended within {timeout_s} s"
        return code


def run_worker(watch, environment, log):
    """Be the worker process: call `watch` if there is one, then do as Huey's command does."""
    output = os.open(log, os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(output, number)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = shlex.split(parse_procfile((ROOT / "Procfile").read_text()).processes["worker"])
    if watch:
        watch()
    consumer_main()


@contextmanager
def worker_process(settings, folder, watch: Callable[[], None] | None = None):
    """Run a worker process for the length of the block, with its log in `folder`; it calls `watch` first."""
    log = folder / "worker.log"
    log.touch()
    process = WorkerProcess(watch, {**os.environ, **settings}, log)
    try:
        yield process
    finally:
        process.kill()
        process.wait(TIMEOUT_S)


@dataclass
class Site:
    """A website on the machine's time, and the settings of its worker processes."""

    website: Website
    environment: dict[str, str]
    folder: Path

    def worker(self, watch=None):
        """Run a worker process, which calls `watch` first."""
        return worker_process(self.environment, self.folder, watch)

    def job(self, address):
        """Load the job that a page shows."""
        job_id = address.rpartition("/")[2]
        return next(
            job for listener in self.listeners() if (job := jobs.get(self.database, job_id, listener))
        )

    def wait_for_end(self, address):
        """Wait until a job has ended; return it."""
        wait_until(lambda: self.job(address).state in ("done", "failed", "cancelled"), self.log)
        return self.job(address)

    @property
    def database(self):
        return self.website.database

    def listeners(self):
        return [listener.account_id for listener in self.website.standin.state.listeners.values()]

    def log(self):
        """Read what the workers have printed."""
        return (self.folder / "worker.log").read_text()

    def let_time_pass(self):
        """Make the heartbeats and leases of dead workers as old as they are a few minutes later."""
        before = self.database.clock.now() - timedelta(minutes=5)
        is_held = tables.tokens.c.lease.is_not(None)
        with self.database.writing() as connection:
            connection.execute(update(tables.jobs).where(tables.is_live).values(heartbeat=before))
            connection.execute(update(tables.tokens).where(is_held).values(leased_until=before))


def site_with_workers(standin: RunningStandin, models: Path, folder: Path, songs, **others) -> Site:
    """Make a website whose jobs are run by processes; `others` are settings besides the usual ones."""
    environment = {**make_settings(standin, models, folder), "LOG_LEVEL": "DEBUG", **others}
    website = Website(Settings.from_env(environment), standin, songs, Clock())
    return Site(website, environment, folder)


def wait_until(is_true, explain=str):
    """Wait for something that another process does; `explain` tells what has gone wrong."""
    deadline = time.monotonic() + TIMEOUT_S
    while not is_true():
        assert time.monotonic() < deadline, f"not within {TIMEOUT_S} s: {explain()}"
        time.sleep(0.05)
