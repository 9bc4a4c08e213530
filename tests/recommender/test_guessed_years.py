"""A year that no file tells is guessed for the sound of a song, and never told or promised."""

import numpy as np
import pytest

from recommender import recommend
from recommender.catalogue.decades import describe_decades
from recommender.matching.match import match
from recommender.song import Song
from recommender.tastes.listener import add_liked, build_profile
from recommender.wishes import Wishes
from tests.support.songs import Row, saved, small, song_id


@pytest.fixture
def undated():
    """Twelve songs by Ann of 1990, of which the years of the last six are guesses."""
    rows = [Row(f"Song {n}", ("Ann",), (1.0 + n / 100,), year=1990, has_year=n < 6) for n in range(12)]
    return small([*rows, Row("Far", ("Bo",), (0.0, 1.0), year=1950)])


def test_a_song_of_unknown_year_has_none_unless_another_version_tells_it():
    catalogue, _ = small(
        [
            Row("Alone", ("Ann",), year=1993, has_year=False),
            Row("Twice", ("Ann",), year=1993, has_year=False),
            Row("Twice", ("Ann",), year=1971),
            Row("Twice", ("Ann",), year=1969),
        ]
    )
    alone, undated, first, second = catalogue.find_rows([song_id(number) for number in range(4)])

    assert [catalogue.song(row).year for row in (alone, undated, first, second)] == [None, 1969, 1969, 1969]
    assert catalogue.years[[alone, undated, first, second]].tolist() == [0, 1969, 1971, 1969]
    assert catalogue.first_years[alone] == 1993
    assert (catalogue.oldest_year, catalogue.newest_year) == (1969, 1971)


def test_no_reason_tells_a_guessed_year(undated):
    catalogue, model = undated
    library = [Song(song_id(n), f"Song {n}", ("Ann",), 1990) for n in range(6)]

    mix = recommend(library, catalogue, model, Wishes(size=6, new_artists=0))

    guessed = [pick for pick in mix.picks if pick.song.year is None]
    assert len(guessed) == 3  # the cap on songs by one artist
    assert not {reason.signal for pick in guessed for reason in pick.reasons} & {"era", "record", "decade"}


def test_a_wish_for_years_leaves_out_songs_of_unknown_year():
    rows = [Row(f"Song {n}", (f"Artist {n}",), year=1990, has_year=n < 3) for n in range(9)]
    catalogue, model = small([*rows, Row("Far", ("Bo",), (0.0, 1.0), year=1950)])

    mix = recommend([saved(0)], catalogue, model, Wishes(size=10, years=(1985, 1995)))

    assert {pick.song.id for pick in mix.picks} == {song_id(1), song_id(2)}


def test_a_saved_song_keeps_its_own_year_where_the_catalogue_has_none(undated):
    catalogue, _ = undated
    library = [Song(song_id(7), "Song 7", ("Ann",), 1988), saved(8), saved(1)]

    profile = build_profile(library, match(library, catalogue), catalogue)
    liked = add_liked(profile, catalogue.find_rows([song_id(9), song_id(2)]), catalogue)

    assert profile.years.tolist() == [1988, -1, 1990]
    assert liked.years.tolist() == [1988, -1, 1990, -1, 1990]


def test_no_saved_song_is_called_newer_than_a_catalogue_without_years():
    rows = [
        Row(f"Song {number}", ("Ann",), (1.0 + number / 100,), year=0, has_year=False) for number in range(9)
    ]
    catalogue, model = small(rows, n_clusters=1)

    mix = recommend([Song(song_id(0), "Song 0", ("Ann",), 2024)], catalogue, model, Wishes(size=3))

    assert (mix.newer, mix.newest_year, catalogue.oldest_year) == (0, 0, 0)
    assert len(mix.picks) == 3


def test_two_unknown_years_are_not_the_same_year():
    catalogue, _ = small([Row("Song", ("Ann", "Bo"), has_year=False)])

    assert match([Song("", "Song", ("Bo",))], catalogue).rows.tolist() == [-1]


def test_songs_of_unknown_year_have_no_part_in_the_decades_of_a_cluster():
    assert describe_decades(np.array([0, 0, 1971, 0], dtype=np.int16), np.array([0, 3, 4])) == ("1970s", "")
