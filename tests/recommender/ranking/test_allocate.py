from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking.allocate import (
    allocate,
    allocate_kinds,
    allocate_with_pinned,
    interleave,
    interleave_kinds,
)

ROOM = 1000
counts = st.lists(st.integers(0, 30), min_size=1, max_size=6)


def allocate_list(weights, places, capacity=None):
    capacity = [ROOM] * len(weights) if capacity is None else capacity
    return allocate(np.array(weights), places, np.array(capacity)).tolist()


@pytest.mark.parametrize(
    ("weights", "places", "shares"),
    [
        ([1], 50, [50]),
        ([1, 1], 50, [25, 25]),
        ([0, 3, 0], 50, [0, 50, 0]),
        ([5, 3, 2], 10, [5, 3, 2]),
        # 7 * 3/10 = 2.1, 7 * 7/10 = 4.9: the larger remainder gets the last place.
        ([3, 7], 7, [2, 5]),
        # 50/3 = 16 2/3 each: two places are left, for the lower two.
        ([1, 1, 1], 50, [17, 17, 16]),
        # 2.5 each: equal remainders go to the lower cluster.
        ([4, 4], 5, [3, 2]),
        # 0.5, 4.5: the same, though the lower cluster is the smaller.
        ([1, 9], 5, [1, 4]),
        ([1, 1, 1, 1, 1], 3, [1, 1, 1, 0, 0]),
        ([1, 2], 0, [0, 0]),
        ([2_000_000_000, 1_000_000_000], 50, [33, 17]),
    ],
)
def test_places_are_shared_by_largest_remainder(weights, places, shares):
    assert allocate_list(weights, places) == shares


@pytest.mark.parametrize(
    ("weights", "places", "capacity", "shares"),
    [
        # 5, 3, 2 wanted; cluster 0 holds 1, its 4 go 3 : 2 to the others: 5.4, 3.6.
        ([5, 3, 2], 10, [1, ROOM, ROOM], [1, 5, 4]),
        # Then cluster 1 is too small as well.
        ([5, 3, 2], 10, [1, 4, ROOM], [1, 4, 5]),
        ([5, 3, 2], 10, [0, 0, ROOM], [0, 0, 10]),
        # Exactly full is no reason to share again.
        ([5, 3, 2], 10, [5, 3, 2], [5, 3, 2]),
        # All full: the shares sum to less.
        ([5, 3, 2], 10, [4, 3, 2], [4, 3, 2]),
        ([5, 3, 2], 10, [0, 0, 0], [0, 0, 0]),
        # Room in a cluster that no saved song is in is no room.
        ([1, 0], 10, [4, ROOM], [4, 0]),
    ],
)
def test_a_full_cluster_spills_its_places_to_the_others(weights, places, capacity, shares):
    assert allocate_list(weights, places, capacity) == shares


@pytest.mark.parametrize(
    ("n_pinned", "weights", "places", "capacity", "shares"),
    [
        # Nothing pinned, or no more than the shares: nothing changes.
        ([0, 0, 0], [5, 3, 2], 10, [ROOM] * 3, [5, 3, 2]),
        ([5, 1, 0], [5, 3, 2], 10, [ROOM] * 3, [5, 3, 2]),
        # The four of cluster 2 stay: 6 places are left for 5 : 3, that is 3.75 and 2.25.
        ([0, 0, 4], [5, 3, 2], 10, [ROOM] * 3, [4, 2, 4]),
        # Then the three of cluster 1 are too many as well.
        ([0, 3, 4], [5, 3, 2], 10, [ROOM] * 3, [3, 3, 4]),
        # A taste that is switched off gets places for its pinned songs alone.
        ([2, 0, 0], [0, 3, 1], 10, [ROOM] * 3, [2, 6, 2]),
        ([2, 1, 0], [0, 0, 0], 10, [ROOM] * 3, [2, 1, 0]),
        # The others hold 3 of the 6 that are left: the rest goes where more is pinned.
        ([0, 0, 4], [5, 3, 2], 10, [2, 1, ROOM], [2, 1, 7]),
        ([0, 0, 4], [5, 3, 2], 10, [2, 1, 5], [2, 1, 5]),
        ([0, 0, 10], [5, 3, 2], 10, [ROOM] * 3, [0, 0, 10]),
    ],
)
def test_places_are_shared_around_what_is_pinned(n_pinned, weights, places, capacity, shares):
    found = allocate_with_pinned(np.array(weights), places, np.array(capacity), np.array(n_pinned))

    assert found.tolist() == shares


def test_no_weight_at_all_is_an_error():
    with pytest.raises(ValueError, match="all empty"):
        allocate(np.array([0, 0]), 50, np.array([1, 1]))


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 60)), min_size=1, max_size=6), st.integers(0, 120)
)
def test_shares_sum_to_the_places_whenever_there_is_room(clusters, places):
    weights, capacity = (list(column) for column in zip(*clusters, strict=True))
    if not any(weights):
        weights[0] = 1

    shares = allocate_list(weights, places, capacity)

    room = sum(space for weight, space in zip(weights, capacity, strict=True) if weight)
    assert sum(shares) == min(places, room)
    for weight, space, share in zip(weights, capacity, shares, strict=True):
        assert 0 <= share <= space
        assert weight or not share


@given(counts.filter(any), st.integers(0, 120))
def test_a_share_is_its_proportion_rounded_up_or_down(weights, places):
    shares = allocate_list(weights, places)

    for weight, share in zip(weights, shares, strict=True):
        assert abs(share - Fraction(weight * places, sum(weights))) < 1


@pytest.mark.parametrize(
    ("shares", "order"),
    [
        ([], []),
        ([0, 0], []),
        ([3], [0, 0, 0]),
        ([1, 1, 1], [0, 1, 2]),
        ([2, 2], [0, 1, 0, 1]),
        ([2, 1], [0, 1, 0]),
        ([1, 2], [1, 0, 1]),
        ([3, 1], [0, 0, 1, 0]),
        ([1, 5], [1, 1, 0, 1, 1, 1]),
        ([0, 2, 0, 1], [1, 3, 1]),
    ],
)
def test_clusters_take_turns_in_proportion(shares, order):
    assert interleave(np.array(shares, dtype=np.int64)).tolist() == order


def test_small_clusters_do_not_stand_together():
    order = interleave(np.array([46, 1, 1, 1, 1])).tolist()

    places = [order.index(cluster) for cluster in (1, 2, 3, 4)]
    assert min(np.diff([-1, *places])) >= 8  # of 50 places


@given(counts)
def test_every_beginning_of_the_playlist_has_each_cluster_within_one_of_its_proportion(shares):
    order = interleave(np.array(shares)).tolist()

    assert [order.count(cluster) for cluster in range(len(shares))] == shares
    most = 1 - Fraction(1, max(2 * len([share for share in shares if share]) - 2, 1))
    for cluster, share in enumerate(shares):
        so_far = 0
        for place, here in enumerate(order, start=1):
            so_far += here == cluster
            assert abs(so_far - Fraction(place * share, len(order))) <= most


def split(shares, n_new, capacity=None, pinned=None):
    capacity = [[ROOM, ROOM]] * len(shares) if capacity is None else capacity
    pinned = [[0, 0]] * len(shares) if pinned is None else pinned
    return allocate_kinds(np.array(shares), n_new, np.array(capacity), np.array(pinned)).tolist()


def test_places_for_new_artists_are_shared_by_largest_remainder():
    assert split([30, 20], 25) == [[15, 15], [10, 10]]
    # 10 * 11/20 = 5.5 and 10 * 9/20 = 4.5: equal remainders go to the lower.
    assert split([11, 9], 10) == [[5, 6], [5, 4]]
    assert split([3, 0], 2) == [[1, 2], [0, 0]]


def test_a_group_with_too_few_of_a_kind_swaps_places_with_others():
    assert split([10, 10], 10, [[ROOM, 2], [ROOM, ROOM]]) == [[8, 2], [2, 8]]
    assert split([10, 10], 10, [[ROOM, ROOM], [1, ROOM]]) == [[9, 1], [1, 9]]


def test_where_swapping_is_not_enough_the_kind_gives_way_and_the_share_holds():
    assert split([10, 10], 10, [[ROOM, 1], [ROOM, 3]]) == [[9, 1], [7, 3]]
    assert split([10, 10], 0, [[4, ROOM], [ROOM, ROOM]]) == [[4, 6], [10, 0]]


def test_what_is_pinned_keeps_its_kind():
    assert split([10, 10], 10, pinned=[[9, 0], [0, 0]]) == [[9, 1], [1, 9]]
    assert split([10, 10], 0, pinned=[[0, 2], [0, 3]]) == [[8, 2], [7, 3]]


@given(st.data())
def test_whatever_there_is_kinds_add_up_to_the_shares_and_come_as_near_to_the_wish_as_possible(data):
    numbers = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=5)
    capacity = np.array(data.draw(numbers))
    pinned = np.array([[data.draw(st.integers(0, most)) for most in pair] for pair in capacity.tolist()])
    shares = np.array(
        [data.draw(st.integers(sum(low), sum(most))) for low, most in zip(pinned, capacity, strict=True)]
    )
    n_new = data.draw(st.integers(0, 40))

    kinds = allocate_kinds(shares, n_new, capacity, pinned)

    assert kinds.sum(axis=1).tolist() == shares.tolist()
    assert ((pinned <= kinds) & (kinds <= capacity)).all()
    possible = [
        sum(max(low[1], share - most[0]) for low, most, share in zip(pinned, capacity, shares, strict=True)),
        sum(min(most[1], share - low[0]) for low, most, share in zip(pinned, capacity, shares, strict=True)),
    ]
    assert kinds[:, 1].sum() == min(max(n_new, possible[0]), possible[1])


def test_kinds_take_turns_and_so_do_the_groups_of_each():
    cells = interleave_kinds(np.array([[2, 1], [0, 2]])).tolist()

    assert cells == [0, 3, 1, 0, 3] or cells == [3, 0, 1, 0, 3]
    assert interleave_kinds(np.zeros((2, 2), dtype=np.int64)).tolist() == []


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=5))
def test_any_ten_places_hold_the_kinds_in_their_proportion(shares):
    cells = interleave_kinds(np.array(shares))

    assert np.bincount(cells, minlength=2 * len(shares)).tolist() == [n for pair in shares for n in pair]
    share = np.array(shares)[:, 1].sum() / max(len(cells), 1)
    for start in range(len(cells) - 9):
        assert abs((cells[start : start + 10] % 2).sum() - 10 * share) < 2
