"""A visitor without an account, in real Chromium: from a file on the front page to a mix, and out again."""

import re
from itertools import cycle

import pytest
from playwright.sync_api import expect

from formats.library import read_content
from formats.written_songs import SONG_FILES
from store import tables
from store.visits import MAX_VISIT
from tests.support.brought_files import WRITERS, write_file
from tests.support.chromium import (
    DARK,
    DESK,
    GERMAN,
    PHONE,
    check_page,
    expect_undo,
    in_opposite_forms,
    read_songs,
    say,
    without_and_with_scripts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WITHOUT_SCRIPTS = {"java_script_enabled": False}
BROWSERS = {
    "phone with scripts": PHONE,
    "German phone without, dark": {**PHONE, **WITHOUT_SCRIPTS, **GERMAN, **DARK},
    "German desk with scripts, dark": {**DESK, **GERMAN, **DARK},
    "desk without": {**DESK, **WITHOUT_SCRIPTS},
}
# Each form of a file once, and each browser with several of them.
BROUGHT = [
    pytest.param(BROWSERS[browser], name, id=f"{name}, {browser}")
    for browser, name in zip(cycle(BROWSERS), WRITERS, strict=False)
]


def bring(page, website, tmp_path, name="exportify.csv"):
    """Choose a file of songs on the front page, and go to the mix."""
    songs = website.songs[:120]
    file = tmp_path / name
    file.write_bytes(write_file(name, songs))
    page.goto(website.settings.public_url)
    page.get_by_label(say(page, "Your file")).set_input_files(file)
    page.get_by_role("button", name=say(page, "Find new songs")).click()
    expect(page.locator(".song")).to_have_count(50)
    expect(page.get_by_text(say(page, "{n} of {total} songs recognised.", n=120, total=120))).to_be_visible()
    return songs


def list_named(page):
    """List the artists and titles that the page shows, in its order, once all of it has arrived."""
    page.wait_for_load_state()
    return list(
        zip(
            page.locator(".song .song-artists bdi").all_inner_texts(),
            page.locator(".song cite").all_inner_texts(),
            strict=True,
        )
    )


def name_songs(content, name):
    """List the artists and titles of the songs that our reader finds in a file."""
    return [(", ".join(song.artists), song.title) for song in read_content(name, content).songs]


@pytest.mark.parametrize(("page", "name"), BROUGHT, indirect=["page"])
def test_a_visitor_brings_a_file_changes_the_mix_takes_it_along_and_deletes_it(page, website, tmp_path, name):
    n_before = len(website.standin.state.requests)
    songs = bring(page, website, tmp_path, name)
    shown = read_songs(page)
    assert not set(shown) & {song.id for song in songs}
    assert page.locator("iframe").count() == 0
    expect(page.locator(".song-play").first).to_have_attribute("href", re.compile("/track/"))

    page.locator("#shuffle").click()
    expect_undo(page, "shuffled")
    title = page.locator(".song cite").first.inner_text()
    page.locator("[data-sheet]").first.click()
    page.locator(".sheet-actions").get_by_role(
        "button", name=say(page, "Keep: it stays through refreshes")
    ).click()
    expect_undo(page, "kept “{subject}”", subject=title)
    shown, named = read_songs(page), list_named(page)

    page.get_by_role("link", name=say(page, "Take it along")).click()
    expect(page.get_by_role("heading", name=say(page, "Take it along"))).to_be_visible()
    for form in SONG_FILES.values():
        with page.expect_download() as download:
            page.get_by_role("link", name=form.name, exact=True).click()
        content = download.value.path().read_bytes()
        assert name_songs(content, f"songs.{form.ending}") == named
        if form.ending != "txt":
            read = read_content(f"songs.{form.ending}", content).songs
            assert [song.id for song in read] == shown
    assert name_songs(page.locator("#lines").input_value().encode(), "songs.txt") == named

    page.get_by_role("link", name=say(page, "Back"), exact=True).click()
    page.get_by_role("button", name=say(page, "Delete my songs now")).click()
    expect(page.get_by_text(say(page, "Your songs and your mix have been deleted here."))).to_be_visible()
    with website.database.reading() as connection:
        assert connection.execute(tables.accounts.select()).all() == []
    assert website.standin.state.requests[n_before:] == []


def test_the_songs_are_copied_as_text(page, website, tmp_path):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bring(page, website, tmp_path)
    named = list_named(page)
    page.get_by_role("link", name=say(page, "Take it along")).click()

    page.get_by_role("button", name=say(page, "Copy all songs")).click()

    expect(page.locator("#said")).to_contain_text("Songs copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert name_songs(copied.encode(), "songs.txt") == named


@without_and_with_scripts
def test_after_24_hours_a_visit_is_over_and_nothing_of_it_is_left(page, website, tmp_path):
    bring(page, website, tmp_path)
    with website.at_work:
        website.clock.move(seconds=MAX_VISIT.total_seconds())
    page.reload()

    expect(page.get_by_label(say(page, "Your file"))).to_be_visible()
    expect(page.locator(".song")).to_have_count(0)
    with website.at_work:
        website.work()
    with website.database.reading() as connection:
        assert connection.execute(tables.accounts.select()).all() == []


@in_opposite_forms
def test_every_page_of_a_visitor_is_fast_still_and_open_to_all(page, website, tmp_path):
    home = website.settings.public_url
    page.goto(home)
    check_page(page, "front")
    page.goto(f"{home}/songs")
    check_page(page, "songs")
    bring(page, website, tmp_path)
    mix = page.url
    page.reload()
    check_page(page, "visit")
    page.locator(".library").scroll_into_view_if_needed()
    page.get_by_role("link", name=say(page, "Take it along")).click()
    check_page(page, "take-along")
    page.goto(f"{home}/account")
    check_page(page, "account-visitor")
    page.goto(f"{home}/history")
    expect(
        page.get_by_text(
            say(page, "This needs your account at Spotify: sign in for it, or take the mix along as a file.")
        )
    ).to_be_visible()
    check_page(page, "refused-visitor")
    page.goto(mix)


def test_a_file_without_songs_is_answered_beside_the_form(page, website, tmp_path):
    (tmp_path / "notes.txt").write_text("Dear diary\n")
    page.goto(website.settings.public_url)
    page.get_by_label(say(page, "Your file")).set_input_files(tmp_path / "notes.txt")
    page.get_by_role("button", name=say(page, "Find new songs")).click()

    expect(page.get_by_role("alert")).to_contain_text(
        say(page, "{name} has no columns that name songs", name="notes.txt")
    )
    check_page(page, "songs-refused")
