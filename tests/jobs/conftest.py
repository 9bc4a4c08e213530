"""A listener who has signed in, as the tests of jobs that use the whole application share her."""

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
