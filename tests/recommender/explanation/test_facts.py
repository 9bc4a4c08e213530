"""What is said of a song, and what is not, counted by hand."""

import numpy as np
import pytest

from recommender.explanation.facts import collect_facts, sound_words
from recommender.mix import Reason
from recommender.tastes.listener import ListenerProfile
from tests.support.songs import Row, small

ROWS = [Row(f"Song {at}", ("Ann", "Bo") if at < 12 else ("Bo", "Ann"), popularity=at) for at in range(14)]


@pytest.fixture
def facts():
    """Two songs of Ann of 1999, one of 2001; one of Bo, and one of somebody unknown."""
    catalogue, _ = small(ROWS)
    ann, bo = int(catalogue.first_artists[0]), int(catalogue.first_artists[13])
    years = np.array([1999, 1999, 2001, 1999, -1])
    return collect_facts(
        ListenerProfile(np.array([ann, ann, ann, bo, -1]), years, np.array([8], np.uint8)), catalogue, (), 128
    )


def test_songs_of_the_same_artist_and_about_the_same_year_are_of_one_record(facts):
    facts.catalogue.years[:] = [1998, 1999, 2000, 2001, 2002, 2003, *[2000] * 8]

    assert [facts.of("record", row, 1.0, 0) for row in range(6)] == [
        Reason("record", 2),
        Reason("record", 2),
        Reason("record", 3),
        Reason("record", 1),
        Reason("record", 1),
        None,
    ]


def test_a_habit_is_more_than_one_song(facts):
    facts.catalogue.years[:2] = [1997, 2003]

    assert facts.of("era", 0, 1.0, 0) == Reason("era", 3)
    assert facts.of("era", 1, 1.0, 0) is None
    assert facts.of("mood", 0, 1.0, 2) == Reason("mood", 2)
    assert facts.of("mood", 0, 1.0, 1) is None


def test_being_as_well_known_as_most_songs_is_no_reason(facts):
    facts = collect_facts(
        ListenerProfile(facts.listener.artists, facts.listener.years, np.array([1, 2, 9], np.uint8)),
        facts.catalogue,
        (),
        128,
    )

    assert facts.of("fame", 7, 0.51, 0) == Reason("fame", 3)
    assert facts.of("fame", 7, 0.5, 0) is None


def test_the_three_best_known_songs_of_an_artist_of_ten_are_said_to_be(facts):
    assert [facts.of("best_known", row, 1.0, 0) for row in (11, 9, 8)] == [
        Reason("best_known", artist="Ann"),
        Reason("best_known", artist="Ann"),
        None,
    ]
    assert facts.of("best_known", 13, 1.0, 0) is None  # one of two


def test_a_guest_with_saved_songs_is_named(facts):
    assert facts.of("guests", 0, 1.0, 0) == Reason("guests", 1, "Bo")
    assert facts.of("guests", 13, 1.0, 0) == Reason("guests", 3, "Ann")


def test_without_a_genre_file_no_genre_is_named(facts):
    assert facts.of("genre", 0, 0.0, 0) is None
    assert facts.of("scene", 0, 0.0, 0) is None


def test_two_songs_sound_alike_by_features_that_are_marked_in_both():
    # valence, acousticness, danceability, energy, instrumentalness, loudness, speechiness
    one = np.array([1.0, -2.0, 0.6, 3.0, 0.4, 0.0, 1.0])
    other = np.array([-1.0, -1.5, 0.9, 1.0, 2.0, 5.0, 0.5])

    assert sound_words(one, other) == ("electric", "energetic")
    assert sound_words(one, -one) == ()
