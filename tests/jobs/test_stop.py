"""A worker process that must stop finishes its job or hands it back, at once and whole."""

import signal
from threading import Event

import pytest
from redis import Redis

from benchmarks.system import make_standin_state
from formats.library_csv import read_library
from standin.faults import Fault, Sent
from standin.named_faults import refused
from tests.support.secret_search import serve
from tests.support.worker_process import TIMEOUT_S, site_with_workers, wait_until

SAVED, CREATE, WRITE = "GET /v1/me/tracks", "POST /v1/me/playlists", "PUT /v1/playlists/{id}/items"
BOTH = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda each: each.name)
pytestmark = pytest.mark.slow


@pytest.fixture(params=["files", "servers"])
def own_settings(request):
    """Settings of an empty database and queue: SQLite's files, or PostgreSQL and Redis."""
    if request.param == "files":
        yield {}
        return
    redis_url = request.getfixturevalue("redis_url")
    with request.getfixturevalue("postgresql").new_database() as database_url:
        yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()


@pytest.fixture
def site(own_settings, invented, tmp_path):
    songs = read_library(invented / "data.csv")
    with serve(make_standin_state(songs)) as standin:
        yield site_with_workers(standin, invented / "models", tmp_path, songs, **own_settings)


@pytest.fixture
def listener(site):
    """A listener with three pages of saved songs."""
    return site.website.add_listener("Nora", 150)


@pytest.fixture
def address(site, listener):
    """The page of a job that the listener has just asked for."""
    browser = site.website.browser()
    browser.sign_in(listener)
    return browser.post("/playlists").headers["Location"]


class Gate:
    """Holds a call at the stand-in until it is opened."""

    def __init__(self, site, call, after=0):
        self.reached, self.opened = Event(), Event()
        site.website.standin.state.faults.add(call, Fault(first=self._hold), after=after)

    def _hold(self):
        self.reached.set()
        self.opened.wait(TIMEOUT_S)


def stop(site, process, number, gate):
    """Send a signal, open the gate once the worker hands its job back, and return the exit code."""
    assert gate.reached.wait(TIMEOUT_S), site.log()
    process.send_signal(number)
    wait_until(lambda: "jobs to hand back: 1" in site.log(), site.log)
    gate.opened.set()
    return process.wait(TIMEOUT_S)


def assert_one_right_playlist(listener):
    [playlist] = listener.playlists
    songs = {entry.song.id for entry in playlist.entries}
    assert len(playlist.entries) == len(songs) == 50
    assert not songs & {entry.song.id for entry in listener.saved}


@BOTH
def test_a_half_done_job_is_handed_back_and_the_next_worker_goes_on_at_once(site, listener, address, number):
    gate = Gate(site, SAVED, after=1)
    with site.worker() as process:
        code = stop(site, process, number, gate)
    left = site.job(address)
    with site.worker():
        job = site.wait_for_end(address)

    assert code == 0
    assert (left.state, left.runs) == ("waiting", 0)
    assert (job.state, job.runs) == ("done", 1), site.log()
    assert_one_right_playlist(listener)


def test_a_job_that_is_handed_back_goes_to_another_worker_that_runs(site, listener, address):
    gate = Gate(site, SAVED, after=1)
    with site.worker() as process:
        assert gate.reached.wait(TIMEOUT_S), site.log()
        with site.worker():
            wait_until(lambda: site.log().count("a thread of the worker waits for jobs") == 4, site.log)
            code = stop(site, process, signal.SIGTERM, gate)
            job = site.wait_for_end(address)

    assert (code, job.state) == (0, "done")
    assert_one_right_playlist(listener)


def test_a_job_that_waits_for_a_rate_limit_is_handed_back_without_waiting(site, listener, address):
    is_limited = Event()
    limit = refused(429, "API rate limit exceeded", {"Retry-After": "20"})
    site.website.standin.state.faults.add(
        SAVED, Fault(first=is_limited.set, is_done=False, answer=limit.answer)
    )
    with site.worker() as process:
        assert is_limited.wait(TIMEOUT_S), site.log()
        process.terminate()
        code = process.wait(TIMEOUT_S)
    left = site.job(address)

    assert (code, left.state, left.runs) == (0, "waiting", 0), site.log()


@BOTH
def test_a_job_that_is_being_written_is_finished(site, listener, address, number):
    gate = Gate(site, WRITE)
    with site.worker() as process:
        code = stop(site, process, number, gate)
    job = site.job(address)

    assert (code, job.state) == (0, "done"), site.log()
    assert_one_right_playlist(listener)


def test_a_job_is_not_handed_back_while_its_playlist_may_exist_unseen(site, listener, address):
    is_asked = Event()
    site.website.standin.state.faults.add(CREATE, Fault(first=is_asked.set, is_done=False, sent=Sent.NOTHING))
    with site.worker() as process:
        assert is_asked.wait(TIMEOUT_S), site.log()
        process.terminate()
        code = process.wait(TIMEOUT_S)
    left = site.job(address)
    site.let_time_pass()
    with site.worker():
        job = site.wait_for_end(address)

    assert (code, left.state) == (0, "running"), site.log()
    assert job.state == "done"
    assert_one_right_playlist(listener)
