"""The operator's page in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.support.chromium import (
    MAX_WAIT_MS,
    check_page,
    in_opposite_forms,
    say,
    sign_in,
    with_and_without_scripts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def operator(page, website):
    """The page of the demo's operator, who has had a playlist made."""
    sign_in(page, website, website.standin.state.listeners[website.settings.operator_id].display_name)
    page.get_by_role("button", name=say(page, "Make my playlist")).click()
    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
    page.goto(f"{website.settings.public_url}/operator")
    return page


@in_opposite_forms
def test_the_page_keeps_to_what_every_page_keeps_to(operator):
    expect(operator.get_by_role("heading", name=say(operator, "Operator"))).to_be_visible()
    check_page(operator, "operator")


@with_and_without_scripts
def test_it_tells_of_jobs_and_versions(operator):
    expect(
        operator.get_by_role("row", name=f"{say(operator, 'make')} {say(operator, 'done')} 1")
    ).to_be_visible()
    expect(operator.get_by_role("row", name=say(operator, "Program"))).to_be_visible()
    expect(operator.get_by_text(say(operator, "All parts are ready."))).to_be_visible()
