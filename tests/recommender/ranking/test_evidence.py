"""What is told of a song, and what is not, counted by hand."""

import numpy as np
import pytest

from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.evidence import Fact, PickedRow, collect_evidence
from recommender.song import Song
from recommender.tastes.listener import ListenerProfile
from tests.support.songs import Row, small

NOBODY = np.zeros(2, dtype=bool)
ROWS = [Row(f"Song {at}", ("Ann", "Bo") if at < 12 else ("Bo", "Ann"), popularity=at) for at in range(14)]


@pytest.fixture
def evidence():
    """Two songs of Ann of 1999, one of 2001; one of Bo, and one of somebody unknown."""
    catalogue, _ = small(ROWS)
    ann, bo = int(catalogue.first_artists[0]), int(catalogue.first_artists[13])
    years = np.array([1999, 1999, 2001, 1999, -1])
    return collect_evidence(
        ListenerProfile(np.array([ann, ann, ann, bo, -1]), years, np.array([8], np.uint8), NOBODY),
        catalogue,
        (),
        n_measured=4,
        max_artists=128,
    )


def find_fact(name, row, evidence, **sound):
    (signal,) = (signal for signal in SIGNALS if signal.name == name)
    artist = int(evidence.catalogue.first_artists[row])
    return signal.fact(PickedRow(row, artist, **sound), evidence)


def test_songs_of_the_same_artist_and_about_the_same_year_are_of_one_record(evidence):
    evidence.catalogue.first_years[:] = [1998, 1999, 2000, 2001, 2002, 2003, *[2000] * 8]

    assert [find_fact("record", row, evidence) for row in range(6)] == [
        Fact(2, words=("1999",), is_minimum=True),
        Fact(2, words=("1999",), is_minimum=True),
        Fact(3, words=("1999–2001",), is_minimum=True),
        Fact(1, words=("2001",), is_minimum=True),
        Fact(1, words=("2001",), is_minimum=True),
        None,
    ]


def test_an_artist_of_whom_no_saved_song_is_found_is_named_as_the_first_credit_has_it(evidence):
    ann, bo = (int(evidence.catalogue.first_artists[row]) for row in (0, 13))

    assert (evidence.name_artist(ann), evidence.name_artist(bo)) == ("Ann", "Bo")


def test_a_guest_is_told_with_the_saved_songs_and_one_without_any_is_not(evidence):
    assert find_fact("guests", 0, evidence) == Fact(1, "Bo")
    evidence.n_by[evidence.catalogue.first_artists[13]] = 0
    assert find_fact("guests", 0, evidence) is None


def test_who_recorded_with_a_saved_artist_is_told(evidence):
    assert find_fact("collaborations", 13, evidence) == Fact(3, "Ann")
    assert find_fact("collaborations", 0, evidence) == Fact(1, "Bo")


def test_a_habit_is_more_than_one_song(evidence):
    evidence.catalogue.first_years[:2] = [1997, 2003]

    assert find_fact("era", 0, evidence) == Fact(3, words=("1999",), is_minimum=True)
    assert find_fact("era", 1, evidence) is None
    assert find_fact("mood", 0, evidence, n_near=2) == Fact(2, is_minimum=True)
    assert find_fact("mood", 0, evidence, n_near=1) is None


def test_a_count_is_exact_where_every_saved_song_is_known(evidence):
    artists = evidence.listener.artists[:2]
    both = ListenerProfile(artists, np.array([1999, 2001]), np.array([8], np.uint8), NOBODY)
    evidence = collect_evidence(both, evidence.catalogue, (), n_measured=2, max_artists=128)

    assert find_fact("era", 0, evidence) == Fact(2, words=("1999–2001",))
    assert find_fact("record", 0, evidence) == Fact(2, words=("1999–2001",))
    assert find_fact("mood", 0, evidence, n_near=2) == Fact(2)


def test_a_song_that_sounds_near_is_named_with_what_both_have_in_common(evidence):
    saved = Song("", "Mine", ("Ann", "Di"))

    assert find_fact("sound", 0, evidence, nearest=saved, common=("calm",)) == Fact(
        artist="Ann, Di", words=("calm",), title="Mine"
    )
    assert find_fact("sound", 0, evidence) is None


def test_how_well_known_a_song_is_beside_saved_ones_is_no_reason():
    (fame,) = (signal for signal in SIGNALS if signal.name == "fame")

    assert (fame.fact, fame.phrase) == (None, "")


def test_the_three_best_known_songs_of_an_artist_of_ten_are_said_to_be(evidence):
    assert [find_fact("best_known", row, evidence) for row in (11, 9, 8)] == [
        Fact(artist="Ann"),
        Fact(artist="Ann"),
        None,
    ]
    assert find_fact("best_known", 13, evidence) is None  # one of two


def test_a_guest_with_saved_songs_is_named(evidence):
    assert find_fact("guests", 0, evidence) == Fact(1, "Bo")
    assert find_fact("guests", 13, evidence) == Fact(3, "Ann")


def test_without_a_genre_file_no_genre_is_named(evidence):
    assert find_fact("genre", 0, evidence) is None
    assert find_fact("scene", 0, evidence) is None


def test_an_artist_is_named_as_the_catalogue_writes_it_where_no_saved_song_is_in_it(evidence):
    assert evidence.name_artist(int(evidence.catalogue.first_artists[13])) == "Bo"
