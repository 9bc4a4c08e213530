"""The whole job against every fault of Spotify's at every call of its flow: one right playlist, or a named end."""

import pytest

from standin.named_faults import FAULTS
from store import jobs

# The calls of a first playlist from a library of two pages, in order.
FIRST = (
    "GET /v1/me/tracks",
    "POST /v1/me/playlists",
    "PUT /v1/playlists/{id}/items",
    "GET /v1/playlists/{id}/items",
)
# The calls that a refresh makes besides.
REFRESH = ("GET /v1/me/library/contains", "GET /v1/playlists/{id}/items", "PUT /v1/playlists/{id}/items")
# How often the clock is moved on and the worker works before a job must have ended.
MOST_TURNS = 6


def run_to_the_end(site, browser):
    """Ask for a playlist and let worker and time go on until the job has ended; the job."""
    address = browser.post("/playlists").headers["Location"]
    account_id = next(iter(site.standin.state.listeners.values())).account_id
    for _ in range(MOST_TURNS):
        site.work()
        job = jobs.get(site.database, address.rpartition("/")[2], account_id)
        if job.state in ("done", "failed"):
            break
        site.clock.move(hours=14)
    return job


def assert_all_is_well(site, listener, job, unseen=0):
    """One right playlist and a job that is done, or a named failure that left nothing half-done.

    The newest `unseen` saved songs did not appear when the library was read.
    """
    site.clock.move(minutes=2)  # what appears late has appeared
    mine = [playlist for playlist in listener.playlists if playlist.name == site.settings.playlist_name]
    if job.state == "done":
        assert len(mine) == 1
        songs = [entry.song.id for entry in mine[0].entries]
        assert len(set(songs)) == len(songs) == 50
        assert not set(songs) & {entry.song.id for entry in listener.saved[unseen:]}
    else:
        assert job.state == "failed", job
        assert job.error, job
        assert len(mine) <= 1
        assert [len(playlist.entries) for playlist in mine] in ([], [0], [50])


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize("call", FIRST)
@pytest.mark.parametrize("name", FAULTS)
def test_a_first_playlist_comes_about_or_fails_by_name(site, name, call):
    listener = site.add_listener("Nora", saved=60)
    browser = site.browser()
    browser.sign_in(listener)
    script = site.standin.state.faults.add(call, FAULTS[name])

    job = run_to_the_end(site, browser)

    assert script.hits == 1
    assert_all_is_well(site, listener, job, unseen=int((name, call) == ("late item", "GET /v1/me/tracks")))


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize("call", REFRESH)
@pytest.mark.parametrize("name", FAULTS)
def test_a_refresh_comes_about_or_fails_by_name(site, name, call):
    listener = site.add_listener("Nora", saved=60)
    browser = site.browser()
    browser.sign_in(listener)
    browser.make_playlist(site)
    script = site.standin.state.faults.add(call, FAULTS[name])

    job = run_to_the_end(site, browser)

    assert script.hits == 1
    assert_all_is_well(site, listener, job)
