"""Every process is restarted under load, behind nginx: no request is lost, and no job."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event

import psutil
import pytest

from benchmarks.load import Page, ask
from benchmarks.system import find_port, make_settings, make_standin_state
from benchmarks.visit import Visit
from formats.library_csv import read_library
from standin.faults import Fault
from tests.support.nginx import find_nginx, write_nginx_conf
from tests.support.secret_search import note, serve
from tests.support.worker_process import TIMEOUT_S, wait_until, worker_process

ROOT = Path(__file__).parents[1]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes by Linux's /proc"),
]

N_LISTENERS, N_CLIENTS = 4, 2
#: How often everything is restarted, at least; docs/deploy.md tells of more.
MIN_ROUNDS = int(os.environ.get("RESTART_ROUNDS", "2"))
N_WEB = 2
DELAY_S = 0.2


@contextmanager
def running(words, log, env=None):
    """Run a process for the length of the block, with its log."""
    with log.open("ab") as output:
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)


class Site:
    """The web processes behind nginx, and a worker, each of which can be restarted alone."""

    def __init__(self, settings, folder, stack):
        self.url = settings["PUBLIC_URL"]
        self._settings, self._folder, self._stack = settings, folder, stack
        programs = Path(sys.executable).parent
        path = f"{programs}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **settings}
        uwsgi = [programs / "uwsgi", "--ini", ROOT / "uwsgi.ini"]
        self._web = stack.enter_context(running(uwsgi, folder / "web.log", environment))
        self._worker = stack.enter_context(worker_process(settings, folder))
        wait_until(lambda: self._count_accepting() == N_WEB, self.read_log)

    def reload_web(self):
        """Have the master begin anew, with the same socket."""
        accepting = self._count_accepting()
        self._web.send_signal(signal.SIGHUP)
        wait_until(lambda: self._count_accepting() == accepting + N_WEB, self.read_log)

    def restart_web_processes(self):
        """Have each web process end, one after the other; the master starts another."""
        for process in psutil.Process(self._web.pid).children():
            accepting = self._count_accepting()
            process.terminate()
            wait_until(lambda before=accepting: self._count_accepting() == before + 1, self.read_log)

    def restart_worker(self):
        """Stop the worker, in the middle of a job where there still is one, and start another."""
        self._worker.terminate()
        assert self._worker.wait(TIMEOUT_S) == 0, (self._folder / "worker.log").read_text()
        self._worker = self._stack.enter_context(worker_process(self._settings, self._folder))

    def list_jobs(self):
        """Return the state of every job."""
        with closing(sqlite3.connect(self._settings["DATABASE_URL"].removeprefix("sqlite:///"))) as database:
            return [state for (state,) in database.execute("SELECT state FROM jobs")]

    def read_log(self):
        # A line that uWSGI prints on its way to becoming another process may be no text.
        return (self._folder / "web.log").read_text(errors="replace")

    def _count_accepting(self):
        return self.read_log().count("(accepting)")


@pytest.fixture
def spotify(invented):
    """A stand-in that takes its time, so that jobs are under way when something is restarted."""
    with serve(make_standin_state(read_library(invented / "data.csv"))) as standin:
        standin.state.faults.add("GET /v1/me/tracks", Fault(delay_s=DELAY_S), times=None)
        standin.state.faults.add("PUT /v1/playlists/{id}/items", Fault(delay_s=DELAY_S), times=None)
        yield standin


@pytest.fixture
def site(spotify, invented, tmp_path):
    port = find_port()
    settings = {
        **make_settings(spotify, invented / "models", tmp_path),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    for name in ("SECRET_KEY", "TOKEN_KEYS"):
        note(name, settings[name])
    nginx, conf = find_nginx(), write_nginx_conf(tmp_path, port, upstream=settings["PORT"])
    words = [nginx, "-e", "stderr", "-p", tmp_path, "-c", conf]
    with ExitStack() as stack:
        stack.enter_context(running(words, tmp_path / "nginx.log"))
        yield Site(settings, tmp_path, stack)


def listen(url, listener):
    """Sign in, make a playlist, refresh it and save that: three jobs, and what their pages ask for meanwhile."""
    visit = Visit(url)
    visit.sign_in(listener)
    visit.make_playlist()
    visit.open_front()
    visit.make_playlist()


def test_no_request_and_no_job_is_lost_while_every_process_is_restarted(site, spotify, invented, tmp_path):
    songs = read_library(invented / "data.csv")
    listeners = [
        spotify.state.add_listener(f"Nora {n}", songs[300 * n : 300 * n + 260]) for n in range(N_LISTENERS)
    ]
    owner = Visit(site.url)
    owner.sign_in(spotify.state.add_listener("Owner", songs[:200]))
    owner.make_playlist()
    owner.open_front()
    pages = [Page(f"{site.url}/"), Page(f"{site.url}{owner.playlist}", owner.list_headers())]
    enough, rounds, interrupted, begun = Event(), 0, 0, time.monotonic()

    with ThreadPoolExecutor() as threads:
        answers = [threads.submit(ask, [page], iter(enough.is_set, True), N_CLIENTS) for page in pages]
        visits = [threads.submit(listen, site.url, listener) for listener in listeners]
        try:
            while rounds < MIN_ROUNDS or not all(visit.done() for visit in visits):
                site.reload_web()
                site.restart_web_processes()
                wait_until(lambda: "running" in site.list_jobs() or all(visit.done() for visit in visits))
                interrupted += "running" in site.list_jobs()
                site.restart_worker()
                rounds += 1
        finally:
            enough.set()
        n_answers = sum(len(each.result()) for each in answers)
        for visit in visits:
            visit.result()

    access = (tmp_path / "access.log").read_text()
    statuses = Counter(re.findall(r'HTTP/1\.[01]" (\d{3}) ', access))
    took = time.monotonic() - begun
    print(f"\n{rounds} rounds in {took:.0f} s, {interrupted} in the middle of a job; {dict(statuses)}")
    assert set(statuses) <= {"200", "302", "303"}
    assert "[error]" not in (tmp_path / "error.log").read_text()
    assert n_answers > 100
    assert interrupted
    assert Counter(site.list_jobs()) == {"done": 3 * N_LISTENERS + 1}
    for listener in listeners:
        [playlist] = listener.playlists
        assert len({entry.song.id for entry in playlist.entries}) == len(playlist.entries) == 50
