"""What the tests of whole jobs share: a listener who has signed in."""

import pytest


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
