"""The pages around the playlist, in opposite forms: what every page keeps to, and what is said on the way."""

import re

import pytest
from playwright.sync_api import expect

from standin.named_faults import FAULTS
from store import opinions
from tests.support.chromium import (
    MAX_WAIT_MS,
    PHONE,
    agree,
    check_page,
    confirm_disconnect,
    find_listener,
    in_opposite_forms,
    say,
    sign_in,
    tab_to,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def block(website, listener):
    """Block a song and an artist with a long name for a listener."""
    for about, subject, label in [
        ("song", website.songs[0].id, f"{website.songs[0].title} – {website.songs[0].artists[0]}"),
        (
            "artist",
            "Llanfairpwllgwyngyll",
            "The Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Choir",
        ),
    ]:
        opinions.give(website.database, listener.account_id, about, subject, "never", label)


@in_opposite_forms
def test_every_page_of_the_house_is_fast_still_and_open_to_all(page, website):
    home = website.settings.public_url
    listener = find_listener(website, 100)
    page.goto(home)
    # The picture's list has a card beneath it.
    assert page.locator(".strands-list").bounding_box()["height"] > 100
    check_page(page, "welcome")
    page.get_by_role("link", name=say(page, "Sign in with Spotify")).click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name=say(page, "You have not signed in"))).to_be_visible()
    check_page(page, "sign-in-cancelled")
    page.get_by_role("link", name=say(page, "Sign in with Spotify")).click()
    agree(page, listener.display_name)
    expect(page.get_by_role("button", name=say(page, "Make my playlist"))).to_be_visible()
    check_page(page, "home")
    block(website, listener)
    for path, name in [
        ("/privacy", "privacy"),
        ("/disconnect", "disconnect"),
        ("/blocked", "blocked"),
        ("/nothing-here", "not-found"),
    ]:
        page.goto(home + path)
        check_page(page, name)
    page.locator(".account summary").click()
    expect(page.get_by_role("button", name=say(page, "Sign out"), exact=True)).to_be_visible()
    check_page(page, "account-menu")


@in_opposite_forms
def test_the_page_of_a_playlist_that_is_being_made(page, website):
    sign_in(page, website, find_listener(website, 100).display_name)
    with website.at_work:
        page.get_by_role("button", name=say(page, "Make my playlist")).click()
        expect(page.get_by_role("heading", name=say(page, "Making your playlist"))).to_be_visible()
        check_page(page, "making")

        page.get_by_role("button", name=say(page, "Stop")).click()

        expect(page.get_by_role("heading", name=say(page, "You stopped this"))).to_be_visible()
    check_page(page, "stopped")
    expect(page.get_by_role("button", name=say(page, "Start again"))).to_be_visible()


@in_opposite_forms
def test_the_page_of_a_playlist_that_waits_for_spotify(page, website):
    website.standin.state.faults.add("GET /v1/me/tracks", FAULTS["429 quota"])
    sign_in(page, website, find_listener(website, 100).display_name)

    page.get_by_role("button", name=say(page, "Make my playlist")).click()

    expect(page.get_by_text(say(page, "Spotify asks us to wait."))).to_be_visible(timeout=MAX_WAIT_MS)
    check_page(page, "waiting")
    page.goto(website.settings.public_url)
    check_page(page, "home-waiting")


@in_opposite_forms
def test_an_empty_library_is_told_what_helps(page, website):
    listener = website.standin.state.add_listener("Nobody’s songs", [])
    sign_in(page, website, listener.display_name)
    page.get_by_role("button", name=say(page, "Make my playlist")).click()

    expect(
        page.get_by_text(say(page, "You have no liked songs yet. Like some in Spotify, then come back."))
    ).to_be_visible(timeout=MAX_WAIT_MS)
    check_page(page, "empty-library")
    expect(page.get_by_role("button", name=say(page, "Try again"))).to_have_count(0)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=say(page, "Open Spotify")).click()
    expect(opened.value.get_by_text("Spotify would open here")).to_be_visible()


@pytest.mark.parametrize(
    "page", [PHONE, {**PHONE, "java_script_enabled": False}], indirect=True, ids=["scripts", "none"]
)
def test_a_listener_undoes_a_block_and_disconnects(page, website):
    listener = find_listener(website, 100)
    page.goto(f"{website.settings.public_url}/blocked")
    expect(page.get_by_text(say(page, "Please sign in first."))).to_be_visible()
    page.get_by_role("link", name=say(page, "Sign in with Spotify")).click()
    agree(page, listener.display_name)
    page.wait_for_url("**/blocked")  # where they were going
    block(website, listener)
    page.reload()

    page.get_by_role("button", name=re.compile("Undo .*Choir")).click()

    expect(page.get_by_text("Choir")).to_have_count(0)
    expect(page.get_by_role("button", name=say(page, "Undo"))).to_have_count(1)
    page.locator(".account summary").click()
    page.get_by_role("link", name=say(page, "Disconnect")).click()
    expect(page.get_by_role("heading", name=say(page, "Disconnect?"))).to_be_visible()
    confirm_disconnect(page)


def test_a_listener_signs_out_by_keyboard(page, website):
    sign_in(page, website, find_listener(website, 100).display_name)
    page.get_by_role("link", name=say(page, "Blocked")).click()
    expect(page.get_by_role("link", name=say(page, "Blocked"))).to_have_attribute("aria-current", "page")

    tab_to(page, find_listener(website, 100).display_name)
    page.keyboard.press("Enter")
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")

    expect(
        page.get_by_text(say(page, "You have signed out. Your playlist stays, here and in Spotify."))
    ).to_be_visible()


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_phone_has_a_bar_of_48_pixels_and_tabs_at_the_bottom_edge(page, website):
    sign_in(page, website, find_listener(website, 100).display_name)

    bar, tabs = (page.locator(name).bounding_box() for name in (".masthead", ".tabs"))
    assert bar["height"] == 48
    assert (tabs["x"], tabs["width"], tabs["height"]) == (0, 360, 56)
    assert tabs["y"] + tabs["height"] == 740
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "16px"
    # What ends a page is not hidden behind them.
    footer = page.evaluate(
        "() => { scrollTo(0, 1e6); return document.querySelector('footer').getBoundingClientRect().bottom }"
    )
    assert footer <= tabs["y"]
