"""Libraries: kept as they were read, one per account."""

from dataclasses import replace
from datetime import timedelta

import pytest

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


OF_FILE = replace(LIBRARY, source="mine.csv")


@pytest.mark.parametrize(
    ("known", "meanwhile", "is_left"),
    [
        (None, None, False),
        (None, OF_FILE, True),
        (LIBRARY, LIBRARY, False),
        (LIBRARY, OF_FILE, True),
        (OF_FILE, OF_FILE, False),
        (OF_FILE, LIBRARY, False),
        (OF_FILE, replace(OF_FILE, source="other.csv"), True),
        (OF_FILE, replace(OF_FILE, read_at=START + timedelta(days=2)), True),
    ],
)
def test_what_was_read_leaves_songs_of_a_file_that_were_brought_since_the_reading_began(
    database, known, meanwhile, is_left
):
    if meanwhile:
        libraries.save(database, meanwhile)
    read = replace(LIBRARY, read_at=START + timedelta(days=3))

    libraries.save_reading(database, read, known)

    assert libraries.load(database, "lisa") == (meanwhile if is_left else read)


def test_a_large_library_is_kept_whole(database):
    songs = tuple({"id": f"{number:022d}", "title": f"Song {number}"} for number in range(12_000))

    libraries.save(database, replace(LIBRARY, songs=songs))

    assert libraries.load(database, "lisa").songs == songs
