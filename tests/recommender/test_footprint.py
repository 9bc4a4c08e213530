from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.footprint import count_bytes


@dataclass
class Holder:
    held: object

    @cached_property
    def worked_out(self):
        return np.zeros(50, dtype=np.uint8)

    def get(self):
        return self.held


def test_every_array_that_is_reached_counts_once_however_deep():
    array = np.zeros(100, dtype=np.float32)

    held = Holder({"one": [array, (array,)], "two": {1, "text"}, "none": None, "odd": object()})

    assert count_bytes(held) == 400
    held.worked_out  # noqa: B018
    assert count_bytes(held) == 450


def test_what_a_function_keeps_counts():
    array = np.zeros(100, dtype=np.uint8)

    assert count_bytes([lambda: array, len, np.sort]) == 100
    assert count_bytes(Holder(array).get) == 100


def test_a_view_counts_as_what_it_is_a_view_of():
    array = np.zeros(100, dtype=np.uint8)

    assert count_bytes([array[:10], array[5:7]]) == 100


def test_what_is_shared_or_mapped_does_not_count(tmp_path):
    array = np.zeros(100, dtype=np.uint8)
    np.save(tmp_path / "mapped.npy", array)
    mapped = np.load(tmp_path / "mapped.npy", mmap_mode="r")

    assert count_bytes([mapped, mapped[:10], array], shared=[array]) == 0
