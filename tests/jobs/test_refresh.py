"""A refresh: another mix of songs that no recent one had, whatever happens on the way."""

import re
from html import unescape

import pytest
from sqlalchemy import select, update

from recommender.matching.normalise import normalise
from standin.named_faults import FAULTS
from store import jobs, playlists, tables

WRITE = "PUT /v1/playlists/{id}/items"


def list_songs(nora, at=0):
    return [entry.song.id for entry in nora.playlists[at].entries]


def list_mixes(site):
    with site.database.reading() as connection:
        return connection.scalars(select(tables.mixes.c.song_ids).order_by(tables.mixes.c.made_at)).all()


def get_record(site, nora):
    return playlists.get_latest(site.database, nora.account_id).record


def test_six_refreshes_repeat_no_song(site, browser, nora):
    made = []
    for _ in range(7):
        browser.make_playlist(site)
        made.append(list_songs(nora))
        site.clock.move(days=1)

    assert len(nora.playlists) == 1
    assert [len(songs) for songs in made] == [50] * 7
    assert len({song for songs in made for song in songs}) == 7 * 50
    assert list_mixes(site) == made


def test_a_new_playlist_repeats_no_song_of_the_old_one(site, browser, nora):
    browser.make_playlist(site)
    browser.make_playlist(site, as_new="on")

    assert not set(list_songs(nora, 0)) & set(list_songs(nora, 1))


@pytest.mark.parametrize(("days", "may_repeat"), [(59, False), (61, True)])
def test_songs_may_come_again_after_sixty_days(site, browser, nora, days, may_repeat):
    browser.make_playlist(site)
    first = set(list_songs(nora))
    site.clock.move(days=days)
    browser.sign_in(nora)

    browser.make_playlist(site)

    assert bool(first & set(list_songs(nora))) == may_repeat
    assert len(list_mixes(site)) == (1 if may_repeat else 2)


def test_another_mix_of_the_same_songs_is_not_in_the_order_of_the_first(site, browser, nora):
    browser.make_playlist(site)
    first = list_songs(nora)
    site.clock.move(days=61)
    browser.sign_in(nora)

    browser.make_playlist(site)

    assert list_songs(nora) != first


def run_again(site, job_id):
    """Let a job run again as if its worker had been killed before it noted the end."""
    with site.database.writing() as connection:
        killed = update(tables.jobs).where(tables.jobs.c.id == job_id)
        connection.execute(killed.values(state="running", heartbeat=site.clock.now()))
    site.clock.move(minutes=2)
    site.work()


def test_a_refresh_that_is_run_again_writes_the_same_songs(site, browser, nora):
    browser.make_playlist(site)
    site.clock.move(minutes=1)
    browser.make_playlist(site)
    second, mixes = list_songs(nora), list_mixes(site)
    with site.database.reading() as connection:
        newest = select(tables.jobs.c.id).order_by(tables.jobs.c.created_at.desc()).limit(1)
        job_id = connection.scalar(newest)

    run_again(site, job_id)

    assert jobs.get(site.database, job_id, nora.account_id).runs == 2
    assert list_songs(nora) == second
    assert list_mixes(site) == mixes


def test_a_refresh_that_is_parked_before_its_write_picks_the_same_songs_later(site, browser, nora):
    browser.make_playlist(site)
    first = list_songs(nora)
    site.standin.state.faults.add(WRITE, FAULTS["429 long"])
    site.clock.move(minutes=1)
    browser.post("/playlists")
    site.work()
    kept = playlists.get_latest(site.database, nora.account_id)
    planned = [song for song in kept.song_ids if song not in first]
    assert len(list_mixes(site)) == 1

    site.clock.move(hours=2)
    site.work()

    assert not set(list_songs(nora)) & set(first)
    assert set(list_songs(nora)) <= set(planned)
    assert list_mixes(site) == [first, list_songs(nora)]


def test_a_refresh_that_failed_is_no_mix_whose_songs_are_held_back(site, browser, nora):
    browser.make_playlist(site)
    site.standin.state.faults.add(WRITE, FAULTS["403 not on the list"])
    site.clock.move(minutes=1)
    browser.post("/playlists")
    site.work()
    kept = playlists.get_latest(site.database, nora.account_id)
    tried = set(kept.song_ids) - set(list_songs(nora))

    browser.make_playlist(site)

    assert set(list_songs(nora)) <= tried


def test_a_listener_with_few_songs_left_still_gets_fifty(site, browser):
    ole = site.add_listener("Ole", saved=len(site.songs) - 70)
    browser.sign_in(ole)
    browser.make_playlist(site)
    first = set(list_songs(ole))
    site.clock.move(minutes=1)

    page = browser.client.get(browser.make_playlist(site)).text

    second = set(list_songs(ole))
    assert len(second) == len(first)
    n_came = len(second - first)
    assert 0 < n_came < len(second)
    assert f"{n_came} songs came, {n_came} went" in page


def find_changes(page):
    """Return the line that sums up what changed, and the songs that went; None where there is no such part."""
    found = re.search(r'<details class="changes">\s*<summary>(.*?)</summary>(.*?)</details>', page, re.DOTALL)
    return found and (found[1], [unescape(song) for song in re.findall("<cite>(.*?)</cite>", found[2])])


def test_the_page_tells_which_songs_went(site, browser, nora):
    page = browser.client.get(browser.make_playlist(site)).text
    old = get_record(site, nora)
    site.clock.move(minutes=1)
    refreshed = browser.client.get(browser.make_playlist(site)).text

    assert find_changes(page) is None
    summary, went = find_changes(refreshed)
    assert summary == "50 songs came, 50 went"
    assert went == [f"{song.title} by {song.artists}" for song in old.songs]


def test_a_new_playlist_replaces_nothing(site, browser, nora):
    browser.make_playlist(site)
    site.clock.move(minutes=1)

    page = browser.client.get(browser.make_playlist(site, as_new="on")).text

    assert find_changes(page) is None


@pytest.fixture
def ole(site, browser):
    """A listener who has saved every second song of half of the artists, signed in at the browser."""
    artists = sorted({song.artists[0] for song in site.songs})
    half = set(artists[::2])
    ole = site.standin.state.add_listener(
        "Ole", [song for song in site.songs if song.artists[0] in half][::2]
    )
    browser.sign_in(ole)
    return ole


def test_the_page_marks_every_song_by_an_artist_of_whom_the_listener_had_nothing(site, browser, ole):
    page = browser.client.get(browser.make_playlist(site, preset="balanced")).text

    known = {normalise(artist) for entry in ole.saved for artist in entry.song.artists}
    new = [
        entry.song.id
        for entry in ole.playlists[0].entries
        if not known & {normalise(artist) for artist in entry.song.artists}
    ]
    rows = re.findall(r'<li class="song" id="song-(\w+)">(.*?)</li>', page, re.DOTALL)
    assert [song_id for song_id, row in rows if "New to you" in row] == new
    assert len(new) == 25
    assert "25 of them are by artists new to you" in page


@pytest.mark.parametrize(("preset", "n_new"), [("familiar", 10), ("balanced", 25), ("discover", 50)])
def test_each_preset_has_its_share_of_new_artists(site, browser, ole, preset, n_new):
    browser.make_playlist(site, preset=preset)

    record = get_record(site, ole)
    assert (record.new_artists, record.short_of_new) == (n_new, False)
    assert sum(song.is_new_artist for song in record.songs) == n_new


def test_a_listener_who_knows_every_artist_is_told_that_there_are_too_few_new_ones(site, browser):
    artists = {artist: song for song in site.songs for artist in song.artists}
    ole = site.standin.state.add_listener("Ole", list({song.id: song for song in artists.values()}.values()))
    browser.sign_in(ole)

    page = browser.client.get(browser.make_playlist(site, preset="discover")).text

    assert "You wished for more that is new to you" in page
    assert "New to you" not in page
    assert get_record(site, ole).short_of_new


def find_chosen(page):
    return re.findall(r'<input type="radio" name="preset" value="(\w+)" checked>', page)


def test_balanced_is_chosen_at_first_and_what_was_wished_last_from_then_on(site, browser):
    front = browser.client.get("/").text
    browser.make_playlist(site, preset="discover")

    assert re.findall(r'name="preset" value="(\w+)"', front) == ["familiar", "balanced", "discover"]
    assert (find_chosen(front), find_chosen(browser.client.get("/").text)) == (["balanced"], ["discover"])


def test_reading_the_library_again_keeps_the_preset(site, browser, ole):
    browser.make_playlist(site, preset="discover")
    site.clock.move(minutes=1)

    browser.make_playlist(site, reread="on")

    assert get_record(site, ole).new_artists == 50


def test_trying_again_keeps_the_preset(site, browser):
    site.standin.state.faults.add("GET /v1/me/tracks", FAULTS["403 removed endpoint"])
    job = browser.post("/playlists", preset="familiar").headers["Location"]
    site.work()

    assert '<input type="hidden" name="preset" value="familiar">' in browser.client.get(job).text


def test_a_preset_that_is_none_of_ours_is_refused(site, browser, nora):
    assert browser.post("/playlists", preset="wild").status_code == 400
    assert jobs.get_live(site.database, nora.account_id) is None
