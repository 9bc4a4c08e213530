"""The worker as a process of its own, started as the Procfile says, beside a website in this process."""

import os
import shlex
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from honcho.environ import parse_procfile
from sqlalchemy import update

from benchmarks.system import make_settings
from settings import Settings
from standin.server import RunningStandin
from store import jobs, tables
from store.clock import Clock
from tests.support.website import Website

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60


@contextmanager
def worker_process(settings, folder, *entry):
    """Run a worker process for the length of the block, with its log in `folder`."""
    program, *arguments = shlex.split(parse_procfile((ROOT / "Procfile").read_text()).processes["worker"])
    entry = [sys.executable, *entry] if entry else [str(Path(sys.executable).parent / program)]
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [*entry, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
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

    def worker(self, *entry):
        """Run a worker process: the Procfile's, or one with another entry in place of Huey's."""
        return worker_process(self.environment, self.folder, *entry)

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
