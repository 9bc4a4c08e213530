import numpy as np
import pytest

from recommender.catalogue.arrays import list_distinct


@pytest.mark.parametrize(
    ("numbers", "distinct"),
    [([], []), ([0], [0]), ([7, 0, 7, 3, 0], [0, 3, 7]), ([2, 2, 2], [2])],
    ids=["none", "zero", "several", "all equal"],
)
@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_distinct_numbers_are_listed_once_ascending(numbers, distinct, dtype):
    assert list_distinct(np.array(numbers, dtype=dtype)).tolist() == distinct
