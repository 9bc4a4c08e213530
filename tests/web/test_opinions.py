"""What a listener has blocked: respected, listed, taken back."""

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


def block(site, browser, song, kind="song"):
    """Block a song, or its first artist."""
    subject = song.id if kind == "song" else song.artists[0]
    label = f"{song.title} by {', '.join(song.artists)}" if kind == "song" else song.artists[0]
    opinions.give(site.database, browser.listener.account_id, kind, subject, "never", label)


def test_a_song_that_is_blocked_is_not_in_the_next_playlist(site, nora):
    unwanted = list_songs(nora)[0]

    block(site, nora, unwanted)
    site.forget_mixes()
    nora.make_playlist(site)

    assert unwanted not in list_songs(nora)
    assert len(list_songs(nora)) == 50


def test_an_artist_who_is_blocked_has_no_song_in_the_next_playlist(site, nora):
    unwanted = list_songs(nora)[0]

    block(site, nora, unwanted, "artist")
    site.forget_mixes()
    nora.make_playlist(site)

    assert unwanted.artists[0] not in {song.artists[0] for song in list_songs(nora)}
    assert len(list_songs(nora)) == 50


def test_the_list_names_what_is_blocked_and_undoes_it(site, nora):
    first, second = list_songs(nora)[:2]
    block(site, nora, first)
    block(site, nora, second, "artist")

    page = nora.client.get("/blocked").text
    assert f"<cite>{escape(first.title)} by {escape(', '.join(first.artists))}</cite>" in page
    assert f"<cite>{escape(second.artists[0])}</cite>" in page
    nora.post("/blocked/undo", about="song", subject=first.id)
    nora.post("/blocked/undo", about="artist", subject=second.artists[0])

    assert opinions.list_opinions(site.database, nora.listener.account_id) == []
    assert "You have blocked nothing" in nora.client.get("/blocked").text


def test_the_list_can_be_found_from_every_page(nora):
    for page in (nora.address, "/privacy", "/history", "/nothing-here"):
        assert 'href="/blocked"' in nora.client.get(page).text


def test_the_lists_old_address_leads_to_it(nora):
    answer = nora.client.get("/opinions")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/blocked")


@pytest.mark.parametrize("form", [{}, {"about": "album", "subject": "x"}, {"about": ""}], ids=str)
def test_a_form_that_is_none_of_ours_is_refused(site, nora, form):
    block(site, nora, list_songs(nora)[0])

    assert nora.post("/blocked/undo", **form).status_code == 400
    assert len(opinions.list_opinions(site.database, nora.listener.account_id)) == 1


def test_a_wish_for_more_is_no_block(site, nora):
    wanted = list_songs(nora)[0]
    opinions.give(site.database, nora.listener.account_id, "song", wanted.id, "more", wanted.title)

    assert "You have blocked nothing" in nora.client.get("/blocked").text


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


def test_who_has_blocked_everything_is_told_so(site, nora):
    for artist in {name for song in site.songs for name in song.artists}:
        opinions.give(site.database, nora.listener.account_id, "artist", artist, "never", artist)

    job = nora.post(f"{nora.address}/refresh").headers["Location"]
    site.work()
    page = nora.client.get(job).text

    assert "The songs and artists that you have blocked leave nothing to pick." in page
    assert 'href="/blocked">See what is blocked' in page
    assert "Try again" not in page
    assert len(list_songs(nora)) == 50
