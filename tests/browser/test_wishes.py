"""A wish in words in a real browser: typed, shown as chips, taken away."""

import pytest
from playwright.sync_api import expect

from tests.support.chromium import (
    check_page,
    in_all_forms,
    make_first_playlist,
    with_and_without_scripts,
    without_and_with_scripts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WISH = "calm acoustic songs from the nineties, more new artists, no Christmas, polka"
CHIPS = ["75 % by new artists", "1990 to 1999", "calmer", "more acoustic", "no Christmas songs"]


def wish(page, words):
    page.get_by_label("What should the songs be like?").fill(words)
    page.get_by_label("What should the songs be like?").press("Enter")


def find_chips(page):
    return page.get_by_role("list", name="How this mix is tuned").get_by_role("listitem")


@in_all_forms
def test_a_page_with_chips_keeps_to_what_every_page_keeps_to(page, website):
    make_first_playlist(page, website)
    wish(page, WISH)
    expect(find_chips(page)).to_contain_text(CHIPS)
    page.reload()
    check_page(page, "wish")


def check_wish(page, website):
    make_first_playlist(page, website)

    wish(page, WISH)

    expect(find_chips(page)).to_contain_text(CHIPS)
    expect(page.get_by_text("We did not understand “polka”.")).to_be_visible()
    expect(page.get_by_text("draft", exact=True)).to_be_visible()

    find_chips(page).get_by_role("button", name="calmer").press("Enter")

    expect(find_chips(page)).to_contain_text([chip for chip in CHIPS if chip != "calmer"])
    expect(page.get_by_text("We did not understand")).to_be_hidden()

    wish(page, "Oma")

    expect(page.get_by_text("We did not understand “Oma”.").first).to_be_visible()
    expect(find_chips(page)).to_have_count(len(CHIPS) - 1)


@with_and_without_scripts
def test_a_wish_is_understood_shown_and_taken_away_by_keyboard(page, website):
    check_wish(page, website)


@without_and_with_scripts
def test_it_is_so_at_the_other_sizes(page, website):
    check_wish(page, website)
