"""Spotify counts the calls of the app: what it asks of one worker, all keep to."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from jobs.app_pause import DEFAULT_PAUSE, AppPause
from jobs.run import Parts, Run
from standin.named_faults import refused
from standin.state import State
from store import jobs, pauses, runs
from store.errors import JobLost
from tests.support.secret_search import serve
from tests.support.standin import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI
from tests.support.worker_process import site_with_workers, wait_until

SAVED = "GET /v1/me/tracks"


def limit(retry_after):
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return refused(429, "API rate limit exceeded", headers)


@pytest.fixture
def ask(site):
    """Let a new listener ask for a playlist; the call returns a function that loads the job."""

    def ask_as(name):
        listener = site.add_listener(name)
        browser = site.browser()
        browser.sign_in(listener)
        job_id = browser.post("/playlists").headers["Location"].rpartition("/")[2]
        return lambda: jobs.get(site.database, job_id, listener.account_id)

    return ask_as


def count_calls(site):
    return site.standin.state.count("{any} /v1/{rest*}") - site.standin.state.count("GET /v1/me")


@pytest.mark.parametrize("retry_after", [300, None], ids=["for five minutes", "without a time"])
def test_the_jobs_of_all_listeners_wait_without_a_call_until_the_pause_is_over(site, ask, retry_after):
    first, second = ask("Nora"), ask("Liam")
    site.standin.state.faults.add(SAVED, limit(retry_after))

    site.work()

    assert [first().state, second().state] == ["parked", "parked"]
    assert count_calls(site) == 1
    site.clock.move(seconds=retry_after or DEFAULT_PAUSE.total_seconds())
    site.work()
    assert [first().state, second().state] == ["done", "done"]


def test_a_job_that_comes_during_a_short_pause_waits_for_its_end(site, ask):
    first = ask("Nora")
    site.standin.state.faults.add(SAVED, limit(15))
    site.work()
    second = ask("Liam")
    site.standin.state.faults.add(SAVED, limit(15))
    began = site.clock.now()

    site.work()

    assert [first().state, second().state] == ["done", "done"]
    assert (site.clock.now() - began).total_seconds() >= 15


def test_after_an_outage_no_call_is_made_for_a_job_that_another_runner_has_taken_up(site, ask, monkeypatch):
    job = ask("Nora")()
    run = Run(runs.claim(site.database, job.id, "first"), "first", Parts(site.settings, site.database, None))
    site.clock.move(seconds=14)
    began, wait = site.clock.now(), site.clock.wait
    rename(site, "pauses", "elsewhere")

    def let_time_pass(seconds, cancelled=None):
        if site.clock.now() - began == timedelta(seconds=47):
            rename(site, "elsewhere", "pauses")
            assert runs.claim(site.database, job.id, "second")
        return wait(seconds, cancelled)

    monkeypatch.setattr(site.clock, "wait", let_time_pass)

    with pytest.raises(JobLost):
        AppPause(run).measure_rest()


def rename(site, before, after):
    with site.database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))


def test_what_all_listeners_may_ask_in_a_day_is_one_budget_and_a_job_beyond_it_says_so_and_goes_on(make_site):
    site = make_site(SPOTIFY_CALLS_A_DAY="4")
    browsers = [site.browser() for _ in range(2)]
    pages = []
    for number, browser in enumerate(browsers):
        browser.sign_in(site.add_listener(f"Listener {number}"))
        pages.append(browser.post("/playlists").headers["Location"])

    site.work()
    first, second = (browser.client.get(page) for browser, page in zip(browsers, pages, strict=True))
    n_calls = count_calls(site)
    site.clock.move(days=1)
    site.work()

    assert first.status_code == 302, "it is made"
    assert "This site has asked Spotify as much as it may in a day, for all listeners." in second.text
    assert n_calls == 5, "a job that writes is not stopped"
    assert browsers[1].client.get(pages[1]).status_code == 302


@pytest.mark.slow
def test_a_rate_limit_is_met_once_by_all_workers_together(invented, invented_songs, tmp_path):
    state = State(list(invented_songs), CLIENT_ID, CLIENT_SECRET, (REDIRECT_URI,))
    with serve(state) as standin:
        site = site_with_workers(standin, invented / "models", tmp_path, list(invented_songs))
        # All calls are refused for as long as the first answer says.
        refusals = state.faults.add(SAVED, limit(12), times=None)
        during_the_pause = set()

        def is_nearly_over():
            hits, rest_s = refusals.hits, pauses.measure_rest(site.database, CLIENT_ID)
            if rest_s:
                during_the_pause.add(hits)
            return rest_s < 1

        with site.worker(), site.worker():
            asked = [ask_for_playlist(site, "Nora")]
            wait_until(lambda: refusals.hits, site.log)
            asked += [ask_for_playlist(site, f"Listener {number}") for number in range(3)]
            wait_until(lambda: all(site.job(address).state == "running" for address in asked), site.log)
            wait_until(is_nearly_over, site.log)
            state.faults.clear()
            ends = [site.wait_for_end(address).state for address in asked]

    assert during_the_pause == {1}
    assert ends == ["done"] * 4


def ask_for_playlist(site, name):
    """Let a new listener ask for a playlist; return the address of the job's page."""
    browser = site.website.browser()
    browser.sign_in(site.website.add_listener(name))
    return browser.post("/playlists").headers["Location"]
