"""What is offered after each kind of failure: what helps, and nothing that cannot."""

import re

import pytest
from sqlalchemy import update

from jobs.errors import (
    NotKept,
    PlaylistChanged,
    PlaylistGone,
    SourceClosed,
    SourceEmpty,
    SourceGone,
    SourceUnknown,
)
from recommender.errors import AllRuledOut, BadModels, EmptyLibrary, NothingFits, NothingMatched, NothingNew
from spotify import errors
from store import jobs, tables
from store.errors import (
    AccountForgotten,
    BudgetSpent,
    DraftChanged,
    DraftHeld,
    SignInNeeded,
    TooManyRecipes,
    TooManyVisits,
    TooMuchMade,
)
from web.errors import ERROR_PAGES, SignInCancelled, SignInRefused, SongGone
from web.listener import SpotifyNeeded
from web.tuning_args import BadTuning

SIGN_IN, SAVE_SONGS, UNBLOCK = "Sign in with Spotify", "Open Spotify", "See what is blocked"
#: Error -> the buttons that a listener gets on the page of a job that failed with it.
HELP = {
    SignInNeeded: [SIGN_IN],
    errors.SignInExpired: [SIGN_IN],
    errors.MissingScope: [SIGN_IN],
    errors.NotAllowed: [],
    errors.OwnerNeedsPremium: [],
    errors.Removed: [],
    errors.TokenRefused: [],
    errors.RateLimited: ["Try again"],
    errors.Unclear: ["Try again"],
    errors.UnknownShape: ["Try again"],
    errors.Unreachable: ["Try again"],
    errors.NotWritten: ["Try again"],
    errors.SpotifyError: ["Try again"],
    # Its page asks what is to become of what was added, where there is a draft to save.
    PlaylistChanged: [],
    PlaylistGone: [],
    NotKept: [],
    SourceClosed: ["Choose other songs"],
    SourceEmpty: ["Choose other songs"],
    SourceGone: ["Choose other songs"],
    SourceUnknown: ["Choose other songs"],
    EmptyLibrary: [SAVE_SONGS],
    AllRuledOut: [UNBLOCK],
    NothingFits: [],
    NothingNew: [],
    NothingMatched: [SAVE_SONGS],
    TooMuchMade: ["Try again"],
    BudgetSpent: ["Try again"],
}


@pytest.fixture
def nora(site):
    browser = site.browser()
    browser.listener = site.add_listener("Nora")
    browser.sign_in(browser.listener)
    return browser


def read_buttons(page):
    """Return the words on the links and buttons of the page's content that stand out."""
    content = page.text.partition("<main")[2]
    found = re.findall(r'<a class="button"[^>]*>([^<]+)</a>|<button>([^<]+)</button>', content)
    return [link or button for link, button in found]


def fail_job(site, account_id, error):
    """Leave a job as a worker does that met an error, and return the address of its page."""
    job, _ = jobs.start(site.database, account_id)
    with site.database.writing() as connection:
        connection.execute(
            update(tables.jobs).where(tables.jobs.c.id == job.id).values(state="failed", error=error)
        )
    return f"/jobs/{job.id}"


#: These end a request, never a job.
OF_REQUESTS = {
    AccountForgotten,
    BadModels,
    SignInCancelled,
    SignInRefused,
    SongGone,
    SpotifyNeeded,
    BadTuning,
    DraftChanged,
    DraftHeld,
    TooManyRecipes,
    TooManyVisits,
}


def test_every_error_has_its_help():
    assert HELP.keys() | OF_REQUESTS == ERROR_PAGES.keys()


@pytest.mark.parametrize(("error", "help"), HELP.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_failed_job_offers_what_helps(site, nora, error, help):
    page = nora.client.get(fail_job(site, nora.listener.account_id, error.__name__))

    assert ERROR_PAGES[error].sentence in page.text
    assert "Your playlist was not made" in page.text
    assert "Making your playlist" not in page.text
    assert read_buttons(page) == help
    assert 'href="/">Back to the start' in page.text


def test_what_nobody_foresaw_can_be_tried_again(site, nora):
    page = nora.client.get(fail_job(site, nora.listener.account_id, "Unforeseen"))

    assert read_buttons(page) == ["Try again"]


def test_a_stopped_job_says_so_and_can_be_started_again(nora):
    job = nora.post("/playlists").headers["Location"]
    nora.post(f"{job}/cancel")

    page = nora.client.get(job)

    assert "<h1>You stopped this</h1>" in page.text
    assert read_buttons(page) == ["Start again"]


def test_a_page_that_is_too_old_leads_back_to_itself(site, nora):
    here = site.settings.public_url
    pages = {
        f"{here}/privacy?a=b": "/privacy?a=b",
        "https://evil.example/privacy": "/",
        f"{here}//evil.example": "/",
        f"{here}.evil.example/": "/",
        "": "/",
    }

    for referrer, leads_to in pages.items():
        page = nora.client.post("/playlists", headers={"Referer": referrer})
        assert page.status_code == 400
        assert f'<a class="button" href="{leads_to}">Back to the page</a>' in page.text, referrer


def test_a_failure_on_a_page_offers_the_page_again(site, nora):
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    with site.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE opinions")

    page = nora.client.get("/blocked?from=here")

    assert page.status_code == 503
    assert '<a class="button" href="/blocked?from=here">Try again</a>' in page.text


def test_a_return_from_spotify_that_failed_offers_to_sign_in_not_the_same_address(site):
    browser = site.browser()

    page = browser.client.get("/callback?code=made-up&state=made-up")

    assert read_buttons(page) == [SIGN_IN]
    assert 'href="/login"' in page.text
