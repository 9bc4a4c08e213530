"""The line of each request in the log, and the id by which what a listener saw is found there."""

import logging
import re

import pytest

from log_setup import set_up_logging

ID = "[0-9a-f]{12}"


@pytest.fixture
def to_stderr(monkeypatch):
    """A function that lets all that is logged go to stderr as a process of the website would."""
    root = logging.getLogger()
    level = root.level

    def set_up(settings):
        monkeypatch.setattr(root, "handlers", [])
        set_up_logging(settings)

    yield set_up
    root.setLevel(level)


def test_the_line_of_a_request_names_the_job_that_it_has_started_or_asks_for(site, caplog):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    caplog.set_level("INFO", logger="web.request_log")

    job_page = browser.post("/playlists").headers["Location"]
    browser.client.get(job_page)

    job_id = job_page.rpartition("/")[2]
    started, shown = (record for record in caplog.records if hasattr(record, "job"))
    assert (started.route, started.job) == ("/playlists", job_id)
    assert (shown.route, shown.job) == ("/jobs/<job_id>", job_id)


def test_every_answer_names_its_request_and_so_does_each_line_that_was_logged_for_it(site, caplog):
    client = site.browser().client
    caplog.set_level("DEBUG", logger="web.request_log")

    answers = [client.get(path) for path in ("/", "/login", "/healthz", "/no/such/page", "/callback")]
    logging.getLogger("startup").warning("nobody has asked")

    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert len(set(ids)) == len(answers)
    *lines, alone = caplog.records
    # The last one also says why the sign-in was refused.
    assert [line.request for line in lines] == [*ids, ids[-1]]
    assert not hasattr(alone, "request")


def test_a_page_of_a_failure_names_the_request_under_which_the_log_has_its_cause(site, caplog, tmp_path):
    client = site.browser().client
    shown = [client.get(path).text for path in ("/", "/no/such/page")]
    (tmp_path / "recommender.db").rename(tmp_path / "elsewhere.db")

    caplog.clear()
    failed = client.get("/")

    request_id = failed.headers["X-Request-Id"]
    assert failed.status_code == 503
    assert f"name request {request_id}." in failed.text
    assert [bool(line.exc_info) for line in caplog.records if line.request == request_id] == [True, False]
    assert not [page for page in shown if "name request" in page]


@pytest.mark.parametrize(
    ("log_format", "line"),
    [
        ("text", rf"INFO web\.request_log: GET / 200 in [\d.]+ ms \[({ID})\]"),
        ("json", rf'{{"level": "INFO", .*"request": "({ID})", "method": "GET", "route": "/", .*}}'),
    ],
)
def test_both_formats_tell_the_request(make_site, to_stderr, capsys, log_format, line):
    site = make_site(LOG_FORMAT=log_format, LOG_LEVEL="INFO")
    to_stderr(site.settings)

    answer = site.browser().client.get("/")
    logging.getLogger("startup").warning("nobody has asked")

    told, alone = capsys.readouterr().err.splitlines()
    assert re.fullmatch(line, told)[1] == answer.headers["X-Request-Id"]
    assert "nobody has asked" in alone
    assert "request" not in alone and "[" not in alone
