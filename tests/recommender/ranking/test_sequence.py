"""The order in which a playlist plays."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.ranking.sequence import MAX_MOVE, sequence


def list_order(artists, energies=None, kinds=None):
    """Sequence songs by these artists; without energies there is no flow to mind, without kinds one."""
    energies = energies or [0.0] * len(artists)
    features = np.array([energies], dtype=np.float32).T
    return sequence([ord(artist) for artist in artists], kinds or [False] * len(artists), features)


def flow(order, energies):
    return sum(abs(energies[a] - energies[b]) for a, b in pairwise(order))


def test_songs_stay_in_order_of_rank_where_nothing_speaks_against_it():
    assert list_order("ABCDE") == (0, 1, 2, 3, 4)
    assert list_order("") == ()
    assert list_order("A") == (0,)


@pytest.mark.parametrize(
    ("artists", "plays"),
    [
        ("AABC", "ABAC"),
        ("AAABCD", "ABACAD"),
        ("AABBCC", "ABACBC"),
        ("BAA", "ABA"),
        ("BCAAA", "ABACA"),
    ],
)
def test_no_artist_follows_himself(artists, plays):
    order = list_order(artists)

    assert sorted(order) == list(range(len(artists)))
    assert "".join(artists[song] for song in order) == plays


def test_where_one_artist_has_more_songs_than_can_be_separated_they_end_the_playlist():
    assert list_order("AAAB") == (0, 3, 1, 2)
    assert list_order("AAA") == (0, 1, 2)


def test_songs_change_places_for_a_smoother_flow():
    energies = [0.0, 2.0, 1.0, 3.0, 3.5]

    order = list_order("ABCDE", energies)

    assert flow(range(5), energies) == 5.5
    assert order == (0, 2, 1, 3, 4)
    assert flow(order, energies) == 3.5


def test_what_nobody_would_hear_moves_nothing():
    # With the middle two swapped the way is 0.06 instead of 0.12 long.
    assert list_order("ABCD", [0.0, 0.04, 0.02, 0.06]) == (0, 1, 2, 3)


def test_a_song_does_not_go_further_than_three_places_however_it_flows():
    energies = [0.0, 5.0, 5.0, 5.0, 5.0, 0.0]

    order = list_order("ABCDEF", energies)

    assert max(abs(place - song) for place, song in enumerate(order)) <= MAX_MOVE


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("ABCDEFGH"), st.floats(-3, 3, width=32)), max_size=40))
def test_whatever_the_songs_artists_are_separated_if_they_can_be(songs):
    artists = "".join(artist for artist, _ in songs)
    energies = [energy for _, energy in songs]

    order = list_order(artists, energies)

    assert sorted(order) == list(range(len(songs)))
    most = max(map(artists.count, artists), default=0)
    if most <= len(songs) - most + 1:
        assert all(artists[a] != artists[b] for a, b in pairwise(order))


@settings(max_examples=100)
@given(st.lists(st.floats(-3, 3, width=32), max_size=50))
def test_where_every_song_is_of_another_artist_none_goes_far_and_the_flow_is_no_worse(energies):
    artists = [chr(100 + at) for at in range(len(energies))]

    order = list_order(artists, energies)

    assert max((abs(place - song) for place, song in enumerate(order)), default=0) <= MAX_MOVE
    assert flow(order, energies) <= flow(range(len(energies)), energies) + 1e-4


def test_songs_change_places_with_songs_of_their_kind_alone():
    energies = [0.0, 8.0, 1.0, 7.0, 2.0, 6.0]
    kinds = [False, True] * 3
    mixed = list_order("ABCDEF", energies)
    order = list_order("ABCDEF", energies, kinds)

    assert [kinds[song] for song in mixed] != kinds
    assert [kinds[song] for song in order] == kinds


def test_a_song_that_waits_for_another_artist_lets_one_of_its_kind_go_first():
    assert list_order("AABC", kinds=[False, False, True, False]) == (0, 3, 2, 1)
    # With none of its kind left one of the other goes first.
    assert list_order("AABC", kinds=[False, False, True, True]) == (0, 2, 1, 3)
