"""What became of songs that were written: which are refused, and which are missing or closed."""

import random

import pytest

from jobs.refused_songs import are_ours, find_lost, is_whole, sort_out
from spotify import PlaylistEntry

FIFTY = [f"s{number}" for number in range(50)]


def sorted_out(bad, most, songs=FIFTY):
    """Sort songs out at a Spotify that refuses these; what is taken, and how often it was asked."""
    asked = []

    def takes(part):
        asked.append(part)
        return not bad & set(part)

    return sort_out(songs, takes, most), len(asked)


@pytest.mark.parametrize("bad", [{song} for song in FIFTY])
def test_one_bad_song_is_found_by_halving_within_twelve_questions(bad):
    taken, n_asked = sorted_out(bad, 12)

    assert taken == set(FIFTY) - bad
    assert 5 <= n_asked <= 12


@pytest.mark.parametrize("bad", [{song} for song in FIFTY])
def test_with_eight_questions_at_most_five_songs_beside_a_bad_one_stay_in_doubt(bad):
    taken, n_asked = sorted_out(bad, 8)

    assert not taken & bad
    assert len(taken) >= 44
    assert n_asked <= 8


@pytest.mark.parametrize("n_bad", [2, 3, 5, 50])
@pytest.mark.parametrize("most", [1, 2, 8, 12])
def test_no_bad_song_is_taken_and_no_question_is_one_too_many(n_bad, most):
    chance = random.Random(n_bad)
    for _ in range(50):
        bad = set(chance.sample(FIFTY, n_bad))

        taken, n_asked = sorted_out(bad, most)

        assert not taken & bad
        assert n_asked <= most


def test_enough_questions_find_every_bad_song():
    bad = {"s0", "s24", "s25", "s49"}

    taken, n_asked = sorted_out(bad, 200)

    assert taken == set(FIFTY) - bad
    assert n_asked < 4 * 12


def test_a_song_alone_needs_no_question():
    assert sorted_out({"s0"}, 12, ["s0"]) == (set(), 0)


def test_of_a_pair_the_second_is_bad_where_the_first_is_not():
    assert sorted_out({"s1"}, 12, ["s0", "s1"]) == ({"s0"}, 1)
    assert sorted_out({"s0"}, 12, ["s0", "s1"]) == ({"s1"}, 2)


def entries(*songs):
    """Entries of these ids; a bracketed one cannot be played."""
    return [PlaylistEntry(song.strip("()"), not song.startswith("(")) for song in songs]


WRITTEN = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("read", "lost"),
    [
        (entries("a", "b", "c"), []),
        (entries("a", "(b)", "c"), [1]),
        (entries("a", "c"), [1]),
        (entries("(a)", "c"), [0, 1]),
        (entries(), [0, 1, 2]),
        # Another release of the same song, which can be played or not.
        (entries("a", "b2", "c"), []),
        (entries("a", "(b2)", "c"), [1]),
        # Not the list that was written, but one as long.
        (entries("x", "y", "z"), [0, 1, 2]),
        # The listener has added a song meanwhile.
        (entries("a", "b", "c", "mine"), []),
        (entries("a", "c", "mine"), [1]),
    ],
)
def test_what_is_missing_or_closed_is_lost(read, lost):
    assert find_lost(WRITTEN, read) == lost


@pytest.mark.parametrize(
    ("read", "whole"),
    [
        (entries("a", "b", "c"), True),
        (entries("a", "(b)", "c"), True),
        (entries("a", "b2", "c"), True),
        (entries("a", "b", "c", "mine"), True),
        (entries("a", "c"), False),
        (entries("a", "x", "y"), False),
        (entries(), False),
    ],
)
def test_a_list_is_whole_when_every_song_or_another_release_of_it_is_there(read, whole):
    assert is_whole(WRITTEN, read) is whole


def added(*songs):
    return [PlaylistEntry(song_id, True, moment) for song_id, moment in songs]


@pytest.mark.parametrize(
    ("entries", "is_it"),
    [
        (added(), True),
        (added(("s1", "noon"), ("s0", "one")), True),
        # Another release of s2, in one call with the others.
        (added(("s0", "noon"), ("s1", "noon"), ("x", "noon")), True),
        (added(("s0", "noon"), ("s1", "noon"), ("x", "one")), False),
        # Most of what came at that moment is not known.
        (added(("s0", "noon"), ("s1", "one"), ("x", "one")), False),
        # Only the listener can have added an episode.
        (added(("s0", "noon"), ("s1", "noon"), ("", "noon")), False),
        (added(("s0", ""), ("s1", ""), ("x", "")), False),
    ],
)
def test_a_playlist_is_ours_while_what_is_not_known_came_together_with_what_is(entries, is_it):
    assert are_ours(["s0", "s1", "s2"], entries) is is_it
