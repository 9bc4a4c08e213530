"""The playlist's page in a real browser: its measures, the player beside the list, and where the focus is."""

import re

import pytest
from playwright.sync_api import expect

from standin.named_faults import FAULTS
from store import recipes
from store.tuning import Tuning
from store.weekly import MAX_FAILURES
from tests.support.chromium import (
    DESK,
    MAX_WAIT_MS,
    PHONE,
    check_page,
    in_all_forms,
    in_opposite_forms,
    make_first_playlist,
    say,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WHY_ON_HOLD = (
    "Spotify lets in only listeners whom the owner of this site has added by name (at most five)."
    " Ask the owner to add you in Spotify’s developer dashboard."
)
#: What covers the lower edge of a phone's window: the tabs, and the buttons above them.
MAX_DOCK = 56 + 58


@pytest.fixture
def playlist(page, website):
    """The page of a listener's first playlist."""
    page.listener = make_first_playlist(page, website, at_least=400)
    return page


def measure(page, script):
    return page.evaluate(f"() => {script}")


@in_all_forms
def test_the_page_keeps_to_what_every_page_keeps_to(playlist):
    playlist.reload()
    check_page(playlist, "playlist")


@pytest.mark.parametrize("page", [{**DESK, "forced_colors": "active"}], ids=["desk"], indirect=True)
def test_it_does_so_in_the_colours_that_a_listener_has_chosen(playlist):
    playlist.reload()
    check_page(playlist, "playlist-forced-colours")
    # What is told by a colour elsewhere has an edge here, and the taste's number.
    marks = measure(
        playlist,
        """[...document.querySelectorAll(".song .taste-mark")].map(
          (mark) => `${getComputedStyle(mark).borderTopWidth} ${mark.textContent > 0}`)""",
    )
    assert marks == ["1px true"] * 50


@in_opposite_forms
def test_the_pages_around_it_do_too(playlist, website):
    address = playlist.url.partition("?")[0]
    # The largest page of all.
    playlist.goto(f"{address}?n=100&s=100")
    expect(playlist.locator(".state")).to_have_text(say(playlist, "preview"))
    check_page(playlist, "preview")
    playlist.goto(address)
    playlist.goto(playlist.locator("[data-sheet]").first.evaluate("link => link.href"))
    check_page(playlist, "song")
    playlist.goto(f"{address}/tune")
    check_page(playlist, "tune")
    # A mix that is not the playlist any more: another follows it.
    playlist.goto(address)
    playlist.locator("#shuffle").click()
    expect(playlist.locator("#undo")).to_be_visible()
    # What moves because a button was pressed may do so late on a machine that does much else.
    playlist.reload()
    check_page(playlist, "draft")
    website.add_own(playlist.listener.playlists[0])
    playlist.get_by_role("button", name=say(playlist, "Update my playlist")).click()
    expect(
        playlist.get_by_text(
            say(playlist, "You have changed this playlist in Spotify. What should happen to your changes?")
        )
    ).to_be_visible(timeout=MAX_WAIT_MS)
    check_page(playlist, "changed-in-spotify")
    playlist.get_by_role("button", name=say(playlist, "Overwrite")).click()
    expect(playlist.locator(".song").first).to_be_visible(timeout=MAX_WAIT_MS)
    playlist.goto(f"{website.settings.public_url}/history")
    expect(playlist.get_by_role("listitem").filter(has_text=say(playlist, "Restore"))).to_have_count(1)
    check_page(playlist, "history")
    playlist.get_by_role("button", name=say(playlist, "Refresh every week")).click()
    website.standin.state.faults.add("GET /v1/me/tracks", FAULTS["403 not on the list"], times=None)
    for _ in range(MAX_FAILURES):
        with website.at_work:
            website.clock.move(weeks=1)
            website.work()
    playlist.reload()
    expect(playlist.get_by_text(say(playlist, WHY_ON_HOLD))).to_be_visible()
    check_page(playlist, "weekly-on-hold")
    compare = playlist.get_by_role("link", name=say(playlist, "Compare"))
    compare.click()
    check_page(playlist, "history-compare")
    playlist.go_back()
    playlist.locator(".mix-words a").last.click()
    check_page(playlist, "history-mix")


@pytest.mark.parametrize("page", [PHONE, DESK], ids=["phone", "desk"], indirect=True)
def test_fifty_songs_fit_a_page_and_the_first_of_them_the_first_screen(playlist):
    is_phone = playlist.viewport_size["width"] < 1000

    assert measure(playlist, "document.documentElement.scrollHeight") <= (5500 if is_phone else 4500)
    rows = measure(playlist, "[...document.querySelectorAll('.song')].map((row) => row.offsetHeight)")
    assert set(rows) == {72 if is_phone else 64}
    first = playlist.locator(".song").first.bounding_box()
    covered = MAX_DOCK if is_phone else 80
    assert first["y"] + first["height"] <= playlist.viewport_size["height"] - covered
    if not is_phone:
        assert playlist.locator(".head").bounding_box()["height"] <= 120


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_on_a_phone_whatever_is_tapped_is_large_enough(playlist):
    # Of a song, the whole row plays.
    playlist.locator("#open-tune").click()
    small = measure(
        playlist,
        """[...document.querySelectorAll('main :is(a, button, select, summary, label:has([type=checkbox]))')]
        .filter((each) => each.checkVisibility() && !each.matches('p a, .visually-hidden, .song-play'))
        .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
        .filter(([, box]) => box.height < 44 || box.width < 24).map(([name, box]) => `${name} ${box.height}`)""",
    )

    assert small == []


def test_a_row_plays_in_the_player_and_goes_on_while_the_list_changes(playlist):
    row = playlist.locator(".song").nth(1)
    title = row.locator("cite").inner_text()
    player = playlist.frame_locator(".player iframe")
    expect(player.get_by_role("heading").first).to_be_attached()

    row.locator(".song-play").click()

    expect(player.get_by_text(f"Playing: {title}")).to_be_visible()
    expect(row).to_have_attribute("aria-current", "true")
    playlist.locator("[id^=swap-]").nth(4).click()
    expect(playlist.locator("#undo")).to_be_visible()
    expect(player.get_by_text(f"Playing: {title}")).to_be_visible()
    expect(playlist.locator(".song").nth(1)).to_have_attribute("aria-current", "true")


def test_the_focus_stays_where_a_song_changes_and_what_happened_is_told(playlist):
    swap = playlist.locator("[id^=swap-]").nth(2)
    before = swap.get_attribute("id")
    swap.focus()

    playlist.keyboard.press("Enter")

    expect(playlist.locator("#said")).to_contain_text("1 new song.")
    third = playlist.locator(".song").nth(2)
    assert third.locator("[id^=swap-]").get_attribute("id") != before
    expect(third.locator("[data-sheet]")).to_be_focused()
    expect(third.get_by_text("New", exact=True)).to_be_visible()


def test_the_form_is_renewed_under_the_hand_that_tunes(playlist):
    playlist.locator("#moods summary").click()
    playlist.locator("#tune-n").focus()

    playlist.keyboard.press("ArrowRight")

    playlist.wait_for_url("**n=51*")
    expect(playlist.locator("#tune-n")).to_be_focused()
    expect(playlist.locator("#tune-e")).to_be_visible()
    expect(playlist.locator("#tune-form").get_by_text("1 change", exact=True)).to_be_visible()
    playlist.get_by_role("button", name="Discover").click()
    expect(playlist.locator("#tune-n")).to_have_value("100")
    expect(playlist.locator(".tune-count")).to_have_text("50 of 50 by artists new to you")


def test_the_last_of_quick_changes_counts(playlist):
    def wait(route):
        playlist.wait_for_timeout(400)
        route.continue_()

    playlist.route("**/tune*", wait)
    playlist.locator("#tune-n").focus()

    playlist.keyboard.press("ArrowRight")
    playlist.wait_for_timeout(200)
    playlist.keyboard.press("ArrowRight")

    playlist.wait_for_url("**n=52*")
    expect(playlist.locator("#tune-n")).to_have_value("52")
    expect(playlist.locator(".tune-count")).to_have_text("26 of 50 by artists new to you")
    more = playlist.locator("#more-of-0")
    more.click()
    playlist.wait_for_timeout(200)
    more.click()
    playlist.wait_for_url("**t=200*")


def test_a_mix_starts_from_what_is_found_as_one_types(playlist):
    artist = playlist.locator(".song-artists").first.inner_text().split(",")[0]

    playlist.locator("#start-q").press_sequentially(artist)
    playlist.locator(".found-start").filter(has_text="artist").first.click()

    expect(playlist.locator(".start")).to_have_text(artist)
    expect(playlist.locator("#undo")).to_have_text("Undo: changed the start")
    playlist.locator(".start button").click()
    expect(playlist.locator(".start")).to_have_count(0)


def test_a_tuning_is_kept_as_a_recipe_and_offered(playlist):
    playlist.get_by_role("button", name="Discover").click()
    playlist.wait_for_url("**n=100*")
    playlist.get_by_text("Keep these settings").click()
    playlist.locator("#recipe").get_by_label("Name").fill("Sunday morning")

    playlist.get_by_role("button", name="Keep", exact=True).click()

    recipe = playlist.get_by_role("navigation", name="Your recipes").get_by_role(
        "link", name="Sunday morning"
    )
    expect(recipe).to_have_attribute("title", "Discover, 50 songs")
    playlist.get_by_role("button", name="Undo").click()
    expect(playlist.locator("#tune-n")).to_have_value("50")
    recipe.click()
    expect(playlist.get_by_text("preview", exact=True)).to_be_visible()
    expect(playlist.locator("#tune-n")).to_have_value("100")


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_a_sheet_rises_over_the_list_and_closes_once_it_has_done_its_work(playlist):
    more = playlist.locator("[data-sheet]").first
    title = playlist.locator(".song cite").first.inner_text()

    more.click()

    sheet = playlist.get_by_role("dialog")
    expect(sheet.get_by_role("heading", name=title)).to_be_focused()
    playlist.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(more).to_be_focused()
    more.click()
    sheet.get_by_role("button", name="Remove").click()
    expect(sheet).to_be_hidden()
    expect(playlist.locator(".song")).to_have_count(49)
    expect(playlist.locator("[data-sheet]").first).to_be_focused()


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_the_tune_sheet_stays_open_while_it_tunes(playlist):
    playlist.locator("#open-tune").click()
    expect(playlist.get_by_role("heading", name="Tune")).to_be_focused()

    playlist.get_by_role("button", name="Familiar").click()

    playlist.wait_for_url("**n=20*")
    expect(playlist.get_by_role("heading", name="Tune")).to_be_visible()
    expect(playlist.locator("#preset-20")).to_have_attribute("aria-pressed", "true")


def test_songs_are_filtered_and_sorted_by_links_that_the_address_keeps(playlist):
    chosen = playlist.locator(".filter[id^=only-]").nth(1)
    n_songs = playlist.locator(".taste-share").first.inner_text().split()[0]

    chosen.click()

    playlist.wait_for_url("**only=0*")
    expect(playlist.locator(".song")).to_have_count(int(n_songs))
    playlist.reload()
    expect(playlist.locator(".song")).to_have_count(int(n_songs))
    playlist.go_back()
    expect(playlist.locator(".song")).to_have_count(50)


@pytest.mark.parametrize("page", [{**PHONE, "java_script_enabled": False}], indirect=True)
def test_without_scripts_the_tune_sheet_and_a_songs_are_pages(playlist):
    playlist.locator("#open-tune").click()
    playlist.get_by_role("button", name="Familiar").click()
    playlist.wait_for_url("**n=20*")
    title = playlist.locator(".song cite").first.inner_text()
    playlist.locator("[data-sheet]").first.click()
    expect(playlist.get_by_role("heading", name=title).first).to_be_visible()
    playlist.get_by_role("button", name="Remove").click()
    expect(playlist.locator(".song")).to_have_count(49)
    expect(playlist.locator(".player iframe")).to_be_visible()
    playlist.locator("#undo").click()
    expect(playlist.locator(".song")).to_have_count(50)


def press_elsewhere(playlist, song_id, change):
    """Press a button beside a song in another tab, which has the page as it is now."""
    other = playlist.context.new_page()
    other.goto(playlist.url.partition("?")[0])
    other.locator(f"#{change}-{song_id}").click()
    expect(other.locator("#undo")).to_be_visible()
    other.close()


def test_the_sheet_of_a_song_that_went_in_another_tab_does_not_show_another_song(playlist):
    stays, goes = (playlist.locator("[data-sheet]").nth(place) for place in (0, 1))
    stays.click()
    sheet = playlist.get_by_role("dialog")
    expect(sheet.get_by_role("button", name="Block this song")).to_be_visible()
    playlist.keyboard.press("Escape")
    press_elsewhere(playlist, goes.get_attribute("id").removeprefix("more-"), "swap")

    goes.click()

    expect(playlist.get_by_text("This song is not in the list any more.").first).to_be_visible()
    expect(sheet).to_be_hidden()
    expect(sheet.get_by_role("button", name="Block this song")).to_have_count(0)


def test_going_back_shows_a_whole_page(playlist):
    for name in ("Discover", "Familiar"):
        playlist.get_by_role("button", name=name).click()
        expect(playlist.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    playlist.wait_for_url("**n=20*")

    playlist.go_back()

    playlist.wait_for_url("**n=100*")
    player = playlist.locator(".player iframe")
    expect(player).to_be_visible()
    assert player.bounding_box()["height"] == 80
    playlist.locator("[data-sheet]").first.click()
    expect(playlist.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("page", [PHONE, DESK], ids=["phone", "desk"], indirect=True)
def test_what_happened_is_seen_above_what_stays_at_the_edge(playlist):
    playlist.locator("#shuffle").click()

    toast = playlist.locator("#said").get_by_text("Shuffled.")
    expect(toast).to_be_visible()
    box = toast.bounding_box()
    at_the_edge = ".dock" if playlist.viewport_size["width"] < 1000 else ".player"
    assert box["y"] + box["height"] <= playlist.locator(at_the_edge).bounding_box()["y"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= playlist.viewport_size["width"]


def test_a_request_that_fails_says_so(playlist):
    playlist.route("**/shuffle*", lambda route: route.fulfill(status=502, body="no"))

    playlist.locator("#shuffle").click()

    expect(playlist.locator("#said").get_by_text("That did not work.")).to_be_visible()
    playlist.unroute("**/shuffle*")
    playlist.route("**/shuffle*", lambda route: route.abort())
    playlist.locator("#shuffle").click()
    expect(playlist.locator("#said").get_by_text("We cannot be reached.")).to_be_visible()


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_a_tuning_that_fails_says_so_in_its_sheet(playlist):
    playlist.locator("#open-tune").click()
    playlist.route("**/tune*", lambda route: route.fulfill(status=502, body="no"))

    playlist.get_by_role("button", name="Familiar").click()

    expect(playlist.locator("#tune").get_by_text("That did not work.")).to_be_visible()


def test_a_list_can_be_refreshed_after_a_change(playlist):
    playlist.locator("[id^=swap-]").first.click()

    expect(playlist.locator("#undo")).to_be_visible()
    expect(playlist.get_by_role("button", name="Refresh", exact=True)).to_be_visible()


def test_a_filter_holds_through_changes_until_all_are_shown_again(playlist):
    new_artists, every = playlist.locator("#only-new"), playlist.locator("#only-all")
    new_artists.click()
    playlist.wait_for_url("**only=new*")
    for press in (
        playlist.get_by_role("button", name="Discover"),
        playlist.locator("#shuffle"),
        playlist.locator("[id^=swap-]").first,
    ):
        press.click()
        expect(playlist.locator("#said")).to_have_text(re.compile("Tuned|Shuffled|Swapped"))
        expect(new_artists).to_have_attribute("aria-current", "true")
        playlist.locator("#said").evaluate("said => said.replaceChildren()")

    every.click()
    expect(every).to_have_attribute("aria-current", "true")
    playlist.get_by_role("button", name="Familiar").click()

    expect(playlist.locator("#said")).to_contain_text("Tuned")
    expect(every).to_have_attribute("aria-current", "true")
    expect(playlist.locator(".song")).to_have_count(50)


def test_the_sheet_keeps_the_filter(playlist):
    playlist.locator("#only-new").click()
    playlist.wait_for_url("**only=new*")
    expect(playlist.locator("#only-new")).to_have_attribute("aria-current", "true")
    n_songs = playlist.locator(".song").count()
    playlist.locator("[data-sheet]").first.click()

    playlist.get_by_role("dialog").get_by_role("button", name="Like: more like this").click()

    expect(playlist.locator("#said")).to_contain_text("Liked")
    expect(playlist.locator("#only-new")).to_have_attribute("aria-current", "true")
    expect(playlist.locator(".song")).to_have_count(n_songs)


@pytest.mark.parametrize(("percent", "n_new"), [(25, 12), (27, 14), (36, 18), (75, 38)])
def test_the_count_under_the_hand_is_the_one_that_comes(playlist, percent, n_new):
    slider = playlist.locator("#tune-n")

    slider.evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        str(percent),
    )

    expect(playlist.locator(".tune-count")).to_have_text(f"{n_new} of 50 by artists new to you")
    slider.dispatch_event("change")
    playlist.wait_for_url(f"**n={percent}*")
    expect(playlist.locator(".tune-count")).to_have_text(f"{n_new} of 50 by artists new to you")


def test_a_tuning_is_shared_by_a_link(playlist, website):
    playlist.context.grant_permissions(["clipboard-read", "clipboard-write"])
    playlist.locator("#more-of-0").click()
    playlist.wait_for_url("**t=150*")
    playlist.get_by_role("button", name="Discover").click()
    playlist.wait_for_url("**n=100*")
    playlist.get_by_text("Share these settings").click()
    expect(playlist.get_by_label("Link")).to_have_value(f"{website.settings.public_url}/?n=100")

    playlist.get_by_role("button", name="Copy link").click()

    expect(playlist.locator("#said").get_by_text("Link copied.")).to_be_visible()
    assert playlist.evaluate("navigator.clipboard.readText()") == f"{website.settings.public_url}/?n=100"


@pytest.mark.parametrize("page", [PHONE, DESK], ids=["phone", "desk"], indirect=True)
def test_the_longest_name_and_recipes_leave_room_for_the_first_song(playlist, website):
    is_phone = playlist.viewport_size["width"] < 1000
    for name in ("Sunday morning", "Late at night, with nobody else awake in the whole house"):
        recipes.keep(website.database, playlist.listener.account_id, name, Tuning(new_percent=80))
    long_name = ("A name that is as long as Spotify lets a name be " * 3)[:100].strip()
    playlist.locator("#rename summary").click()
    playlist.locator("#rename input[name=name]").fill(long_name)
    playlist.get_by_role("button", name="Rename", exact=True).click()
    expect(playlist.get_by_role("heading", name=long_name)).to_have_attribute("title", long_name)
    playlist.reload()

    expect(playlist.get_by_role("navigation", name="Your recipes").get_by_role("link")).to_have_count(2)
    first = playlist.locator(".song").first.bounding_box()
    covered = MAX_DOCK if is_phone else 80
    assert first["y"] + first["height"] <= playlist.viewport_size["height"] - covered
    if not is_phone:
        assert playlist.locator(".head").bounding_box()["height"] <= 120
    check_page(playlist, "long-name")
