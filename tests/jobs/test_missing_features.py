"""The whole job with a source of audio features outside: it helps where it can, and never does harm."""

import logging
import re

import pytest
from sqlalchemy import select

from recommender.catalogue.build import load_build
from recommender.matching.match import match
from recommender.song import Song
from standin.named_faults import FAULTS
from standin.state import StandinEntry
from store import features, tables
from tests.support.standin import made_up_songs

pytestmark = pytest.mark.slow

PATH = "/reccobeats/v1/audio-features"
ASKED = f"GET {PATH}"
LACKING = made_up_songs(90, first=1000)


@pytest.fixture
def site(make_site):
    return make_site(FEATURE_SOURCE="reccobeats")


@pytest.fixture
def nora(site):
    """A listener with 90 songs that the catalogue lacks, and 60 older ones that it has."""
    return site.standin.state.add_listener("Nora", [*LACKING, *site.songs[:60]])


def make_and_count(browser, site):
    """Make a playlist; return the counts on its page, and how many songs it has."""
    page = browser.client.get(browser.make_playlist(site)).text
    numbers = re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page)
    return {label: int(number) for label, number in numbers}, page.count('<li class="song"')


def test_songs_that_the_catalogue_lacks_take_part(site, browser):
    assert not match(LACKING, load_build(site.settings.models_dir).catalogue).is_matched.any()

    counts, n_songs = make_and_count(browser, site)

    assert counts == {
        "of your songs read": 150,
        "found in the catalogue": 60,
        "not in it, but their sound is known or estimated": 90,
        "left out": 0,
    }
    assert n_songs == 50
    assert site.standin.state.count(ASKED) == 3


def test_without_a_source_nobody_is_asked(make_site):
    site = make_site()
    browser = site.browser()
    browser.sign_in(site.standin.state.add_listener("Nora", [*LACKING, *site.songs[:60]]))

    counts, n_songs = make_and_count(browser, site)

    assert counts == {"of your songs read": 150, "found in the catalogue": 60, "left out": 90}
    assert n_songs == 50
    assert site.standin.state.count(ASKED) == 0


def test_a_second_playlist_asks_only_for_what_is_new(site, nora, browser):
    site.standin.state.unheard.update(song.id for song in LACKING[:30])
    first = make_and_count(browser, site)
    asked = site.standin.state.count(ASKED)

    again = make_and_count(browser, site)
    asked_again = site.standin.state.count(ASKED)
    (new,) = made_up_songs(1, first=5000)
    site.standin.state.music.add([new])
    nora.saved.insert(0, StandinEntry(new, site.standin.state.now()))
    make_and_count(browser, site)

    assert first[0]["left out"] == 30
    assert again == first
    assert (asked, asked_again) == (3, 3)
    last = [one for one in site.standin.state.requests if one.path == PATH][-1]
    assert last.query == {"ids": new.id}


def test_a_local_file_is_not_asked_for(site):
    library = [Song("", "Demo tape", ("Me",)), *site.songs[:60]]
    browser = site.browser()
    browser.sign_in(site.standin.state.add_listener("Nora", library))

    counts, _ = make_and_count(browser, site)

    assert counts["left out"] == 1
    assert site.standin.state.count(ASKED) == 0


def test_only_ids_of_songs_are_sent(site, browser):
    make_and_count(browser, site)

    asked = [one for one in site.standin.state.requests if one.path == PATH]
    assert {one.listener for one in asked} == {None}
    assert {name for one in asked for name in one.query} == {"ids"}


def test_a_library_of_which_the_catalogue_has_nothing_gets_a_playlist(site):
    browser = site.browser()
    browser.sign_in(site.standin.state.add_listener("Nora", LACKING))

    counts, n_songs = make_and_count(browser, site)

    assert (counts["found in the catalogue"], n_songs) == (0, 50)


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_goes_wrong_with_the_source_the_playlist_is_made(site, nora, browser, name):
    script = site.standin.state.faults.add(ASKED, FAULTS[name], times=None)

    counts, n_songs = make_and_count(browser, site)

    assert script.hits > 0
    assert n_songs == 50
    assert len(nora.playlists) == 1
    assert sum(counts.values()) == 2 * 150


def test_a_broken_source_is_one_line_in_the_log_and_is_asked_again(site, browser, caplog):
    site.standin.state.faults.add(ASKED, FAULTS["500"], times=None)
    counts, _ = make_and_count(browser, site)
    site.standin.state.faults.clear()

    mended, _ = make_and_count(browser, site)

    assert counts["left out"] == 90
    assert mended["left out"] == 0
    assert (
        len([r for r in caplog.records if r.name == "jobs.reccobeats" and r.levelno == logging.WARNING]) == 1
    )


def test_what_a_source_answered_before_it_broke_is_remembered(site, browser):
    site.standin.state.faults.add(ASKED, FAULTS["429 short"])
    make_and_count(browser, site)
    kept = features.load(site.database, [song.id for song in LACKING])

    counts, _ = make_and_count(browser, site)

    assert len(kept) < 90
    assert counts["left out"] == 0
    with site.database.reading() as connection:
        assert len(connection.scalars(select(tables.features.c.song_id)).all()) == 90


def test_the_privacy_page_says_who_is_asked(site, make_site):
    asks, asks_nobody = (one.browser().client.get("/privacy").text for one in (site, make_site()))

    assert "are sent to" in asks
    assert "ReccoBeats" in asks
    assert "ReccoBeats" not in asks_nobody
    assert "Nothing is passed on to anybody" in asks_nobody
