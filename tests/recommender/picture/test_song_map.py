"""Which songs are on the map."""

import numpy as np
import pytest

from recommender.picture.song_map import choose_evenly


@pytest.mark.parametrize(
    ("sizes", "places", "chosen"),
    [
        ([3], 6, [3]),
        ([50, 50], 20, [10, 10]),
        ([100, 2, 50], 60, [29, 2, 29]),
        ([100, 3, 5], 61, [53, 3, 5]),
        ([5, 4, 3], 12, [5, 4, 3]),
        ([9, 9, 9], 10, [4, 3, 3]),
    ],
    ids=str,
)
def test_equally_many_songs_of_each_taste_are_shown_and_what_one_lacks_the_others_share(
    sizes, places, chosen
):
    members = np.repeat(np.arange(len(sizes)), sizes)

    shown = choose_evenly(members, np.array(sizes), places)

    assert sorted(np.bincount(members[shown]).tolist()) == sorted(chosen)
    assert len(set(shown.tolist())) == sum(chosen)


def test_those_of_a_taste_are_evenly_spread_over_its_songs_in_the_order_of_the_library():
    members = np.array([0, 1] * 6)

    shown = choose_evenly(members, np.array([6, 6]), 6)

    assert shown.tolist() == [0, 4, 8, 1, 5, 9]
