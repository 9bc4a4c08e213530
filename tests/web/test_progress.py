"""How far a job is, and how it ended, in the words of its kind."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from store import jobs, tables


@pytest.fixture
def nora(site):
    """A signed-in listener with a playlist; `address` is its page."""
    browser = site.browser()
    browser.listener = site.add_listener("Nora", saved=100)
    browser.sign_in(browser.listener)
    browser.address = browser.make_playlist(site)
    return browser


def show_job(site, browser, kind, **columns):
    """Return the page of a job about the playlist, in the state that the columns tell."""
    playlist_id = browser.address.rpartition("/")[2]
    job, _ = jobs.start(site.database, browser.listener.account_id, kind=kind, draft_of=playlist_id)
    with site.database.writing() as connection:
        connection.execute(update(tables.jobs).where(tables.jobs.c.id == job.id).values(**columns))
    return browser.client.get(f"/jobs/{job.id}").text


def read_heading(page):
    return re.search(r"<h1>([^<]+)</h1>", page)[1]


@pytest.mark.parametrize(
    ("kind", "heading", "goes_on", "failed"),
    [
        ("draft", "Refreshing your playlist", "we’re refreshing it", "Your playlist was not refreshed"),
        ("save", "Saving your playlist", "we’re saving it", "Not saved yet"),
        ("weekly", "Refreshing your playlist", "we’re refreshing it", "Your playlist was not refreshed"),
    ],
)
def test_a_job_is_told_by_what_it_does(site, nora, kind, heading, goes_on, failed):
    running = show_job(site, nora, kind, state="running")

    assert read_heading(running) == heading
    assert f"You may close this page: {goes_on} all the same." in running
    with site.database.writing() as connection:
        connection.execute(update(tables.jobs).values(state="cancelled"))
    assert read_heading(show_job(site, nora, kind, state="failed", error="Unreachable")) == failed


def test_a_playlist_that_was_changed_in_spotify_is_asked_about_once(site, nora):
    page = show_job(site, nora, "save", state="failed", error="PlaylistChanged")

    assert read_heading(page) == "Not saved yet"
    assert page.count("You have changed this playlist in Spotify") == 1
    assert "What should happen to your changes?" in page
    for answer in ("Keep my changes", "Overwrite", "Save as a new one"):
        assert answer in page


def test_what_cannot_be_kept_is_not_offered_to_be_kept(site, nora):
    page = show_job(site, nora, "save", state="failed", error="NotKept")

    assert "Keep my changes" not in page
    assert "Overwrite" in page
    assert "Save as a new one" in page


@pytest.mark.parametrize(
    ("state", "seconds", "said"),
    [
        ("waiting", 30, "Starting…"),
        ("waiting", 31, "Nobody has taken this up for 31 seconds: something may be wrong on our side."),
        ("waiting", 300, "Nobody has taken this up for 5 minutes"),
        ("running", 60, "Finding your tastes…"),
        ("running", 61, "Nobody has taken this up for 61 seconds"),
    ],
)
def test_a_job_that_no_worker_takes_up_says_so(site, nora, state, seconds, said):
    heartbeat = site.clock.now() - timedelta(seconds=seconds)

    page = show_job(site, nora, "draft", state=state, stage="mix", heartbeat=heartbeat)

    assert said in page
    assert ("Nobody" in page) == ("Nobody" in said)


def test_an_operator_is_told_how_long_the_oldest_job_waits(site, nora):
    def ask():
        return site.browser().client.get("/readyz").text

    idle = ask()
    show_job(site, nora, "draft", state="waiting")
    site.clock.move(seconds=42)

    assert idle.endswith("\noldest waiting job: 0 s\n")
    assert ask().endswith("\noldest waiting job: 42 s\n")
