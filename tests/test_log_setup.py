"""What a worker's whole log is: Huey's own lines have no place in it, and `LOG_LEVEL` counts for all."""

import json
import logging
import re

import pytest

from log_setup import adopt_huey
from standin.state import State
from tests.support.secret_search import serve
from tests.support.standin import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI
from tests.support.worker_process import TIMEOUT_S, site_with_workers
from version import VERSION


@pytest.fixture
def log_of(invented, invented_songs, tmp_path):
    """A function that lets a worker process with some settings make a playlist and stop; it returns its log."""

    def work(**settings):
        state = State(list(invented_songs), CLIENT_ID, CLIENT_SECRET, (REDIRECT_URI,))
        with serve(state) as standin:
            site = site_with_workers(standin, invented / "models", tmp_path, list(invented_songs), **settings)
            with site.worker() as process:
                browser = site.website.browser()
                browser.sign_in(site.website.add_listener("Nora"))
                site.wait_for_end(browser.post("/playlists").headers["Location"])
                process.terminate()
                process.wait(TIMEOUT_S)
            return site.log().splitlines()

    return work


@pytest.mark.slow
def test_at_info_a_worker_tells_of_its_jobs_and_nothing_of_what_huey_does_all_the_time(log_of):
    lines = log_of(LOG_LEVEL="INFO")

    assert {re.match(r"INFO (startup|jobs\.\w+): ", line) and True for line in lines} == {True}
    assert sum("jobs.outcome: job" in line for line in lines) == 1
    assert any(f"version {VERSION}: " in line for line in lines)


@pytest.mark.slow
def test_as_json_each_line_of_a_worker_is_an_object(log_of):
    read = [json.loads(line) for line in log_of(LOG_LEVEL="INFO", LOG_FORMAT="json")]

    assert {line["logger"].partition(".")[0] for line in read} == {"startup", "jobs"}


@pytest.mark.slow
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_worker_that_has_nothing_to_warn_of_says_nothing_at_warning(log_of, log_format):
    assert log_of(LOG_LEVEL="WARNING", LOG_FORMAT=log_format) == []


@pytest.mark.parametrize(("level", "kept"), [("DEBUG", "WARNING"), ("INFO", "WARNING"), ("ERROR", "ERROR")])
def test_hueys_routine_is_never_told_and_its_warnings_as_log_level_says(monkeypatch, level, kept):
    huey, root = logging.getLogger("huey"), logging.getLogger()
    monkeypatch.setattr(huey, "handlers", [logging.StreamHandler()])
    monkeypatch.setattr(root, "level", getattr(logging, level))
    before = huey.level
    try:
        adopt_huey()

        assert huey.handlers == []
        assert huey.getEffectiveLevel() == getattr(logging, kept)
    finally:
        huey.setLevel(before)
