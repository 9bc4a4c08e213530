"""A wish in words in a real browser: typed, shown as chips, taken away."""

import pytest
from playwright.sync_api import expect

from languages import write_percent
from tests.support.chromium import (
    check_page,
    find_language,
    in_opposite_forms,
    make_first_playlist,
    say,
    with_and_without_scripts,
    without_and_with_scripts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WISHES = {
    "en": "calm acoustic songs from the nineties, more new artists, no Christmas, polka",
    "de": "ruhige akustische Songs aus den Neunzigern, mehr neue Interpreten, ohne Weihnachtslieder, polka",
}


def wish(page, words):
    line = page.get_by_label(say(page, "What should the songs be like?"))
    line.fill(words)
    line.press("Enter")


def find_chips(page):
    return page.get_by_role("list", name=say(page, "How this mix is tuned")).get_by_role("listitem")


def list_chips(page):
    """List the chips of the wish in `WISHES`, in the language of the browser."""
    new, years = (
        say(page, "{percent} by new artists", percent=write_percent(75, find_language(page))),
        say(page, "{first} to {last}", first=1990, last=1999),
    )
    return [new, years, *(say(page, chip) for chip in ("calmer", "more acoustic", "no Christmas songs"))]


def say_unknown(page, words):
    """Return what is said of words that are not understood."""
    return say(page, "We did not understand {words}.", words=say(page, "“{words}”", words=words))


@in_opposite_forms
def test_a_page_with_chips_keeps_to_what_every_page_keeps_to(page, website):
    make_first_playlist(page, website)
    wish(page, WISHES[find_language(page).code])
    expect(find_chips(page)).to_contain_text(list_chips(page))
    page.reload()
    check_page(page, "wish")


def check_wish(page, website):
    make_first_playlist(page, website)
    chips, calmer = list_chips(page), say(page, "calmer")

    wish(page, WISHES[find_language(page).code])

    expect(find_chips(page)).to_contain_text(chips)
    expect(page.get_by_text(say_unknown(page, "polka"))).to_be_visible()
    expect(page.get_by_text(say(page, "draft"), exact=True)).to_be_visible()

    find_chips(page).get_by_role("button", name=calmer).press("Enter")

    expect(find_chips(page)).to_contain_text([chip for chip in chips if chip != calmer])
    expect(page.get_by_text(say_unknown(page, "polka"))).to_be_hidden()

    wish(page, "Oma")

    expect(page.get_by_text(say_unknown(page, "Oma")).first).to_be_visible()
    expect(find_chips(page)).to_have_count(len(chips) - 1)


@with_and_without_scripts
def test_a_wish_is_understood_shown_and_taken_away_by_keyboard(page, website):
    check_wish(page, website)


@without_and_with_scripts
def test_it_is_so_at_the_other_sizes(page, website):
    check_wish(page, website)
