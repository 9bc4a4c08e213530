"""The whole way in a real browser: sign in, watch the playlist being made, see it embedded."""

import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from standin.named_faults import FAULTS
from store import jobs
from tests.support.chromium import find_listener, sign_in, tab_to, take_picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_newcomer_gets_a_playlist_of_fifty_songs_embedded_in_the_page(page, website):
    listener = find_listener(website, 400)
    sign_in(page, website, listener.display_name)

    website.may_work.clear()  # so that the page is seen before the work is done
    page.get_by_role("button", name="Make my playlist").click()

    expect(page.get_by_role("heading", name="Making your playlist")).to_be_visible()
    take_picture(page, "making")
    website.may_work.set()
    page.wait_for_url("**/playlists/*", timeout=20_000)  # the page goes there by itself
    expect(page.locator(".song-lead")).to_have_count(50)
    player = page.frame_locator("iframe")
    expect(player.get_by_role("listitem")).to_have_count(50)
    take_picture(page, "playlist")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open in Spotify").click()
    expect(opened.value.get_by_role("heading", name=website.settings.playlist_name)).to_be_visible()
    assert opened.value.url == f"{website.standin.url}/playlist/{listener.playlists[0].id}"


def test_the_player_alone_can_be_loaded_again(page, website):
    sign_in(page, website, find_listener(website, 100).display_name)
    page.get_by_role("button", name="Make my playlist").click()
    page.wait_for_url("**/playlists/*", timeout=20_000)
    expect(page.frame_locator("iframe").get_by_role("listitem")).to_have_count(50)
    before = page.url
    loads = []
    page.on("request", lambda request: loads.append(request.url) if "/embed/" in request.url else None)

    page.get_by_role("link", name="Reload the player").click()

    expect(page.frame_locator("iframe").get_by_role("listitem")).to_have_count(50)
    assert page.url == before
    assert len(loads) == 1


def make_playlist(page, website):
    """Sign in, make a playlist and wait until its page is there."""
    sign_in(page, website, find_listener(website, 100).display_name)
    page.get_by_role("button", name="Make my playlist").click()
    page.wait_for_url("**/playlists/*", timeout=20_000)


def test_a_song_is_ruled_out_by_keyboard_without_a_break_in_the_music(page, website):
    make_playlist(page, website)
    expect(page.frame_locator("iframe").get_by_role("listitem")).to_have_count(50)
    loads = []
    page.on("request", lambda request: loads.append(request.url) if "/embed/" in request.url else None)
    first = page.locator("li.song").first

    first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(first.get_by_role("button", name="Never this song")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(first.get_by_text("Never again, from the next playlist on.")).to_be_visible()
    expect(first.get_by_role("button", name="Take it back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(first.locator("summary")).to_be_focused()
    assert loads == []


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_an_artist_is_ruled_out_and_taken_back_without_scripts(page, website):
    make_playlist(page, website)
    third = page.locator("li.song").nth(2)
    third.locator("summary").click()

    third.get_by_role("button", name="Never", exact=False).nth(1).click()

    expect(page.locator("li.song:target").get_by_text("from the next playlist on")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Blocked").click()
    expect(page.get_by_text("Everything by")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("You haven’t blocked anything")).to_be_visible()


@pytest.mark.parametrize("page", [{"timezone_id": "Asia/Kathmandu", "locale": "en-GB"}], indirect=True)
def test_times_are_the_listeners_own(page, website):
    listener = find_listener(website, 100)
    sign_in(page, website, listener.display_name)
    website.standin.state.faults.add("GET /v1/me/tracks", FAULTS["429 quota"])

    page.get_by_role("button", name="Make my playlist").click()

    expect(page.get_by_text("Spotify asks us to wait")).to_be_visible(timeout=20_000)
    job = jobs.get_live(website.database, listener.account_id)
    there = job.parked_until.astimezone(ZoneInfo("Asia/Kathmandu"))  # 5 hours and 45 minutes ahead
    expect(page.locator("time")).to_contain_text(f"{there:%H:%M}")
    expect(page.locator("time")).not_to_contain_text("UTC")
    page.goto(website.settings.public_url)
    expect(page.locator("time")).to_contain_text(f"{there:%H:%M}")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_it_all_works_without_scripts(page, website):
    sign_in(page, website, find_listener(website, 100).display_name)

    page.get_by_role("button", name="Make my playlist").click()

    page.wait_for_url("**/playlists/*", timeout=20_000)
    expect(page.locator(".song-lead")).to_have_count(50)


def test_it_all_works_by_keyboard(page, website):
    page.goto(website.settings.public_url)
    tab_to(page, "Sign in with Spotify")
    page.keyboard.press("Enter")
    page.wait_for_url("**/authorize?*")
    tab_to(page, "Agree")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Make my playlist")).to_be_visible()
    tab_to(page, "Make my playlist")

    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/(playlists|jobs)/"), timeout=20_000)


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_no_page_is_wider_than_a_small_phone(page, website):
    def assert_fits():
        page.wait_for_load_state()  # without its stylesheet any page is wider
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url

    page.goto(website.settings.public_url)
    assert_fits()
    sign_in(page, website, find_listener(website, 400).display_name)
    assert_fits()
    page.get_by_role("button", name="Make my playlist").click()
    assert_fits()
    page.wait_for_url("**/playlists/*", timeout=20_000)
    assert_fits()
    take_picture(page, "playlist")
    for name in ("Never this song", re.compile("^Never (?!this)")):
        row = page.locator("li.song", has=page.get_by_text("Not for me?")).first
        row.locator("summary").click()
        assert_fits()
        row.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name="Take it back").first).to_be_visible()
        assert_fits()
    page.goto(website.settings.public_url)
    assert_fits()
    take_picture(page, "refresh")
    page.get_by_role("radio", name="Discover").check()
    page.get_by_role("button", name="Refresh my playlist").click()
    page.wait_for_url("**/playlists/*", timeout=20_000)
    page.get_by_text("50 songs came, 50 went").click()
    expect(page.get_by_text("These were here before:")).to_be_visible()
    assert_fits()
    take_picture(page, "refreshed")
    page.goto(f"{website.settings.public_url}/blocked")
    assert_fits()
    page.goto(f"{website.settings.public_url}/nothing-here")
    assert_fits()


def test_cancelling_at_spotify_leads_to_a_page_that_says_so(page, website):
    page.goto(website.settings.public_url)
    page.get_by_role("link", name="Sign in with Spotify").click()

    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_text("You have not signed in")).to_be_visible()
