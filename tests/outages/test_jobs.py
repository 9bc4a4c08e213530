"""Every outage in the middle of a job: it ends right by itself, within a minute of the outage's end."""

import sqlite3
from contextlib import suppress
from datetime import datetime
from threading import Event

import pytest
from huey.consumer import Scheduler, Worker
from sqlalchemy import select

from standin.faults import Fault
from startup import create_worker_queue
from store import jobs, playlists, tables
from tests.support.outages import IN_FILES

pytestmark = pytest.mark.outages

SAVED, CREATE = "GET /v1/me/tracks", "POST /v1/me/playlists"
WRITE, LOOK = "PUT /v1/playlists/{id}/items", "GET /v1/playlists/{id}/items"
#: Stage of a job -> the call to Spotify in whose middle the outage begins; None is before a worker has begun.
STAGES = {
    "a job that waits": None,
    "a job that reads the library": SAVED,
    "a job that creates its playlist": CREATE,
    "a job that writes the songs": WRITE,
    "a job that looks at what it has written": LOOK,
}
# A clock that was set stays so; whatever else ends soon, or once the job may be another runner's.
SHORT_S, LONG_S = 3, 90
COMBINATIONS = [
    pytest.param(outage, stage, seconds, id=f"{outage}, {stage}, {seconds} s")
    for outage in IN_FILES
    for stage in STAGES
    for seconds in ([SHORT_S] if outage.part == "clock" else [SHORT_S, LONG_S])
]
# More than one listener's job and what a worker does every minute leave in the queue.
MAX_MESSAGES = 5
ONE_RUN, SECOND_RUN = "goes on and is done", "begins again and is done"


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


def tell_outcome(site, listener, job_id):
    """Return in words how a job has ended, if it has left what it should."""
    job = jobs.get(site.database, job_id, listener.account_id)
    if job.state != "done":
        return f"{job.state}: {job.error}, at {job.stage}"
    name = site.settings.playlist_name
    mine = [playlist for playlist in listener.playlists if playlist.name.startswith(name)]
    if len(mine) != 1:
        return f"{len(mine)} playlists"
    songs = [entry.song.id for entry in mine[0].entries]
    kept = playlists.get(site.database, job.playlist_id, listener.account_id)
    if list(kept.song_ids) != songs or len(set(songs)) != 50 or count_mixes(site) != 1:
        return "a wrong playlist"
    return ONE_RUN if job.runs == 1 else SECOND_RUN


def count_mixes(site):
    with site.database.reading() as connection:
        return len(connection.execute(select(tables.mixes.c.job_id)).all())


@pytest.mark.parametrize(("outage", "stage", "seconds"), COMBINATIONS)
def test_a_job_ends_right_by_itself(site, nora, browser, worker, combinations, outage, stage, seconds):
    address = browser.post("/playlists").headers["Location"]
    strike(site, outage, STAGES[stage], seconds)

    worker.work()
    site.clock.move(seconds=LONG_S)
    worker.work_a_minute_later()

    # After a minute without a heartbeat another runner may have the job.
    is_lost = outage.part == "database" and seconds == LONG_S and STAGES[stage]
    seen = tell_outcome(site, nora, address.rpartition("/")[2])
    how_long = "" if outage.part == "clock" else f", for {seconds} s"
    combinations.note(outage, f"{stage}{how_long}", SECOND_RUN if is_lost else ONE_RUN, seen)
    assert "/embed/playlist/" in browser.client.get(address, follow_redirects=True).text
