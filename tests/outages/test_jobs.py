"""Every outage in the middle of a job: it ends right by itself, within a minute of the outage's end."""

import sqlite3
from contextlib import suppress
from datetime import datetime
from threading import Event

import pytest
from huey.consumer import Scheduler, Worker

from standin.faults import Fault
from startup import create_worker_queue
from tests.support.outages import IN_FILES, ONE_RUN, SECOND_RUN, STAGES, Outage, hang, tell_outcome

pytestmark = [pytest.mark.outages, pytest.mark.slow]

# Within it a job goes on where it is; after it, the job may be another runner's.
SHORT_S, LONG_S = 3, 90
COMBINATIONS = [
    pytest.param(outage, stage, seconds, id=f"{outage}, {stage}, {seconds} s")
    for outage in IN_FILES
    for stage in STAGES
    for seconds in ([SHORT_S, LONG_S] if outage.part == "database" else [SHORT_S])
]
# More than one listener's job and what a worker does every minute leave in the queue.
MAX_MESSAGES = 5


class WorkerProcess:
    """Huey's consumer in this process, which works when it is told to, by the site's clock."""

    def __init__(self, site):
        self._site = site
        self._queue = create_worker_queue(site.settings, site.clock)
        is_over = Event()
        is_over.set()  # so that it never sleeps
        self._worker = Worker(self._queue, is_over, 0, 0, 1)
        self._scheduler = Scheduler(self._queue, is_over, 1, periodic=True)

    def work(self):
        """Do what is in the queue."""
        for _ in range(MAX_MESSAGES):
            if self._is_asked():
                self._worker.loop()

    def work_a_minute_later(self):
        """Do what is in the queue, and what a worker looks for every minute."""
        self._site.clock.move(minutes=1)
        self._scheduler.enqueue_periodic_tasks(datetime(2026, 11, 22, 12, 34))
        self.work()

    def _is_asked(self):
        with suppress(sqlite3.DatabaseError):
            return len(self._queue) > 0
        return False


@pytest.fixture
def site(make_site, invented, tmp_path, monkeypatch):
    """A website whose models can be taken away, and which waits for no lock."""
    monkeypatch.setattr("store.engine.BUSY_TIMEOUT_S", 0.02)
    monkeypatch.setattr("jobs.queue.MAX_ANSWER_S", 0.02)
    (tmp_path / "models").symlink_to(invented / "models")
    return make_site(MODELS_DIR=str(tmp_path / "models"))


@pytest.fixture
def worker(site):
    return WorkerProcess(site)


def strike(site, outage, call, seconds):
    """Let an outage begin in the middle of a call, or now, and end after seconds of the clock."""

    def begin():
        site.clock.do_after(seconds, outage.begin(site))

    if call is None:
        begin()
    else:
        site.standin.state.faults.add(call, Fault(first=begin))


@pytest.mark.parametrize(("outage", "stage", "seconds"), COMBINATIONS)
def test_a_job_ends_right_by_itself(site, nora, browser, worker, combinations, outage, stage, seconds):
    address = browser.post("/playlists").headers["Location"]
    strike(site, outage, STAGES[stage], seconds)

    worker.work()
    site.clock.move(seconds=LONG_S)
    worker.work_a_minute_later()

    # After a minute without a heartbeat another runner may have the job.
    is_lost = outage.part == "database" and seconds == LONG_S and STAGES[stage]
    seen = tell_outcome(site, nora, address)
    how_long = f", for {seconds} s" if outage.part == "database" else ""
    combinations.note(outage, f"{stage}{how_long}", SECOND_RUN if is_lost else ONE_RUN, seen)
    assert "/embed/playlist/" in browser.client.get(address, follow_redirects=True).text


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL of these tests' own."""
    # Not at the top: pytest must be the first to import a plugin.
    from tests.support.needs import needs
    from tests.support.servers import postgresql_programs, running_postgresql

    programs = postgresql_programs()
    needs("postgresql", programs is not None, "PostgreSQL is not installed (apt install postgresql)")
    with running_postgresql(programs) as running:
        yield running


@pytest.mark.parametrize("way", ["gone: PostgreSQL stopped", "hung: PostgreSQL"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_job_goes_on_after_postgresql_was_away(make_site, server, combinations, stage, way):
    from tests.support.servers import connections_closed

    def begin(_):
        if way.startswith("hung"):
            return hang(server.pids())
        server.stop()
        return server.start

    outage = Outage("database", way, begin)
    with connections_closed(), server.one_of_several_databases() as url:
        site = make_site(DATABASE_URL=url)
        listener, browser = site.add_listener("Nora"), site.browser()
        browser.sign_in(listener)
        worker = WorkerProcess(site)
        address = browser.post("/playlists").headers["Location"]
        strike(site, outage, STAGES[stage], 1)

        worker.work()
        site.clock.move(seconds=LONG_S)
        worker.work_a_minute_later()

        combinations.note(outage, stage, ONE_RUN, tell_outcome(site, listener, address))
