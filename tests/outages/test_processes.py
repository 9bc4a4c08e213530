"""Real processes that are killed, hang, or have no room on the disk: what their pages say, how their jobs end."""

import os
import resource
import shutil
import signal
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event

import pytest
import requests

from benchmarks.system import WEB, WORKER, System, make_settings, make_standin_state, serving
from benchmarks.visit import Visit
from formats.library_csv import read_library
from settings import Settings
from standin.faults import Fault
from tests.support.outages import IN_FILES, ONE_RUN, SECOND_RUN, STAGES, Outage, hang, tell_outcome
from tests.support.secret_search import serve
from tests.support.worker_process import ROOT, TIMEOUT_S, site_with_workers, wait_until

pytestmark = [
    pytest.mark.outages,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes by Linux's /proc"),
]

MAX_ANSWER_S = 5
ANSWERED, SAYS_SO, REFUSED = "answered", "says so, with 503", "refused: nobody listens"


@pytest.fixture
def site(invented, tmp_path):
    """A website whose worker is a process, with models of their own."""
    songs = read_library(invented / "data.csv")
    models = shutil.copytree(invented / "models", tmp_path / "models")
    with serve(make_standin_state(songs)) as standin:
        made = site_with_workers(standin, models, tmp_path, songs, LOG_LEVEL="WARNING")
        yield made
        made.database.engine.dispose()


def kill(process):
    process.kill()
    process.wait(TIMEOUT_S)
    return lambda: None


def ask(system, visit, token, method, path):
    """Ask for a page, and return in words what comes."""
    data = {"csrf_token": token, "name": "Another"} if method == "POST" else None
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(visit.list_headers())
        try:
            answer = session.request(
                method, f"{system.url}{path}", data=data, timeout=MAX_ANSWER_S, allow_redirects=False
            )
        except requests.Timeout:
            return f"{method} {path} hangs"
        except requests.ConnectionError as error:
            is_refused = "refused" in str(error)
            return REFUSED if is_refused else f"{method} {path} has an empty reply"
    told = ("We cannot get at our own data right now.", "not ready\n")
    if answer.status_code == 503 and any(each in answer.text for each in told):
        return SAYS_SO
    if answer.status_code < 500 and (answer.text or "Location" in answer.headers):
        return ANSWERED
    return f"{method} {path} is answered by {answer.status_code}"


def is_free(port):
    """Return whether nobody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) != 0


def fill_disk(pids):
    """Let no database that these processes write grow, nor be written anew; there is room for some lines of log."""
    usual = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
    for pid, (_, most) in zip(pids, usual, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, most))

    def end():
        for pid, limits in zip(pids, usual, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    return end


def start_and_strike(site, browser, stage, begin):
    """Press the button, and let an outage begin at a stage of the job; return its page, and what ends the outage."""
    has_begun, ends = Event(), []

    def strike():
        ends.append(begin())
        has_begun.set()

    if STAGES[stage] is None:
        strike()
    else:
        site.website.standin.state.faults.add(STAGES[stage], Fault(first=strike))
    address = browser.post("/playlists").headers["Location"]
    assert has_begun.wait(TIMEOUT_S), site.log()
    return address, ends[0]


WORKERS = {
    "gone: killed": (kill, SECOND_RUN),
    "hung, and back in time": (lambda process: hang([process.pid]), ONE_RUN),
    "hung, and back when another has its job": (lambda process: hang([process.pid]), SECOND_RUN),
}


@pytest.mark.parametrize("way", WORKERS)
@pytest.mark.parametrize("stage", STAGES)
def test_a_job_whose_worker_fails_ends_right(site, combinations, stage, way):
    listener, browser = site.website.add_listener("Nora"), site.website.browser()
    browser.sign_in(listener)
    begin, promised = WORKERS[way]
    if STAGES[stage] is None:
        promised = ONE_RUN
    with ExitStack() as workers:
        process = workers.enter_context(site.worker())
        address, end = start_and_strike(site, browser, stage, lambda: begin(process))
        assert browser.client.get(address).status_code == 200
        if way != "hung, and back in time":
            site.let_time_pass()
            workers.enter_context(site.worker())
            site.wait_for_end(address)
        end()
        site.wait_for_end(address)

    combinations.note(("worker", way), stage, promised, tell_outcome(site.website, listener, address))


@pytest.mark.parametrize("stage", STAGES)
def test_a_job_without_room_on_the_disk_goes_on_once_there_is(site, combinations, stage):
    listener, browser = site.website.add_listener("Nora"), site.website.browser()
    browser.sign_in(listener)
    with site.worker() as process:
        address, end = start_and_strike(site, browser, stage, lambda: fill_disk([process.pid]))
        wait_until(lambda: "OperationalError" in site.log(), site.log)
        end()
        if STAGES[stage] is None:
            # Else a worker finds it within a minute.
            browser.post("/playlists")
        site.wait_for_end(address)

    combinations.note(("disk", "full"), stage, ONE_RUN, tell_outcome(site.website, listener, address))


@pytest.mark.parametrize("outage", [each for each in IN_FILES if each.part == "models"], ids=str)
def test_a_worker_does_not_start_without_whole_models_and_the_job_waits(site, combinations, outage):
    listener, browser = site.website.add_listener("Nora"), site.website.browser()
    browser.sign_in(listener)
    address = browser.post("/playlists").headers["Location"]

    end = outage.begin(site.website)
    with site.worker() as process:
        assert process.wait(TIMEOUT_S) == 1
    assert "build it with ./run train" in site.log().splitlines()[-1]
    end()
    with site.worker():
        site.wait_for_end(address)

    outcome = tell_outcome(site.website, listener, address)
    combinations.note(outage, "a job that waits for a worker, which starts meanwhile", ONE_RUN, outcome)


@pytest.mark.parametrize("stage", ["a job that reads the library", "a job that writes the songs"])
def test_a_job_whose_supervisor_is_killed_ends_right(site, combinations, stage):
    listener, outage = site.website.add_listener("Nora"), ("supervisor", "gone: killed")
    with serving(ROOT, site.environment, site.folder) as system:
        visit = Visit(system.url)
        visit.sign_in(listener)

        def kill_it():
            os.kill(system.process.pid, signal.SIGKILL)
            # Else the answer might be faster than the end.
            wait_until(lambda: system.pids(WORKER) == [])

        site.website.standin.state.faults.add(STAGES[stage], Fault(first=kill_it))
        progress = visit.start_playlist()
        system.process.wait(TIMEOUT_S)
        # A process that is dying still has its socket for a moment.
        wait_until(lambda: system.pids() == [] and is_free(site.environment["PORT"]))
        combinations.note(outage, f"pages, during {stage}", REFUSED, ask(system, visit, "", "GET", "/"))
    site.let_time_pass()
    with serving(ROOT, site.environment, site.folder):
        visit.wait_for_playlist(progress)

    address = progress.removesuffix("/progress")
    combinations.note(outage, stage, SECOND_RUN, tell_outcome(site.website, listener, address))


@dataclass(frozen=True)
class Night:
    """A running system, a visitor with a playlist whose pages are asked for, and one who goes on afterwards."""

    system: System
    settings: Settings
    visit: Visit
    other: Visit
    stranger: Visit

    def list_kinds(self):
        """Return examples of each kind of page."""
        playlist = self.visit.playlist
        return {
            "health, privacy, static files": [("GET", "/healthz"), ("GET", "/privacy")],
            "sign-in": [("GET", "/login")],
            "pages": [("GET", "/"), ("GET", playlist), ("GET", "/history")],
            "previews": [("GET", f"{playlist}?n=90"), ("GET", "/taste")],
            "readiness": [("GET", "/readyz")],
            "forms": [("POST", f"{playlist}/name"), ("POST", f"{playlist}/refresh")],
        }


@pytest.fixture(scope="module")
def night(invented, tmp_path_factory):
    """A system that several outages strike, one after the other."""
    songs = read_library(invented / "data.csv")
    folder = tmp_path_factory.mktemp("night")
    models = shutil.copytree(invented / "models", folder / "models")
    with serve(make_standin_state(songs)) as standin, ExitStack() as stack:
        environment = make_settings(standin, models, folder)
        system = stack.enter_context(serving(ROOT, environment, folder))
        visits = [Visit(system.url), Visit(system.url)]
        for number, visit in enumerate(visits):
            visit.sign_in(standin.state.add_listener(f"Nora {number}", songs[:60]))
            visit.make_playlist()
            visit.open_front()
        yield Night(system, Settings.from_env(environment), *visits, Visit(system.url))


def kill_one(night):
    os.kill(night.system.web_workers()[0], signal.SIGKILL)
    return lambda: wait_until(lambda: len(night.system.web_workers()) == 2)


def find_database(night):
    return night.system.log.with_name("recommender.db")


def cut_off_index(night):
    os.truncate(f"{find_database(night)}-shm", 0)
    return lambda: None


def fill_index_with_noise(night):
    with open(f"{find_database(night)}-shm", "r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(0)
        opened.write(os.urandom(size))
    return lambda: None


STRIKES = [
    Outage("web process", "gone: one of two is killed", kill_one),
    Outage("web process", "hung: one of two", lambda night: hang(night.system.web_workers()[:1])),
    Outage("web process", "hung: their master", lambda night: hang(night.system.pids(WEB)[:1])),
    Outage("worker", "hung", lambda night: hang(night.system.pids(WORKER))),
    Outage("supervisor", "hung", lambda night: hang([night.system.process.pid])),
    Outage("disk", "full", lambda night: fill_disk([*night.system.pids(WEB), *night.system.pids(WORKER)])),
    Outage("database", "damaged: index of its log cut off", cut_off_index),
    Outage("database", "damaged: index of its log overwritten", fill_index_with_noise),
    *(outage for outage in IN_FILES if outage.part == "models"),
]


def promise(outage, kind, asker):
    """Return in words what a kind of page does in an outage."""
    if kind == "health, privacy, static files":
        return ANSWERED
    if kind == "readiness":
        return SAYS_SO if outage.part == "models" else ANSWERED
    # What has no room cannot be kept; a stranger's form is refused before.
    writes = kind == "sign-in" or (kind == "forms" and asker == "with a cookie")
    if kind == "previews" and asker == "with a cookie" and outage.stops_picking:
        return SAYS_SO
    return SAYS_SO if outage.part == "disk" and writes else ANSWERED


@pytest.mark.parametrize("outage", STRIKES, ids=str)
def test_pages_of_running_processes_are_answered(night, combinations, outage):
    token = night.visit.open_front()["csrf_token"]
    with ExitStack() as stack:
        stack.callback(outage.begin(night))
        for asker, visit in (("without a cookie", night.stranger), ("with a cookie", night.visit)):
            for kind, pages in night.list_kinds().items():
                seen = {ask(night.system, visit, token, *page) for page in pages}
                promised = promise(outage, kind, asker)
                combinations.note(outage, f"{kind} of processes, {asker}", promised, "; ".join(sorted(seen)))
    night.other.make_playlist()
