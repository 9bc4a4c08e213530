"""A refresh: another mix of songs that no recent one had, whatever happens on the way."""

import pytest
from sqlalchemy import select, update

from recommender.matching.normalise import normalise
from standin.named_faults import FAULTS
from store import jobs, playlists, tables
from store.tuning import Tuning

pytestmark = pytest.mark.slow

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
def test_songs_may_come_again_after_sixty_days_but_not_those_that_are_there(
    site, browser, nora, days, may_repeat
):
    browser.make_playlist(site)
    first = set(list_songs(nora))
    site.clock.move(days=days)
    browser.sign_in(nora)

    browser.make_playlist(site)
    second = set(list_songs(nora))
    site.clock.move(minutes=1)
    browser.make_playlist(site)

    assert not second & first
    assert bool(first & set(list_songs(nora))) == may_repeat


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
    jobs.start(site.database, nora.account_id)
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
    jobs.start(site.database, nora.account_id)
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

    browser.make_playlist(site)

    second, record = set(list_songs(ole)), get_record(site, ole)
    assert len(second) == len(first)
    assert 0 < record.n_came < len(second)
    assert record.n_came == len(record.went) == len(second - first)


def test_it_is_recorded_which_songs_went(site, browser, nora):
    browser.make_playlist(site)
    old = get_record(site, nora)
    site.clock.move(minutes=1)
    browser.make_playlist(site)

    new = get_record(site, nora)
    assert (old.n_came, old.went) == (0, ())
    assert (new.n_came, len(new.went)) == (50, 50)
    assert [(song.title, song.artists) for song in new.went] == [
        (song.title, song.artists) for song in old.songs
    ]


def test_a_new_playlist_replaces_nothing(site, browser, nora):
    browser.make_playlist(site)
    site.clock.move(minutes=1)

    jobs.start(site.database, nora.account_id, as_new=True)
    site.work()

    assert (get_record(site, nora).n_came, get_record(site, nora).went) == (0, ())


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


def make_mix(site, listener, percent):
    """Make a mix with this share of new artists, and return its record."""
    jobs.start(site.database, listener.account_id, tuning=Tuning(new_percent=percent))
    site.work()
    return get_record(site, listener)


def test_every_song_is_marked_that_is_by_an_artist_of_whom_the_listener_had_nothing(site, ole):
    record = make_mix(site, ole, 50)

    known = {normalise(artist) for entry in ole.saved for artist in entry.song.artists}
    new = [
        entry.song.id
        for entry in ole.playlists[0].entries
        if not known & {normalise(artist) for artist in entry.song.artists}
    ]
    assert [song.id for song in record.songs if song.is_new_artist] == new
    assert len(new) == record.new_artists == 25


@pytest.mark.parametrize(("percent", "n_new"), [(20, 10), (50, 25), (100, 50)])
def test_a_mix_has_its_share_of_new_artists(site, ole, percent, n_new):
    record = make_mix(site, ole, percent)

    assert (record.new_artists, record.short_of_new) == (n_new, False)
    assert record.tuning == Tuning(new_percent=percent)


def test_a_listener_who_knows_every_artist_is_told_that_there_are_too_few_new_ones(site, browser):
    artists = {artist: song for song in site.songs for artist in song.artists}
    ole = site.standin.state.add_listener("Ole", list({song.id: song for song in artists.values()}.values()))
    browser.sign_in(ole)

    record = make_mix(site, ole, 100)

    assert (record.new_artists, record.short_of_new) == (0, True)


def test_the_next_mix_is_tuned_as_the_last(site, ole):
    make_mix(site, ole, 100)
    site.clock.move(minutes=1)

    jobs.start(site.database, ole.account_id, reread=True)
    site.work()

    assert get_record(site, ole).new_artists == 50
