"""What the tests of whole jobs and of outages share: a listener who has signed in."""

import pytest

from tests.support.draft_desk import DraftDesk


@pytest.fixture
def nora(site):
    """A listener at the stand-in with sixty saved songs."""
    return site.add_listener("Nora")


@pytest.fixture
def browser(site, nora):
    """Nora's browser, signed in."""
    browser = site.browser()
    browser.sign_in(nora)
    return browser


def add_choosy(site):
    """Add a listener who has saved every second song of half of the artists."""
    half = set(sorted({song.artists[0] for song in site.songs})[::2])
    return site.standin.state.add_listener(
        "Nora", [song for song in site.songs if song.artists[0] in half][::2]
    )


@pytest.fixture
def choosy(site):
    """The browser of a signed-in listener, who saved songs of half of the artists; `address` is her playlist's."""
    browser = site.browser()
    browser.listener = add_choosy(site)
    browser.sign_in(browser.listener)
    browser.address = browser.make_playlist(site)
    return browser


@pytest.fixture
def desk(site, browser, nora):
    """Nora with her first playlist, and what she does from then on."""
    return DraftDesk(site, nora)


@pytest.fixture
def refresh(desk):
    """Nora's weekly refresh, which is due."""
    return desk.refresh_weekly()
