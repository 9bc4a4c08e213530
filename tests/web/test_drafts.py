"""A draft as the browser changes it: previews by address, steps, undo, history, recipes, weekly refresh."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from standin.named_faults import FAULTS
from standin.state import StandinEntry
from store import drafts, mixes, recipes, tables, weekly
from store.tuning import Tuning
from tests.support.nora import choosy as nora

__all__ = ["nora"]

HTMX = {"HX-Request": "true"}


def read_songs(page):
    """Return the ids of the songs that a page shows, in order."""
    return re.findall(r'id="song-(\w+)"', page)


def show(browser, **args):
    return browser.client.get(browser.address, query_string=args).text


def list_written(browser):
    return [entry.song.id for entry in browser.listener.playlists[0].entries]


def get_draft(site, browser):
    return drafts.get(site.database, browser.address.rpartition("/")[2], browser.listener.account_id)


def test_a_change_is_a_draft_and_spotify_keeps_what_it_has(site, nora):
    written = list_written(nora)
    n_calls = site.standin.state.count("{any} /v1/{rest*}")

    nora.post(f"{nora.address}/tune", n="100", x="1")

    assert read_songs(show(nora)) != written
    assert list_written(nora) == written
    assert site.standin.state.count("{any} /v1/{rest*}") == n_calls


def test_songs_for_christmas_and_children_are_left_out_by_a_tick(nora):
    def list_ticked(page):
        return re.findall(r'id="tune-([xck])"[^>]* checked', page)

    assert list_ticked(show(nora)) == ["x"]
    nora.post(f"{nora.address}/tune", n="50", x="1", c="0", k="0")

    page = show(nora)
    assert list_ticked(page) == ["x", "c", "k"]
    assert "Leave out Christmas songs" in page
    assert "2 changes" in page


def test_a_draft_that_is_older_than_the_playlist_says_so(site, nora):
    nora.post(f"{nora.address}/shuffle")
    assert "after you made this draft" not in show(nora)

    with site.database.writing() as connection:
        later = site.clock.now() + timedelta(days=7)
        connection.execute(update(tables.playlists).values(made_at=later))

    page = show(nora)
    assert "after you made this draft" in page
    assert "Show the refreshed playlist" in page
    nora.post(f"{nora.address}/discard")
    assert read_songs(show(nora)) == list_written(nora)


def test_what_is_compared_with_an_earlier_mix_is_named(site, nora):
    nora.post(f"{nora.address}/shuffle")
    nora.do_job(site, f"{nora.address}/save")
    earlier = mixes.list_history(site.database, nora.listener.account_id, 2)[1]
    address = f"/history/{earlier.id}/compare"
    assert "beside your playlist as it is now" in nora.client.get(address).text

    nora.post(f"{nora.address}/shuffle")

    assert "beside the draft of your playlist" in nora.client.get(address).text


def test_the_address_after_a_change_keeps_how_the_list_is_shown(nora):
    form = {"csrf_token": nora.csrf_token(), "sort": "energy", "only": "new"}

    answer = nora.client.post(f"{nora.address}/shuffle", data=form, headers=HTMX)

    pushed = answer.headers["HX-Push-Url"]
    assert {"sort=energy", "only=new"} <= set(pushed.partition("?")[2].split("&"))
    assert read_songs(nora.client.get(pushed).text) == read_songs(answer.text)


def test_a_list_without_songs_cannot_be_saved(nora):
    nora.post(f"{nora.address}/tune", n="50", s="10", x="1")
    assert "Update my playlist" in show(nora)

    for song_id in read_songs(show(nora)):
        nora.post(f"{nora.address}/songs/{song_id}/remove")

    page = show(nora)
    assert "There are no songs left." in page
    assert "Update my playlist" not in page
    assert "Save as a new one" not in page
    assert "Refresh</button>" in page


def test_saving_writes_exactly_what_was_shown_into_the_same_playlist(site, nora):
    nora.post(f"{nora.address}/tune", n="100", s="30", x="1")
    nora.post(f"{nora.address}/songs/{read_songs(show(nora))[4]}/swap")
    nora.post(f"{nora.address}/name", name="Sunday morning")
    shown = read_songs(show(nora))

    saved = nora.do_job(site, f"{nora.address}/save")

    assert saved == nora.address
    assert list_written(nora) == shown
    assert nora.listener.playlists[0].name == "Sunday morning"
    assert get_draft(site, nora) is None
    assert read_songs(show(nora)) == shown


def test_saving_as_a_new_one_leaves_the_old_one_as_it_is(site, nora):
    before = list_written(nora)
    nora.post(f"{nora.address}/shuffle")
    shown = read_songs(show(nora))

    saved = nora.do_job(site, f"{nora.address}/save", as_new="on")

    written = {
        playlist.id: [entry.song.id for entry in playlist.entries] for playlist in nora.listener.playlists
    }
    assert written == {nora.address.rpartition("/")[2]: before, saved.rpartition("/")[2]: shown}


def test_an_address_with_a_tuning_shows_it_and_keeps_nothing(site, nora):
    page = show(nora, n="100", s="20")

    assert len(read_songs(page)) == 20
    assert get_draft(site, nora) is None
    assert read_songs(show(nora)) == list_written(nora)
    assert read_songs(show(nora, n="100", s="20")) == read_songs(page)


def test_what_is_done_to_a_preview_keeps_both(site, nora):
    preview = read_songs(show(nora, n="100", s="20"))

    nora.post(f"{nora.address}/songs/{preview[0]}/remove?n=100&s=20")

    assert read_songs(show(nora)) == preview[1:]
    assert get_draft(site, nora).number == 1


def test_saving_a_preview_writes_it(site, nora):
    preview = read_songs(show(nora, n="0", s="15"))

    nora.do_job(site, f"{nora.address}/save?n=0&s=15")

    assert list_written(nora) == preview


def test_going_back_shows_the_tuning_of_before(nora):
    first = nora.post(f"{nora.address}/tune", n="0", x="1").location
    before = read_songs(nora.client.get(first).text)
    nora.post(f"{nora.address}/tune", n="100", x="1")

    assert read_songs(nora.client.get(first).text) == before


@pytest.mark.parametrize("args", [{"n": "many"}, {"n": "50", "y": "old"}, {"n": "50", "t": "1000"}])
def test_an_address_that_was_tampered_with_says_so(nora, args):
    answer = nora.client.get(nora.address, query_string=args)

    assert answer.status_code == 400
    assert "This tuning cannot be read" in answer.text


def test_a_tuning_that_leaves_nothing_says_so_and_keeps_the_draft(site, nora):
    answer = nora.client.post(
        f"{nora.address}/tune",
        data={"csrf_token": nora.csrf_token(), "n": "50", "y0": "1900", "y1": "1901", "x": "1"},
        headers=HTMX,
    )

    assert "Nothing fits this tuning" in answer.text
    assert read_songs(answer.text) == list_written(nora)
    assert get_draft(site, nora) is None


def test_htmx_gets_the_part_that_changes_and_the_address_to_show(nora):
    answer = nora.client.post(
        f"{nora.address}/tune", data={"csrf_token": nora.csrf_token(), "n": "20", "x": "1"}, headers=HTMX
    )

    assert answer.headers["HX-Push-Url"] == f"{nora.address}?n=20"
    assert "<html" not in answer.text
    assert len(read_songs(answer.text)) == 50


def test_another_tab_sees_the_same_draft(site, nora):
    nora.post(f"{nora.address}/shuffle")
    other = site.browser()
    other.sign_in(nora.listener)

    assert read_songs(other.client.get(nora.address).text) == read_songs(show(nora))


def test_a_refresh_is_a_draft_without_songs_of_the_last_mix_that_counts_what_changed(site, nora):
    before = list_written(nora)
    kept = before[7]
    nora.post(f"{nora.address}/songs/{kept}/keep")

    page = nora.client.get(nora.do_job(site, f"{nora.address}/refresh")).text

    assert set(read_songs(page)) & set(before) == {kept}
    assert "49 new, 1 kept, 49 went" in page
    assert list_written(nora) == before


def test_shuffling_a_refresh_still_repeats_nothing_of_the_last_mix(site, nora):
    before = set(list_written(nora))
    nora.do_job(site, f"{nora.address}/refresh")
    first = set(read_songs(show(nora)))

    nora.post(f"{nora.address}/shuffle")

    second = set(read_songs(show(nora)))
    assert not second & before
    assert len(second - first) >= 25


def test_discarding_leads_back_to_what_is_in_spotify_and_can_be_undone(nora):
    nora.post(f"{nora.address}/shuffle")
    draft = read_songs(show(nora))
    assert "Update my playlist" in show(nora)

    nora.post(f"{nora.address}/discard")
    assert read_songs(show(nora)) == list_written(nora)
    assert "Update my playlist" not in show(nora)
    nora.post(f"{nora.address}/undo")

    assert read_songs(show(nora)) == draft


def test_what_is_being_saved_cannot_be_undone_meanwhile(site, nora):
    nora.post(f"{nora.address}/shuffle")
    shown = read_songs(show(nora))
    nora.post(f"{nora.address}/save")

    answer = nora.client.post(f"{nora.address}/undo", data={"csrf_token": nora.csrf_token()}, headers=HTMX)
    nora.post(f"{nora.address}/tune", n="0", x="1")
    tuned = read_songs(show(nora))
    site.work()

    assert "This is being saved" in answer.text
    assert list_written(nora) == shown
    assert read_songs(show(nora)) == tuned


def test_a_save_that_fails_while_it_writes_leads_to_the_reason(site, nora):
    nora.post(f"{nora.address}/shuffle")
    site.standin.state.faults.add("PUT /v1/playlists/{id}/items", FAULTS["500"], times=None)
    job = nora.post(f"{nora.address}/save").location
    site.work()

    polled = nora.client.get(f"{job}/progress", headers=HTMX)

    assert polled.headers["HX-Redirect"] == job
    assert "Not saved yet" in nora.client.get(job).text


def test_a_song_that_another_tab_took_out_is_told_so(nora):
    gone = read_songs(show(nora))[0]
    nora.post(f"{nora.address}/songs/{gone}/remove")

    answer = nora.client.post(
        f"{nora.address}/songs/{gone}/swap", data={"csrf_token": nora.csrf_token()}, headers=HTMX
    )

    assert "That song is no longer in the list" in answer.text
    assert len(read_songs(answer.text)) == 49


def test_an_old_tab_has_nothing_to_save(site, nora):
    answer = nora.post(f"{nora.address}/save")

    assert urlsplit(answer.location).path == nora.address
    assert get_draft(site, nora) is None


def test_a_list_without_songs_is_not_saved(site, nora):
    nora.post(f"{nora.address}/tune", n="50", s="10", x="1")
    for song_id in read_songs(show(nora)):
        nora.post(f"{nora.address}/songs/{song_id}/remove")

    answer = nora.post(f"{nora.address}/save")

    assert urlsplit(answer.location).path == nora.address
    assert len(list_written(nora)) == 50


def test_reset_asks_for_nothing_in_particular(site, nora):
    nora.post(f"{nora.address}/tune", n="80", s="20", e="40", y0="1980", taste="0-")

    nora.post(f"{nora.address}/tune", reset="on")

    assert get_draft(site, nora).record.tuning == Tuning()
    assert get_draft(site, nora).record.starts == ()


def test_a_reload_shows_swaps_after_a_taste_was_turned_down_and_up_again(nora):
    nora.post(f"{nora.address}/tune", n="50", x="1", taste="1-")
    nora.post(f"{nora.address}/tune", n="50", x="1", taste="1+")
    nora.post(f"{nora.address}/songs/{read_songs(show(nora))[3]}/swap")
    answer = nora.client.get("/")

    assert read_songs(nora.client.get(answer.location).text) == read_songs(show(nora))


def test_a_song_that_has_been_saved_meanwhile_stays_while_another_is_swapped(site, nora):
    listed = read_songs(show(nora))
    by_id = {song.id: song for song in site.songs}
    for song_id in listed[:3]:
        nora.listener.keep(by_id[song_id], site.clock.now().timestamp())
    nora.do_job(site, f"{nora.address}/refresh")
    nora.post(f"{nora.address}/discard")

    nora.post(f"{nora.address}/songs/{listed[10]}/swap")

    now = read_songs(show(nora))
    assert [at for at in range(50) if now[at] != listed[at]] == [10]


def test_an_address_to_share_leads_everybody_to_a_mix_of_their_own(site, nora):
    ole = site.browser()
    ole.sign_in(site.add_listener("Ole"))

    assert nora.client.get("/?n=100&s=20").location == f"{nora.address}?n=100&s=20"
    first = ole.client.get("/?n=100&s=20").text
    assert 'action="/playlists?n=100&amp;s=20"' in first
    page = ole.do_job(site, "/playlists?n=100&s=20")

    assert len(read_songs(ole.client.get(page).text)) == 20
    assert 'href="/login?next=/?n%3D100' in site.browser().client.get("/?n=100").text.replace(
        "%3F", "?"
    ).replace("%2F", "/")


def test_starting_from_an_artist_and_no_longer(site, nora):
    found = nora.client.get(
        f"{nora.address}/starts", query_string={"q": site.songs[0].artists[0][:6]}, headers=HTMX
    )
    about, subject = re.search(
        r'name="about" value="(\w+)"><input type="hidden" name="subject" value="([^"]+)"', found.text
    ).groups()

    nora.post(f"{nora.address}/starts", about=about, subject=subject)
    assert [start.subject for start in get_draft(site, nora).record.starts] == [subject]
    assert "your starting point" in show(nora)
    nora.post(f"{nora.address}/starts/remove", about=about, subject=subject)

    assert get_draft(site, nora).record.starts == ()


def test_a_start_that_is_in_no_catalogue_is_refused(nora):
    assert nora.post(f"{nora.address}/starts", about="song", subject="none").status_code == 400
    assert nora.post(f"{nora.address}/starts", about="album", subject="x").status_code == 400


def test_the_list_can_be_sorted_and_filtered(nora):
    record_order = read_songs(show(nora))

    by_taste = show(nora, sort="taste")
    only_new = show(nora, only="new")

    assert sorted(read_songs(by_taste)) == sorted(record_order)
    assert read_songs(by_taste) != record_order
    assert 0 < len(read_songs(only_new)) < 50


def test_an_earlier_mix_is_restored_as_a_draft(site, nora):
    first = list_written(nora)
    site.clock.move(minutes=1)
    nora.do_job(site, f"{nora.address}/refresh")
    nora.do_job(site, f"{nora.address}/save")
    _, earlier = mixes.list_history(site.database, nora.listener.account_id, 10)

    nora.post(f"/history/{earlier.id}/restore")

    assert read_songs(show(nora)) == first
    assert list_written(nora) != first
    nora.do_job(site, f"{nora.address}/save")
    assert list_written(nora) == first


def test_a_mix_of_the_history_is_opened_compared_named_and_deleted(site, nora):
    site.clock.move(minutes=1)
    nora.do_job(site, f"{nora.address}/refresh")
    nora.do_job(site, f"{nora.address}/save")
    _, earlier = mixes.list_history(site.database, nora.listener.account_id, 10)

    assert "Restore" in nora.client.get(f"/history/{earlier.id}").text
    assert "Only then (50)" in nora.client.get(f"/history/{earlier.id}/compare").text
    nora.post(f"/history/{earlier.id}/name", name="  The first  ")
    assert "The first" in nora.client.get("/history").text
    nora.post(f"/history/{earlier.id}/delete")

    assert "The first" not in nora.client.get("/history").text
    assert nora.client.get(f"/history/{earlier.id}").status_code == 404


def test_a_recipe_is_kept_offered_and_deleted(site, nora):
    nora.post("/recipes", name=" Sunday  morning ", n="18", x="0", e="-40")

    [kept] = recipes.list_recipes(site.database, nora.listener.account_id)
    assert (kept.name, kept.tuning) == ("Sunday morning", Tuning(new_percent=18, explicit=False, energy=-40))
    assert ">Sunday morning<" in show(nora)
    nora.post("/recipes/delete", name="Sunday morning")
    assert ">Sunday morning<" not in show(nora)
    assert recipes.list_recipes(site.database, nora.listener.account_id) == []


def test_a_recipe_needs_a_name(nora):
    assert nora.post("/recipes", name="  ", n="18").status_code == 400


def test_a_refresh_on_hold_is_told_with_its_reason_on_the_playlist_s_page_and_in_the_history(site, nora):
    nora.post(f"{nora.address}/weekly", weekday="6", hour="9", time_zone="Europe/Oslo")
    assert "refresh is on hold" not in show(nora)
    [playlist] = nora.listener.playlists
    local = replace(site.songs[1000], id="")
    playlist.entries.append(StandinEntry(local, site.standin.state.now()))
    site.clock.at = weekly.get(site.database, nora.listener.account_id).next_at
    site.work()

    for page in (show(nora), nora.client.get("/history").text):
        assert "is on hold" in page
        assert "such as a podcast or a file of your own" in page.replace("\n", " ")


def test_the_history_names_the_playlist_that_is_refreshed_though_there_is_a_newer_one(site, nora):
    nora.post(f"{nora.address}/weekly", weekday="6", hour="9", time_zone="Europe/Oslo")
    site.clock.move(minutes=1)
    nora.post(f"{nora.address}/name", name="The other")
    nora.do_job(site, f"{nora.address}/save", as_new="on")

    page = nora.client.get("/history").text

    assert "“<bdi>New songs for you</bdi>” is refreshed next at" in page


def test_a_weekly_refresh_is_set_and_turned_off(site, nora):
    nora.post(f"{nora.address}/weekly", weekday="6", hour="9", time_zone="Europe/Oslo")

    set_to = weekly.get(site.database, nora.listener.account_id)
    assert (set_to.weekday, set_to.hour, set_to.time_zone) == (6, 9, "Europe/Oslo")
    assert "is refreshed next at" in nora.client.get("/history").text
    nora.post(f"{nora.address}/weekly", off="on")
    assert weekly.get(site.database, nora.listener.account_id) is None


@pytest.mark.parametrize("form", [{"weekday": "7", "hour": "9"}, {"weekday": "1", "hour": "24"}, {}], ids=str)
def test_a_weekly_time_that_is_none_is_refused(site, nora, form):
    assert nora.post(f"{nora.address}/weekly", **form).status_code == 400
    assert weekly.get(site.database, nora.listener.account_id) is None


def test_an_unknown_time_zone_counts_as_utc(site, nora):
    nora.post(f"{nora.address}/weekly", weekday="0", hour="0", time_zone="Mars/Olympus")

    assert weekly.get(site.database, nora.listener.account_id).time_zone == "UTC"


def test_every_week_the_playlist_gets_other_songs_under_the_same_id(site, nora):
    first = list_written(nora)
    nora.post(f"{nora.address}/weekly", weekday="0", hour="9", time_zone="UTC")
    playlist_id = nora.listener.playlists[0].id

    site.clock.move(days=7)
    site.work()

    assert [playlist.id for playlist in nora.listener.playlists] == [playlist_id]
    assert len(list_written(nora)) == 50
    assert not set(list_written(nora)) & set(first)
