"""Which playlist a job writes, after tries that failed at every awkward moment."""

import pytest

from standin.faults import Fault
from standin.named_faults import FAULTS
from standin.state import StandinEntry
from store import jobs, playlists

pytestmark = pytest.mark.slow

CREATE, LIST, WRITE = "POST /v1/me/playlists", "GET /v1/me/playlists", "PUT /v1/playlists/{id}/items"
KEPT, LOOK = "GET /v1/me/library/contains", "GET /v1/playlists/{id}/items"
DONE, DONE_LATE = FAULTS["502 after it was done"], FAULTS["502 after it was done, seen very late"]


@pytest.fixture
def make_playlist(site, browser, nora):
    """Ask for a playlist and let the worker work; the call returns the job's row."""

    def make(**wished):
        job, _ = jobs.start(site.database, nora.account_id, **wished)
        site.work()
        site.clock.move(seconds=1)
        return load_job(site, nora, job.id)

    return make


def load_job(site, nora, job_id):
    return jobs.get(site.database, job_id, nora.account_id)


def list_sizes(nora):
    return [len(playlist.entries) for playlist in nora.playlists]


def save_more(site, nora):
    """Save songs that change the mix."""
    for song in site.songs[1000:1020]:
        nora.keep(song, site.standin.state.now())
    site.clock.move(minutes=1)


@pytest.mark.parametrize("made", [DONE, DONE_LATE])
def test_a_playlist_that_a_failed_try_created_unseen_is_used_by_the_next(site, nora, made, make_playlist):
    site.standin.state.faults.add(CREATE, made)
    site.standin.state.faults.add(LIST, FAULTS["403 not on the list"])
    assert make_playlist().error == "NotAllowed"
    assert playlists.get_latest(site.database, nora.account_id) is None

    job = make_playlist()

    assert (job.state, list_sizes(nora)) == ("done", [50])
    assert site.standin.state.count(CREATE) == 1


def test_a_playlist_that_a_parked_try_created_unseen_is_used_when_it_goes_on(site, nora, make_playlist):
    site.standin.state.faults.add(CREATE, DONE)
    site.standin.state.faults.add(LIST, FAULTS["429 long"])
    job = make_playlist()
    assert job.state == "parked"

    site.clock.move(hours=2)
    site.work()

    assert load_job(site, nora, job.id).state == "done"
    assert (list_sizes(nora), site.standin.state.count(CREATE)) == ([50], 1)


def test_a_new_playlist_that_was_created_unseen_is_used_by_the_next_try(site, nora, make_playlist):
    make_playlist()
    site.standin.state.faults.add(CREATE, DONE)
    site.standin.state.faults.add(LIST, FAULTS["403 not on the list"])
    make_playlist(as_new=True)
    assert list_sizes(nora) == [0, 50]

    make_playlist(as_new=True)

    assert list_sizes(nora) == [50, 50]


def test_a_failure_long_ago_costs_one_look_and_no_waiting(site, make_playlist):
    site.standin.state.faults.add(CREATE, FAULTS["403 not on the list"])
    make_playlist()
    site.clock.move(minutes=5)
    before = site.clock.now()

    make_playlist()

    assert (site.clock.now() - before).total_seconds() < 2
    assert site.standin.state.count(LIST) == 1


def test_a_first_playlist_and_a_new_one_look_for_nothing(site, nora, make_playlist):
    make_playlist()
    make_playlist(as_new=True)

    assert list_sizes(nora) == [50, 50]
    assert site.standin.state.count(LIST) == 0


def test_a_refresh_that_failed_after_its_write_leaves_the_playlist_ours(site, browser, nora, make_playlist):
    make_playlist()
    save_more(site, nora)
    # The new songs are written, but they cannot be read back, nor the old ones restored.
    site.standin.state.faults.add(LOOK, FAULTS["access revoked"], after=1)
    assert make_playlist().error == "SignInExpired"
    browser.sign_in(nora)

    job = make_playlist()

    assert (job.state, list_sizes(nora)) == ("done", [50])


def test_what_the_listener_adds_while_a_refresh_is_parked_is_not_written_over(site, nora, make_playlist):
    make_playlist()
    site.standin.state.faults.add(WRITE, FAULTS["429 long"])
    make_playlist()
    [playlist] = nora.playlists
    theirs = nora.saved[0]
    playlist.entries.append(theirs)

    site.clock.move(hours=2)
    site.work()

    assert playlist.entries[-1] == theirs
    assert list_sizes(nora) == [51]


def test_a_playlist_of_a_parked_try_is_written_though_no_list_has_it_yet(site, nora, make_playlist):
    site.standin.state.faults.add(WRITE, FAULTS["429 long"])
    make_playlist()

    site.clock.move(hours=2)
    site.work()

    assert list_sizes(nora) == [50]
    assert site.standin.state.count(KEPT) == 0


def test_after_a_failed_refresh_the_pages_show_the_playlist_as_it_was(site, browser, make_playlist):
    address = browser.make_playlist(site)
    site.standin.state.faults.add(WRITE, FAULTS["403 not on the list"])
    make_playlist()

    assert browser.client.get(address).text.count('id="song-') == 50


def relink(site, song_id):
    """Let playlists show this song under another id from now on."""

    def change_id(response):
        response.set_data(response.get_data().replace(song_id.encode(), b"R" * len(song_id)))

    site.standin.state.faults.add(LOOK, Fault(then=change_id), times=None)


def test_a_playlist_with_a_song_under_another_id_is_still_refreshed(site, nora, make_playlist):
    make_playlist()
    site.clock.move(minutes=1)
    relink(site, nora.playlists[0].entries[3].song.id)

    assert make_playlist().state == "done"
    assert list_sizes(nora) == [50]


def test_a_refresh_that_was_parked_after_its_write_knows_a_song_under_another_id(site, nora, make_playlist):
    make_playlist()
    old = {entry.song.id for entry in nora.playlists[0].entries}
    save_more(site, nora)
    site.standin.state.faults.add(LOOK, FAULTS["429 long"], after=1)
    job = make_playlist()
    assert job.state == "parked"
    relink(site, next(entry.song.id for entry in nora.playlists[0].entries if entry.song.id not in old))

    site.clock.move(hours=2)
    site.work()

    assert load_job(site, nora, job.id).state == "done"
    assert list_sizes(nora) == [50]


def test_a_song_that_the_listener_puts_in_place_of_one_of_ours_is_not_written_over(site, nora, make_playlist):
    make_playlist()
    [playlist] = nora.playlists
    site.clock.move(minutes=1)
    theirs = StandinEntry(nora.saved[0].song, site.standin.state.now())
    playlist.entries[-1] = theirs

    job = make_playlist()

    assert (job.state, job.error) == ("failed", "PlaylistChanged")
    assert playlist.entries[-1] is theirs
    assert list_sizes(nora) == [50]


def test_a_refresh_that_is_cancelled_after_its_write_restores_what_was_there(site, nora, make_playlist):
    make_playlist()
    [playlist] = nora.playlists
    old = [entry.song.id for entry in playlist.entries]
    save_more(site, nora)
    # A song of the new list is missing, so that it is waited for.
    site.standin.state.dead |= {song.id for song in site.songs} - set(old)
    stopped = []

    def stop(_):
        live = jobs.get_live(site.database, nora.account_id)
        stopped.append((live.id, [entry.song.id for entry in playlist.entries] != old))
        jobs.cancel(site.database, live.id, nora.account_id)

    site.standin.state.faults.add(LOOK, Fault(then=stop), after=1)
    make_playlist()

    [(job_id, was_written)] = stopped
    assert was_written
    assert load_job(site, nora, job_id).state == "cancelled"
    assert [entry.song.id for entry in playlist.entries] == old
