"""Libraries: kept as they were read, one per account."""

from dataclasses import replace
from datetime import timedelta

from store import libraries
from store.libraries import KeptLibrary
from tests.support.database import START

SONGS = (
    {"id": "s2", "title": "Ünïcode \u2014 1999", "artists": ["A", "B"], "year": None},
    None,
    {"id": "", "title": "half a \ud83c character and a \0", "artists": [], "duration_ms": 180_000},
)
LIBRARY = KeptLibrary(
    account_id="lisa",
    songs=SONGS,
    total=3,
    read_at=START + timedelta(days=1),
    full_read_at=START,
    next_old_page=2,
)


def test_no_library_is_known_before_the_first_reading(database):
    assert libraries.load(database, "lisa") is None


def test_a_library_comes_back_as_it_was_saved(database):
    libraries.save(database, LIBRARY)

    assert libraries.load(database, "lisa") == LIBRARY
    assert libraries.load(database, "omar") is None


def test_a_library_that_was_read_again_replaces_the_last(database):
    libraries.save(database, LIBRARY)
    unfinished = replace(LIBRARY, songs=(), total=0, full_read_at=None, next_old_page=0)

    libraries.save(database, unfinished)

    assert libraries.load(database, "lisa") == unfinished


def test_a_large_library_is_kept_whole(database):
    songs = tuple({"id": f"{number:022d}", "title": f"Song {number}"} for number in range(12_000))

    libraries.save(database, replace(LIBRARY, songs=songs))

    assert libraries.load(database, "lisa").songs == songs
