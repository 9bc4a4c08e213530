"""What a listener does, from the first sign-in to the last: by what they see, and by what stands in Spotify then.

Each walk is gone with scripts and without them, at one size each.
"""

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from drafts.mix_names import USUAL_NAME
from standin.named_faults import FAULTS
from store import jobs
from tests.support.chromium import (
    DESK,
    MAX_WAIT_MS,
    agree,
    confirm_disconnect,
    expect_undo,
    find_listener,
    make_first_playlist,
    read_songs,
    say,
    sign_in,
    tab_to,
    with_and_without_scripts,
    without_and_with_scripts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEEP = "Keep: it stays through refreshes"


def list_written(playlist) -> list[str]:
    """Return the ids of the songs that a playlist holds at Spotify, in order."""
    return [entry.song.id for entry in playlist.entries]


def say_changes(page: Page, came: object, kept: object, went: object) -> str:
    """Return how a page tells what has changed in a mix."""
    told = "{n_came} new, {n_kept} kept, {n_went} went"
    return say(page, told, n_came=came, n_kept=kept, n_went=went)


def find_path(page: Page) -> str:
    return urlsplit(page.url).path


def open_song(page: Page, place: int) -> None:
    """Open what can be done with a song: its sheet, or its page where there are no scripts."""
    page.locator("[data-sheet]").nth(place).click()
    expect(page.locator(".sheet-actions")).to_be_visible()


def close_song(page: Page) -> None:
    if page.get_by_role("dialog").count():
        page.keyboard.press("Escape")
    else:
        page.locator("main .alone > p a").last.click()
    expect(page.locator(".sheet-actions")).to_be_hidden()


def change_song(page: Page, place: int, button: str, deed: str, **values: str) -> None:
    """Press a button of a song's sheet, and wait until the page tells of it."""
    open_song(page, place)
    page.locator(".sheet-actions").get_by_role("button", name=say(page, button, **values)).click()
    expect_undo(page, deed, **values)


def undo_all(page: Page) -> None:
    """Undo the one step of a draft: then there is none."""
    page.locator("#undo").click()
    expect(page.locator("#undo")).to_have_count(0)
    # Without scripts the page is loaded anew: what ends it comes last.
    expect(page.locator("footer")).to_be_visible()


def shuffle(page: Page) -> None:
    page.locator("#shuffle").click()
    expect_undo(page, "shuffled")


def update(page: Page) -> None:
    """Update the playlist in Spotify, and wait until the page is back."""
    page.get_by_role("button", name=say(page, "Update my playlist")).click()
    wait_until_saved(page)


def wait_until_saved(page: Page) -> None:
    # Nothing to save, but songs: not the page of the job.
    expect(page.get_by_role("button", name=say(page, "Update my playlist"))).to_have_count(0)
    expect(page.locator(".song").first).to_be_visible(timeout=MAX_WAIT_MS)


def open_tune(page: Page) -> None:
    """Open the Tune sheet where it does not stand beside the list."""
    if not page.locator("#tune-form").is_visible():
        page.locator("#open-tune").click()
    expect(page.locator("#tune-form")).to_be_visible()


def open_tab(page: Page, website, path: str) -> Page:
    """Open another tab of the same browser."""
    tab = page.context.new_page()
    tab.goto(website.settings.public_url + path)
    return tab


@with_and_without_scripts
def test_a_newcomer_gets_a_playlist_that_is_saved_at_once(page, website):
    listener = find_listener(website, 400)
    sign_in(page, website, listener.display_name)
    with website.at_work:  # so that the page is seen before the work is done
        page.get_by_role("button", name=say(page, "Make my playlist")).click()
        expect(page.get_by_role("heading", name=say(page, "Making your playlist"))).to_be_visible()

    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)  # the page goes there by itself

    [playlist] = listener.playlists
    assert find_path(page) == f"/playlists/{playlist.id}"
    expect(page.get_by_role("heading", name=say(page, USUAL_NAME))).to_be_visible()
    expect(page.locator(".head-numbers")).to_contain_text("50 songs,", ignore_case=True)
    expect(page.get_by_text(say(page, "draft"), exact=True)).to_have_count(0)
    assert read_songs(page) == list_written(playlist)
    page.goto(website.settings.public_url)
    assert find_path(page) == f"/playlists/{playlist.id}"
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=say(page, "Open in Spotify")).click()
    assert opened.value.url == f"{website.standin.url}/playlist/{playlist.id}"
    expect(opened.value.get_by_role("heading", name=say(page, USUAL_NAME))).to_be_visible()


@without_and_with_scripts
def test_songs_are_liked_kept_swapped_removed_and_blocked_and_each_is_undone(page, website):
    listener = make_first_playlist(page, website)
    first = read_songs(page)
    titles = page.locator(".song cite").all_inner_texts()
    artists = [text.removeprefix("E ") for text in page.locator(".song .song-artists").all_inner_texts()]
    # One who has more than one song in the list, where there is such a one.
    place = max(range(50), key=lambda at: artists.count(artists[at]))
    title, artist = titles[place], artists[place].split(", ")[0]
    blocked = open_tab(page, website, "/blocked")

    change_song(page, place, "Like: more like this", "liked “{subject}”", subject=title)
    open_song(page, place)
    expect(page.get_by_role("button", name=say(page, "No longer like it"))).to_be_visible()
    close_song(page)
    undo_all(page)
    change_song(page, place, KEEP, "kept “{subject}”", subject=title)
    open_song(page, place)
    expect(page.get_by_role("button", name=say(page, "No longer keep it"))).to_be_visible()
    expect(page.get_by_role("button", name=say(page, "Like: more like this"))).to_be_visible()
    close_song(page)
    undo_all(page)
    assert read_songs(page) == first

    change_song(page, place, "Swap for another song", "swapped “{subject}”", subject=title)
    swapped = read_songs(page)
    assert [at for at in range(50) if swapped[at] != first[at]] == [place]
    expect(page.locator(".song").nth(place).get_by_text(say(page, "New"), exact=True)).to_be_visible()
    undo_all(page)
    change_song(page, place, "Remove", "removed “{subject}”", subject=title)
    assert read_songs(page) == first[:place] + first[place + 1 :]
    undo_all(page)
    assert read_songs(page) == first

    change_song(page, place, "Block this song", "blocked “{subject}”", subject=title)
    without = read_songs(page)
    assert [at for at in range(50) if without[at] != first[at]] == [place]
    blocked.reload()
    expect(blocked.get_by_role("listitem").filter(has_text=title)).to_have_count(1)
    undo_all(page)
    change_song(
        page, place, "Block <bdi>%(artist)s</bdi>", "blocked {subject}", artist=artist, subject=artist
    )
    without = read_songs(page)
    assert [at for at in range(50) if without[at] != first[at]] == [
        at for at in range(50) if artist in artists[at].split(", ")
    ]
    expect(page.locator(".song .song-artists").filter(has_text=artist)).to_have_count(0)
    blocked.reload()
    expect(
        blocked.get_by_text(say(page, "Everything by <cite>%(label)s</cite>", label=artist))
    ).to_be_visible()
    undo_all(page)
    assert read_songs(page) == first
    blocked.reload()
    expect(
        blocked.get_by_text(
            say(
                blocked,
                "You haven’t blocked anything. Songs and artists that you block beside a playlist’s songs are listed here.",
            )
        )
    ).to_be_visible()
    assert list_written(listener.playlists[0]) == first


@with_and_without_scripts
def test_what_was_previewed_is_what_the_playlist_becomes(page, website):
    listener = make_first_playlist(page, website)
    first, [playlist] = read_songs(page), listener.playlists

    open_tune(page)
    page.get_by_role("button", name=say(page, "Discover")).click()
    page.wait_for_url("**n=100*")
    open_tune(page)
    page.locator("#tune-s").fill("30")
    if page.locator("#preview").is_visible():
        page.locator("#preview").click()
    page.wait_for_url("**s=30*")
    if page.locator(".sheet-close").first.is_visible():
        page.keyboard.press("Escape")

    expect(page.locator(".song")).to_have_count(30)
    expect(page.get_by_text(say(page, "draft"), exact=True)).to_be_visible()
    expect(page.get_by_text("30 songs,")).to_be_visible()
    expect(page.locator(".head .went summary")).to_have_text(
        re.compile("^" + say_changes(page, r"\d+", r"\d+", r"\d+") + "$")
    )
    expect(page.locator(".song").get_by_text(say(page, "New artist"))).to_have_count(30)
    previewed = read_songs(page)
    assert list_written(playlist) == first
    # The draft is on every page that shows it.
    tab = open_tab(page, website, "/")
    assert read_songs(tab) == previewed
    tab.close()
    page.reload()
    assert read_songs(page) == previewed
    page.goto(f"{website.settings.public_url}/history")
    page.go_back()
    assert read_songs(page) == previewed
    update(page)

    assert listener.playlists == [playlist]
    assert find_path(page) == f"/playlists/{playlist.id}"
    assert list_written(playlist) == read_songs(page) == previewed


@without_and_with_scripts
def test_shuffling_and_refreshing_bring_other_songs_but_the_kept_ones(page, website):
    listener = make_first_playlist(page, website)
    first, [playlist] = read_songs(page), listener.playlists

    shuffle(page)
    shuffled = read_songs(page)
    assert len(shuffled) == 50
    assert len(set(shuffled) - set(first)) >= 25
    undo_all(page)
    assert read_songs(page) == first
    titles = page.locator(".song cite").all_inner_texts()
    for place in (0, 3):
        change_song(page, place, KEEP, "kept “{subject}”", subject=titles[place])
    page.get_by_role("button", name=say(page, "Refresh"), exact=True).click()

    expect(page.get_by_text(say_changes(page, 48, 2, 48))).to_be_visible(timeout=MAX_WAIT_MS)
    expect(page.get_by_text(say(page, "draft"), exact=True)).to_be_visible()
    refreshed = read_songs(page)
    assert set(refreshed) & set(first) == {first[0], first[3]}
    assert list_written(playlist) == first
    update(page)
    assert listener.playlists == [playlist]
    assert list_written(playlist) == refreshed


@with_and_without_scripts
def test_a_draft_is_saved_as_a_new_playlist_beside_the_old_one(page, website):
    listener = make_first_playlist(page, website)
    first, [old] = read_songs(page), listener.playlists
    shuffle(page)
    shuffled = read_songs(page)
    page.locator("#rename summary").click()
    page.locator("#rename input[name=name]").fill("Sunday morning")
    page.get_by_role("button", name=say(page, "Rename"), exact=True).click()
    expect(page.get_by_role("heading", name="Sunday morning")).to_be_visible()

    page.get_by_role("button", name=say(page, "Save as a new one")).click()
    wait_until_saved(page)

    new, same = listener.playlists
    assert (same, list_written(old), old.name) == (old, first, say(page, USUAL_NAME))
    assert (new.name, list_written(new)) == ("Sunday morning", shuffled)
    assert find_path(page) == f"/playlists/{new.id}"
    assert read_songs(page) == shuffled
    page.goto(website.settings.public_url)
    assert find_path(page) == f"/playlists/{new.id}"


@without_and_with_scripts
def test_a_mix_of_the_history_is_named_compared_brought_back_and_deleted(page, website):
    listener = make_first_playlist(page, website)
    first, [playlist] = read_songs(page), listener.playlists
    shuffle(page)
    shuffled = read_songs(page)
    update(page)
    page.get_by_role("link", name=say(page, "History")).click()
    mixes = page.locator(".mix")
    expect(mixes).to_have_count(2)
    expect(mixes.first.get_by_text(say(page, "in Spotify now"))).to_be_visible()

    mixes.last.locator(".rename summary").click()
    mixes.last.get_by_label(say(page, "Name")).fill("The first one")
    mixes.last.get_by_role("button", name=say(page, "Name it")).click()
    expect(mixes.last.get_by_role("link", name="The first one", exact=True)).to_be_visible()
    mixes.last.get_by_role("link", name=say(page, "Compare")).click()
    gone = set(first) - set(shuffled)
    expect(page.get_by_role("heading", name=f"{say(page, 'Only then')} ({len(gone)})")).to_be_visible()
    expect(page.get_by_role("heading", name=f"{say(page, 'Only now')} ({len(gone)})")).to_be_visible()
    page.get_by_role("button", name=say(page, "Restore")).click()
    expect_undo(page, "restored an earlier mix")
    assert read_songs(page) == first
    assert list_written(playlist) == shuffled
    update(page)
    assert listener.playlists == [playlist]
    assert list_written(playlist) == first

    page.get_by_role("link", name=say(page, "History")).click()
    other = mixes.filter(has_not_text=say(page, "in Spotify now"))
    expect(other).to_have_count(1)
    other.locator(".rename summary").click()
    other.get_by_role("button", name=say(page, "Delete from the history")).click()
    expect(page.get_by_text(say(page, "The mix is deleted from your history."))).to_be_visible()
    expect(mixes.filter(has_not_text=say(page, "in Spotify now"))).to_have_count(0)
    assert list_written(playlist) == first


@with_and_without_scripts
def test_a_playlist_is_refreshed_every_week_and_what_was_added_stays(page, website):
    listener = make_first_playlist(page, website)
    first, [playlist] = read_songs(page), listener.playlists
    page.get_by_role("link", name=say(page, "History")).click()
    page.get_by_label(say(page, "Day")).select_option(index=6)
    page.get_by_role("button", name=say(page, "Refresh every week")).click()
    expect(page.get_by_role("button", name=say(page, "Turn off"))).to_be_visible()
    own = website.add_own(playlist, 7)

    with website.at_work:
        website.clock.move(days=7)
        website.work()

    assert listener.playlists == [playlist]
    assert list_written(playlist)[-1] == own
    assert not set(list_written(playlist)[:-1]) & set(first)
    page.get_by_role("link", name=say(page, "Playlist")).click()
    assert read_songs(page) == list_written(playlist)[:-1]
    expect(page.get_by_text(say_changes(page, 50, 0, 50))).to_be_visible()
    page.get_by_role("link", name=say(page, "History")).click()
    expect(page.locator(".mix")).to_have_count(2)
    page.get_by_role("button", name=say(page, "Turn off")).click()
    expect(page.get_by_text(say(page, "Your playlist is no longer refreshed by itself."))).to_be_visible()


@without_and_with_scripts
def test_a_playlist_changed_in_spotify_is_asked_about(page, website):
    listener = make_first_playlist(page, website)
    [playlist] = listener.playlists

    def try_to_update(place):
        own = website.add_own(playlist, place)
        before = list_written(playlist)
        shuffle(page)
        shuffled = read_songs(page)
        page.get_by_role("button", name=say(page, "Update my playlist")).click()
        expect(
            page.get_by_text(
                say(page, "You have changed this playlist in Spotify. What should happen to your changes?")
            )
        ).to_be_visible(timeout=MAX_WAIT_MS)
        assert list_written(playlist) == before
        return own, shuffled

    own, shuffled = try_to_update(7)
    page.get_by_role("button", name=say(page, "Keep my changes")).click()
    wait_until_saved(page)
    assert list_written(playlist) == [*shuffled, own]

    _, shuffled = try_to_update(8)
    page.get_by_role("button", name=say(page, "Overwrite")).click()
    wait_until_saved(page)
    assert list_written(playlist) == shuffled

    _, shuffled = try_to_update(9)
    before = list_written(playlist)
    page.get_by_role("button", name=say(page, "Save as a new one")).click()
    wait_until_saved(page)
    new, old = listener.playlists
    assert (old, list_written(playlist)) == (playlist, before)
    assert list_written(new) == read_songs(page) == shuffled


@with_and_without_scripts
def test_a_playlist_that_is_being_made_is_stopped_and_started_again(page, website):
    listener = find_listener(website, 100)
    sign_in(page, website, listener.display_name)
    with website.at_work:
        page.get_by_role("button", name=say(page, "Make my playlist")).click()
        page.get_by_role("button", name=say(page, "Stop")).click()
        expect(page.get_by_role("heading", name=say(page, "You stopped this"))).to_be_visible()
        website.work()
        assert listener.playlists == []

    page.get_by_role("button", name=say(page, "Start again")).click()

    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
    assert read_songs(page) == list_written(listener.playlists[0])


@without_and_with_scripts
def test_what_waits_for_spotify_says_so_and_goes_on_by_itself(page, website):
    listener = find_listener(website, 100)
    sign_in(page, website, listener.display_name)
    website.standin.state.faults.add("GET /v1/me/tracks", FAULTS["429 quota"])
    page.get_by_role("button", name=say(page, "Make my playlist")).click()
    expect(page.get_by_text(say(page, "Spotify asks us to wait."))).to_be_visible(timeout=MAX_WAIT_MS)
    home = open_tab(page, website, "/")
    expect(home.get_by_text(say(home, "Spotify asks us to wait."))).to_be_visible()
    home.close()

    with website.at_work:
        website.clock.move(hours=14)
        website.work()

    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
    assert read_songs(page) == list_written(listener.playlists[0])


@pytest.mark.parametrize("page", [{"timezone_id": "Asia/Kathmandu", "locale": "en-GB"}], indirect=True)
def test_times_are_the_listeners_own(page, website):
    listener = find_listener(website, 100)
    sign_in(page, website, listener.display_name)
    website.standin.state.faults.add("GET /v1/me/tracks", FAULTS["429 quota"])

    page.get_by_role("button", name=say(page, "Make my playlist")).click()

    expect(page.get_by_text(say(page, "Spotify asks us to wait."))).to_be_visible(timeout=MAX_WAIT_MS)
    job = jobs.get_live(website.database, listener.account_id)
    there = job.parked_until.astimezone(ZoneInfo("Asia/Kathmandu"))  # 5 hours and 45 minutes ahead
    expect(page.locator("time")).to_have_text(f"{there:%H:%M on %-d %B %Y}")
    page.goto(website.settings.public_url)
    expect(page.locator("time")).to_have_text(f"{there:%H:%M on %-d %B %Y}")


@with_and_without_scripts
def test_after_a_sign_in_that_has_ended_all_is_as_it_was(page, website):
    listener = make_first_playlist(page, website)
    shuffle(page)
    shuffled = read_songs(page)
    website.standin.state.revoke(listener)
    website.standin.state.expire_tokens()
    page.get_by_role("button", name=say(page, "Update my playlist")).click()
    expect(
        page.get_by_text(say(page, "Spotify has ended your sign-in. Please sign in again."))
    ).to_be_visible(timeout=MAX_WAIT_MS)

    page.get_by_role("link", name=say(page, "Sign in with Spotify")).click()
    agree(page, listener.display_name)

    expect(page.get_by_text(say(page, "draft"), exact=True)).to_be_visible()
    assert read_songs(page) == shuffled
    update(page)
    assert list_written(listener.playlists[0]) == shuffled
    website.clock.move(days=31)  # a session lasts 30
    page.goto(f"{website.settings.public_url}/history")
    expect(page.get_by_text(say(page, "Please sign in first."))).to_be_visible()
    page.get_by_role("link", name=say(page, "Sign in with Spotify")).click()
    agree(page, listener.display_name)
    page.wait_for_url("**/history")
    expect(page.locator(".mix")).to_have_count(2)


@without_and_with_scripts
def test_an_empty_library_is_no_dead_end(page, website):
    listener = website.standin.state.add_listener("Nobody’s songs", [])
    sign_in(page, website, listener.display_name)
    page.get_by_role("button", name=say(page, "Make my playlist")).click()
    expect(
        page.get_by_text(say(page, "You have no liked songs yet. Like some in Spotify, then come back."))
    ).to_be_visible(timeout=MAX_WAIT_MS)
    assert listener.playlists == []
    for song in website.songs[:40]:
        listener.keep(song, website.standin.state.now())

    page.get_by_role("link", name=say(page, "Back to the start")).click()
    page.get_by_role("button", name=say(page, "Make my playlist")).click()

    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
    assert read_songs(page) == list_written(listener.playlists[0])


@with_and_without_scripts
def test_who_disconnects_leaves_nothing_here_and_the_playlist_in_spotify(page, website):
    listener = make_first_playlist(page, website)
    address, written = page.url.partition("?")[0], list_written(listener.playlists[0])
    shuffle(page)
    page.locator(".account summary").click()
    page.get_by_role("link", name=say(page, "Disconnect")).click()

    confirm_disconnect(page)

    assert list_written(listener.playlists[0]) == written
    sign_in(page, website, listener.display_name)
    expect(page.get_by_role("button", name=say(page, "Make my playlist"))).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name=say(page, "There is nothing here"))).to_be_visible()


def test_a_tuning_in_an_address_shows_whoever_opens_it_songs_of_their_own(page, website, visit):
    make_first_playlist(page, website)
    page.get_by_role("button", name=say(page, "Discover")).click()
    page.wait_for_url("**n=100*")
    other = visit(**DESK, java_script_enabled=False)
    make_first_playlist(other, website, at_least=400)
    theirs = other.url.partition("?")[0]
    first = read_songs(other)

    other.goto(page.url)

    assert other.url == f"{theirs}?n=100"
    expect(other.get_by_text(say(other, "preview"), exact=True)).to_be_visible()
    expect(other.locator(".song").get_by_text(say(other, "New artist"))).to_have_count(50)
    assert read_songs(other) != read_songs(page)
    other.get_by_role("link", name=say(other, "Back to my playlist")).click()
    other.wait_for_url(theirs)
    assert read_songs(other) == first


def test_a_playlist_is_made_tuned_changed_and_saved_by_keyboard_alone(page, website):
    press = page.keyboard.press
    page.goto(website.settings.public_url)
    tab_to(page, "Sign in with Spotify")
    press("Enter")
    page.wait_for_url("**/authorize?*")
    tab_to(page, "Agree")
    press("Enter")
    expect(page.get_by_role("button", name=say(page, "Make my playlist"))).to_be_visible()
    tab_to(page, "Make my playlist")
    press("Enter")
    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
    [playlist] = [each for one in website.standin.state.listeners.values() for each in one.playlists]
    first = list_written(playlist)

    tab_to(page, "Discover")
    press("Enter")
    page.wait_for_url("**n=100*")
    expect_undo(page, "tuned")
    tuned = read_songs(page)
    title = page.locator(".song cite").first.inner_text()
    tab_to(page, f"Swap {title}")
    press("Enter")
    expect_undo(page, "swapped “{subject}”", subject=title)
    assert read_songs(page)[1:] == tuned[1:] != first[1:]
    tab_to(page, page.locator("#undo").inner_text(), "Shift+Tab")
    press("Enter")
    expect_undo(page, "tuned")
    assert read_songs(page) == tuned
    tab_to(page, "Update my playlist", "Shift+Tab")
    press("Enter")

    wait_until_saved(page)
    assert list_written(playlist) == tuned
