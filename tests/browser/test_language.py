"""The pages in each language that is offered: the same walk in all of them, and switching in the middle.

The other walks are gone in English and in German, too: the dark forms of a page ask for German.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from drafts.mix_names import USUAL_NAME
from languages import OFFERED
from tests.support.chromium import (
    DESK,
    LANGUAGES,
    MAX_WAIT_MS,
    PHONE,
    agree,
    check_page,
    expect_undo,
    find_listener,
    read_songs,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def find_tabs(page: Page):
    return page.get_by_role("navigation").first.get_by_role("link")


@pytest.mark.parametrize("code", OFFERED)
def test_every_page_can_be_walked_in_each_language(visit, website, code):
    tell = LANGUAGES[code].translate
    listener = find_listener(website, 100)
    page = visit(**PHONE, locale=code)

    def check(name: str, heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        check_page(page, f"{name}-walked")

    page.goto(website.settings.public_url)
    check("welcome", tell("Fifty new songs, from the music you already love"))
    page.get_by_role("link", name=tell("Sign in with Spotify")).first.click()
    agree(page, listener.display_name)
    check("home", f"{tell('Hello')}, {listener.display_name}")
    page.get_by_role("button", name=tell("Make my playlist")).click()
    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
    playlist = page.url.partition("?")[0]
    page.locator("#shuffle").click()
    expect_undo(page, "shuffled")
    page.locator("#undo").click()
    expect(page.locator("#undo")).to_have_count(0)
    page.goto(playlist)
    check("playlist", tell(USUAL_NAME))
    page.goto(f"{playlist}/export")
    check("export", tell("Take it along"))
    for tab, heading in (("Taste", "Your taste"), ("History", "History"), ("Blocked", "Blocked")):
        find_tabs(page).filter(has_text=tell(tab)).click()
        check(tab.lower(), tell(heading))
    for address, heading in (
        ("account", "Your account"),
        ("privacy", "Privacy: what is read and kept"),
        ("disconnect", "Disconnect?"),
        ("songs", "Use other songs than your liked ones"),
        ("nowhere", "There is nothing here"),
    ):
        page.goto(f"{website.settings.public_url}/{address}")
        check(address, tell(heading))


@pytest.mark.parametrize(
    "page",
    [PHONE, {**DESK, "java_script_enabled": False}],
    ids=["phone with scripts", "desk without"],
    indirect=True,
)
def test_the_language_is_switched_in_the_middle(page, website):
    german = LANGUAGES["de"].translate
    sign_in(page, website, find_listener(website, 100).display_name)
    page.get_by_role("button", name="Make my playlist").click()
    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
    page.locator("#shuffle").click()
    expect(page.locator("#undo")).to_contain_text("Undo: shuffled")
    songs = read_songs(page)
    assert len(songs) == 50

    page.get_by_role("link", name="Deutsch").click()

    # The draft is as it was, the page where it was, and every part that is renewed is German, too.
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#undo")).to_contain_text("Rückgängig: neu gemischt")
    assert read_songs(page) == songs
    expect(page.locator(".head-numbers")).to_contain_text(re.compile(r"50 Songs, \d Std\. \d\d Min\."))
    page.locator("#shuffle").click()
    expect(page.locator("#said, .notice").first).to_contain_text(german("Shuffled."))
    find_tabs(page).filter(has_text=german("History")).click()
    expect(page.locator("time").first).to_have_text(re.compile(r"^\d{1,2}\. \w+ 20\d\d, \d\d:\d\d Uhr$"))

    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("History")
    expect(page.locator("time").first).to_have_text(re.compile(r"^\d{1,2} \w+ 20\d\d, \d\d:\d\d$"))
