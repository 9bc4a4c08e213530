"""Lists of items, against plain Python lists."""

import numpy as np
import pytest

from recommender.catalogue import together
from recommender.catalogue.together import Lists

N_ITEMS = 30


def build(lists):
    return Lists(
        np.array([item for each in lists for item in each], dtype=np.int32),
        np.cumsum([len(each) for each in lists]).astype(np.int32),
    )


def invent_lists(seed):
    rng = np.random.default_rng(seed)
    return [sorted(rng.choice(N_ITEMS, int(rng.integers(0, 9)), replace=False).tolist()) for _ in range(40)]


# The lists hold some 160 items: blocks of a few lists each, of less than one list, and one of all.
@pytest.fixture(params=[20, 3, 65_536], autouse=True)
def block(request, monkeypatch):
    monkeypatch.setattr(together, "BLOCK", request.param)


def test_the_items_of_several_lists_are_collected_in_the_order_asked_for():
    lists = build([[1, 5], [], [2], [0, 1, 2]])

    assert lists.collect(np.array([3, 0, 1])).tolist() == [0, 1, 2, 1, 5]
    assert lists.collect(np.array([], dtype=np.int64)).tolist() == []
    assert (len(lists), lists[0].tolist(), lists[2].tolist()) == (4, [1, 5], [2])


def test_the_weights_of_lists_are_added_up_by_item():
    for seed in range(5):
        given = invent_lists(seed)
        numbers = np.arange(0, 40, 3)
        weights = np.random.default_rng(seed).random(len(numbers))

        sums = build(given).add_up(numbers, weights, N_ITEMS)

        expected = [
            sum(w for number, w in zip(numbers, weights, strict=True) if item in given[number])
            for item in range(N_ITEMS)
        ]
        assert sums.tolist() == pytest.approx(expected)


def test_no_lists_add_up_to_nothing():
    nothing = np.array([], dtype=np.int64)

    assert build([[0, 1]]).add_up(nothing, nothing.astype(float), 2).tolist() == [0, 0]


def test_only_the_items_asked_for_are_kept_by_their_places():
    kept = np.array([7, 3, 20, 29])
    for seed in range(5):
        given = invent_lists(seed)

        lists = build(given).renumber(kept, N_ITEMS)

        assert [lists[number].tolist() for number in range(40)] == [
            [kept.tolist().index(item) for item in each if item in kept] for each in given
        ]


def test_lists_of_nothing_are_renumbered_to_nothing():
    lists = build([[], []]).renumber(np.array([1]), 3)

    assert (len(lists), lists[0].tolist(), lists[1].tolist()) == (2, [], [])
