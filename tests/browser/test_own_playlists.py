"""A listener chooses one of their playlists in place of their liked songs, in real Chromium."""

import pytest
from playwright.sync_api import expect

from standin.state import StandinEntry
from tests.support.chromium import (
    DARK,
    DESK,
    GERMAN,
    MAX_WAIT_MS,
    PHONE,
    check_page,
    read_songs,
    say,
    sign_in,
)

ANOTHER_WAY = "Use a playlist of yours or a file in place of your liked songs"
SOURCE = "Your mixes go by the songs of your playlist <bdi>%(name)s</bdi>, in place of your liked songs."

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("page", "is_checked"),
    # What checks a page is a script.
    [({**PHONE, **DARK, "java_script_enabled": False}, False), ({**DESK, **GERMAN}, True), (PHONE, True)],
    indirect=["page"],
    ids=["phone without scripts, dark", "German desk with scripts", "phone with scripts"],
)
def test_a_listener_has_the_list_read_chooses_a_playlist_and_gets_a_mix_of_it(page, website, is_checked):
    state = website.standin.state
    listener = state.add_listener("Nora", website.songs[:60])
    for name in ("A name as long as Spotify lets anybody have it, " * 2, "Party"):
        playlist = state.add_playlist(listener, name, "", is_public=False, is_collaborative=False)
        playlist.entries[:] = [StandinEntry(song, 0.0) for song in website.songs[300:400]]
    sign_in(page, website, listener.display_name)

    page.get_by_role("link", name=say(page, ANOTHER_WAY)).click()
    page.get_by_role("button", name=say(page, "Show my playlists")).click()
    expect(page.get_by_role("radio", name="Party")).to_be_visible(timeout=MAX_WAIT_MS)
    if is_checked:
        check_page(page, "own-playlists")
    page.get_by_role("radio", name="Party").check()
    page.get_by_role("button", name=say(page, "Use this playlist")).click()

    expect(page.locator(".song")).to_have_count(50, timeout=MAX_WAIT_MS)
    held = {song.id for song in (*website.songs[:60], *website.songs[300:400])}
    assert not held & set(read_songs(page))
    page.goto(f"{website.settings.public_url}/account")
    expect(page.get_by_text(say(page, SOURCE, name="Party"))).to_be_visible()
    if is_checked:
        check_page(page, "account-own-playlist")
