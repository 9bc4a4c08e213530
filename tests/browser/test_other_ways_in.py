"""The ways in that nobody planned: another host, and an answer of Spotify's that comes twice."""

import pytest
from playwright.sync_api import expect

from tests.support.chromium import DESK, agree, find_listener

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def tabs(chromium):
    """A browser without the eye that `visit` keeps on the hosts that are asked: here another one is."""
    context = chromium.new_context(**DESK)
    yield context
    context.close()


def test_a_sign_in_begun_at_localhost_ends_well_and_its_answer_may_come_again(website, tabs):
    page, home = tabs.new_page(), website.settings.public_url
    name = find_listener(website, at_least=1).display_name
    answers = []
    page.on("request", lambda request: answers.append(request.url) if "/callback?" in request.url else None)

    page.goto(home.replace("127.0.0.1", "localhost") + "/privacy?from=localhost")
    expect(page).to_have_url(f"{home}/privacy?from=localhost")
    page.goto(home.replace("127.0.0.1", "localhost") + "/login")
    agree(page, name)
    expect(page).to_have_url(f"{home}/")
    expect(page.get_by_text(name).first).to_be_attached()
    for again in (page, tabs.new_page()):
        again.goto(answers[0])
        expect(again).to_have_url(f"{home}/")
        expect(again.get_by_text(name).first).to_be_attached()
