"""Which playlist a job writes, after tries that failed at every awkward moment."""

import pytest

from standin.faults import Fault
from standin.named_faults import FAULTS
from standin.state import StandinEntry
from store import jobs, playlists

CREATE, LIST, WRITE = "POST /v1/me/playlists", "GET /v1/me/playlists", "PUT /v1/playlists/{id}/items"
KEPT, LOOK = "GET /v1/me/library/contains", "GET /v1/playlists/{id}/items"
DONE, DONE_LATE = FAULTS["502 after it was done"], FAULTS["502 after it was done, seen very late"]


@pytest.fixture
def nora(site):
    return site.add_listener("Nora")


@pytest.fixture
def browser(site, nora):
    browser = site.browser()
    browser.sign_in(nora)
    return browser


def run(site, browser, nora, **form):
    """Ask for a playlist and let the worker work; how the job stands then."""
    address = browser.post("/playlists", **form).headers["Location"]
    site.work()
    site.clock.move(seconds=1)
    return jobs.get(site.database, address.rpartition("/")[2], nora.account_id)


def sizes(nora):
    return [len(playlist.entries) for playlist in nora.playlists]


@pytest.mark.parametrize("made", [DONE, DONE_LATE])
def test_a_playlist_that_a_failed_try_created_unseen_is_used_by_the_next(site, browser, nora, made):
    site.standin.state.faults.add(CREATE, made)
    site.standin.state.faults.add(LIST, FAULTS["403 not on the list"])
    assert run(site, browser, nora).error == "NotAllowed"
    assert playlists.get_latest(site.database, nora.account_id) is None

    job = run(site, browser, nora)

    assert (job.state, sizes(nora)) == ("done", [50])
    assert site.standin.state.count(CREATE) == 1


def test_one_that_a_parked_try_created_unseen_is_used_when_it_goes_on(site, browser, nora):
    site.standin.state.faults.add(CREATE, DONE)
    site.standin.state.faults.add(LIST, FAULTS["429 long"])
    job = run(site, browser, nora)
    assert job.state == "parked"

    site.clock.move(hours=2)
    site.work()

    assert jobs.get(site.database, job.id, nora.account_id).state == "done"
    assert (sizes(nora), site.standin.state.count(CREATE)) == ([50], 1)


def test_one_created_unseen_for_who_wanted_a_new_one_is_used_by_a_refresh(site, browser, nora):
    run(site, browser, nora)
    site.standin.state.faults.add(CREATE, DONE)
    site.standin.state.faults.add(LIST, FAULTS["403 not on the list"])
    run(site, browser, nora, as_new="on")
    assert sizes(nora) == [0, 50]

    run(site, browser, nora, as_new="on")

    assert sizes(nora) == [50, 50]


def test_a_long_past_failure_costs_one_look_and_no_waiting(site, browser, nora):
    site.standin.state.faults.add(CREATE, FAULTS["403 not on the list"])
    run(site, browser, nora)
    site.clock.move(minutes=5)
    before = site.clock.now()

    run(site, browser, nora)

    assert (site.clock.now() - before).total_seconds() < 2
    assert site.standin.state.count(LIST) == 1


def test_a_first_playlist_and_a_new_one_look_for_nothing(site, browser, nora):
    run(site, browser, nora)
    run(site, browser, nora, as_new="on")

    assert sizes(nora) == [50, 50]
    assert site.standin.state.count(LIST) == 0


def test_a_refresh_that_failed_after_its_write_does_not_make_the_playlist_somebody_elses(site, browser, nora):
    run(site, browser, nora)
    for song in site.songs[1000:1020]:
        nora.keep(song, site.standin.state.now())
    # The new songs are written, and neither can they be read back nor the old ones be given back.
    site.standin.state.faults.add(LOOK, FAULTS["access revoked"], after=1)
    assert run(site, browser, nora).error == "SignInExpired"
    browser.sign_in(nora)

    job = run(site, browser, nora)

    assert (job.state, sizes(nora)) == ("done", [50])


def test_what_the_listener_adds_while_a_refresh_is_parked_is_not_written_over(site, browser, nora):
    run(site, browser, nora)
    site.standin.state.faults.add(WRITE, FAULTS["429 long"])
    run(site, browser, nora)
    [playlist] = nora.playlists
    theirs = nora.saved[0]
    playlist.entries.append(theirs)

    site.clock.move(hours=2)
    site.work()

    assert playlist.entries[-1] == theirs
    assert sizes(nora) == [50, 51]


def test_a_playlist_of_a_parked_try_is_written_though_no_list_has_it_yet(site, browser, nora):
    site.standin.state.faults.add(WRITE, FAULTS["429 long"])
    run(site, browser, nora)

    site.clock.move(hours=2)
    site.work()

    assert sizes(nora) == [50]
    assert site.standin.state.count(KEPT) == 0


def test_after_a_failed_refresh_the_pages_show_the_playlist_as_it_was(site, browser, nora):
    address = browser.make_playlist(site)
    site.standin.state.faults.add(WRITE, FAULTS["403 not on the list"])
    run(site, browser, nora)

    assert "50 songs" in browser.client.get("/").text
    assert browser.client.get(address).text.count("Of your songs there it sounds most like") == 50


def save_more(site, nora):
    """Save what changes the mix."""
    for song in site.songs[1000:1020]:
        nora.keep(song, site.standin.state.now())
    site.clock.move(minutes=1)


def relinked(site, song_id):
    """Spotify shows this song under another id from now on, among the entries of playlists."""

    def relink(response):
        response.set_data(response.get_data().replace(song_id.encode(), b"R" * len(song_id)))

    site.standin.state.faults.add(LOOK, Fault(then=relink), times=None)


def test_a_playlist_of_which_spotify_gives_a_song_under_another_id_is_still_refreshed(site, browser, nora):
    run(site, browser, nora)
    site.clock.move(minutes=1)
    relinked(site, nora.playlists[0].entries[3].song.id)

    assert run(site, browser, nora).state == "done"
    assert sizes(nora) == [50]


def test_a_refresh_that_was_parked_after_its_write_knows_a_song_under_another_id(site, browser, nora):
    run(site, browser, nora)
    old = {entry.song.id for entry in nora.playlists[0].entries}
    save_more(site, nora)
    site.standin.state.faults.add(LOOK, FAULTS["429 long"], after=1)
    job = run(site, browser, nora)
    assert job.state == "parked"
    relinked(site, next(entry.song.id for entry in nora.playlists[0].entries if entry.song.id not in old))

    site.clock.move(hours=2)
    site.work()

    assert jobs.get(site.database, job.id, nora.account_id).state == "done"
    assert sizes(nora) == [50]


def test_a_song_that_the_listener_puts_in_place_of_one_of_ours_is_not_written_over(site, browser, nora):
    run(site, browser, nora)
    [playlist] = nora.playlists
    site.clock.move(minutes=1)
    theirs = StandinEntry(nora.saved[0].song, site.standin.state.now())
    playlist.entries[-1] = theirs

    run(site, browser, nora)

    assert playlist.entries[-1] is theirs
    assert sizes(nora) == [50, 50]


def test_a_refresh_that_is_stopped_after_its_write_gives_back_what_was_there(site, browser, nora):
    run(site, browser, nora)
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
    run(site, browser, nora)

    [(job_id, was_written)] = stopped
    assert was_written
    assert jobs.get(site.database, job_id, nora.account_id).state == "cancelled"
    assert [entry.song.id for entry in playlist.entries] == old
