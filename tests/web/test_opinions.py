"""What a listener never wants to hear: ruled out on the playlist's page, respected, listed, taken back."""

import re

import pytest
from markupsafe import escape

from store import opinions, playlists


@pytest.fixture
def nora(site):
    """A signed-in listener with a playlist; `address` is its page, `songs` are in it."""
    browser = site.browser()
    browser.listener = site.add_listener("Nora", saved=100)
    browser.sign_in(browser.listener)
    browser.address = browser.make_playlist(site)
    return browser


def list_songs(browser):
    return [entry.song for entry in browser.listener.playlists[0].entries]


def press(browser, song, **form):
    """Press a button beside a song."""
    return browser.post(f"{browser.address}/songs/{song.id}/opinion", **form)


def find_row(page, song):
    """Return the part of the playlist's page that is about a song."""
    return re.search(rf'<li class="song" id="song-{song.id}">.*?</li>', page, re.DOTALL)[0]


def test_every_song_offers_to_rule_it_or_its_artist_out(nora):
    page = nora.client.get(nora.address).text

    for song in list_songs(nora):
        row = find_row(page, song)
        assert "Never this song" in row
        assert f"Never {escape(song.artists[0])}</button>" in row
        assert f'action="{nora.address}/songs/{song.id}/opinion"' in row


def test_a_song_that_is_ruled_out_is_not_in_the_next_playlist(site, nora):
    unwanted = list_songs(nora)[0]

    answer = press(nora, unwanted, never="song")
    row = find_row(nora.client.get(nora.address).text, unwanted)
    site.forget_mixes()
    nora.make_playlist(site)

    assert answer.headers["Location"] == f"{nora.address}#song-{unwanted.id}"
    assert "Never again, from the next playlist on" in row
    assert "Take it back" in row
    assert unwanted not in list_songs(nora)
    assert len(list_songs(nora)) == 50


def test_an_artist_who_is_ruled_out_has_no_song_in_the_next_playlist(site, nora):
    unwanted = list_songs(nora)[0]
    artist = unwanted.artists[0]

    press(nora, unwanted, never="artist")
    row = find_row(nora.client.get(nora.address).text, unwanted)
    site.forget_mixes()
    nora.make_playlist(site)

    assert "from the next playlist on" in row
    assert f"Never again: {escape(artist)}" in row
    assert artist not in {song.artists[0] for song in list_songs(nora)}
    assert len(list_songs(nora)) == 50


@pytest.mark.parametrize("kind", ["song", "artist"])
def test_what_is_taken_back_on_the_page_may_come_again(site, nora, kind):
    before = list_songs(nora)
    press(nora, before[0], never=kind)

    press(nora, before[0], take_back=kind)

    assert "Never this song" in find_row(nora.client.get(nora.address).text, before[0])
    site.forget_mixes()
    nora.make_playlist(site)
    assert list_songs(nora) == before


def test_the_list_names_what_is_ruled_out_and_takes_it_back(site, nora):
    first, second = list_songs(nora)[:2]
    press(nora, first, never="song")
    press(nora, second, never="artist")

    page = nora.client.get("/blocked").text
    assert f"<cite>{escape(first.title)} by {escape(', '.join(first.artists))}</cite>" in page
    assert f"<cite>{escape(second.artists[0])}</cite>" in page
    nora.post("/blocked/undo", about="song", subject=first.id)
    nora.post("/blocked/undo", about="artist", subject=second.artists[0])

    assert opinions.list_opinions(site.database, nora.listener.account_id) == []
    assert "You have blocked nothing" in nora.client.get("/blocked").text


def test_the_list_can_be_found_from_the_start_and_from_the_playlist(nora):
    for page in ("/", nora.address, "/privacy"):
        assert 'href="/blocked"' in nora.client.get(page).text


def test_the_lists_old_address_leads_to_it(nora):
    answer = nora.client.get("/opinions")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/blocked")


def test_htmx_gets_only_the_part_that_changes_with_the_focus_on_it(nora):
    song = list_songs(nora)[0]
    address = f"{nora.address}/songs/{song.id}/opinion"
    form = {"csrf_token": nora.csrf_token()}

    ruled_out = nora.client.post(address, data={**form, "never": "song"}, headers={"HX-Request": "true"})
    again = nora.client.post(address, data={**form, "take_back": "song"}, headers={"HX-Request": "true"})

    for part in (ruled_out, again):
        assert (part.status_code, part.text.count("<form"), part.text.count("autofocus")) == (200, 1, 1)
        assert "<html" not in part.text
    assert "Take it back" in ruled_out.text
    assert "Never this song" in again.text


@pytest.mark.parametrize("form", [{}, {"never": "album"}, {"take_back": ""}, {"more": "song"}], ids=str)
def test_a_form_that_is_none_of_ours_is_refused(site, nora, form):
    assert press(nora, list_songs(nora)[0], **form).status_code == 400
    assert nora.post("/blocked/undo", about="album", subject="x").status_code == 400
    assert opinions.list_opinions(site.database, nora.listener.account_id) == []


def test_only_songs_of_the_playlist_can_be_ruled_out(site, nora):
    stranger = next(song for song in site.songs if song not in list_songs(nora))

    assert press(nora, stranger, never="song").status_code == 404
    assert nora.post(f"/playlists/none/songs/{stranger.id}/opinion", never="song").status_code == 404


def test_a_wish_for_more_is_no_ban(site, nora):
    wanted = list_songs(nora)[0]
    opinions.give(site.database, nora.listener.account_id, "song", wanted.id, "more", wanted.title)

    assert "You have blocked nothing" in nora.client.get("/blocked").text
    assert "Never this song" in find_row(nora.client.get(nora.address).text, wanted)
    site.forget_mixes()
    nora.make_playlist(site)
    assert wanted in list_songs(nora)


@pytest.mark.parametrize("wished", [1, 2, 3])
def test_of_a_taste_of_whose_songs_more_is_wished_there_are_more(site, nora, wished):
    account_id = nora.listener.account_id
    before = playlists.get_latest(site.database, account_id).record
    for song in before.songs:
        if song.taste == wished:
            opinions.give(site.database, account_id, "song", song.id, "more", song.title)

    nora.make_playlist(site)

    after = playlists.get_latest(site.database, account_id).record
    assert after.tastes[wished].n_picks > before.tastes[wished].n_picks > 0


def test_who_has_ruled_everything_out_is_told_so(site, nora):
    for artist in {name for song in site.songs for name in song.artists}:
        opinions.give(site.database, nora.listener.account_id, "artist", artist, "never", artist)

    job = nora.post("/playlists").headers["Location"]
    site.work()
    page = nora.client.get(job).text

    assert "The songs and artists that you have blocked leave nothing to pick." in page
    assert 'href="/blocked">See what is blocked' in page
    assert "Try again" not in page
    assert len(list_songs(nora)) == 50
