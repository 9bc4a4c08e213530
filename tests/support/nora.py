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


@pytest.fixture
def desk(site, browser, nora):
    """Nora with her first playlist, and what she does from then on."""
    return DraftDesk(site, nora)


@pytest.fixture
def refresh(desk):
    """Nora's weekly refresh, which is due."""
    return desk.refresh_weekly()
