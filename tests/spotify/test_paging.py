"""How many pages a list has; reading them is tested where lists are read."""

import pytest

from spotify.paging import PAGE_SIZE, count_pages


@pytest.mark.parametrize(
    ("n_entries", "n_pages"), [(0, 1), (1, 1), (49, 1), (50, 1), (51, 2), (100, 2), (101, 3), (5_320, 107)]
)
def test_counts_the_pages_of_a_list(n_entries, n_pages):
    assert PAGE_SIZE == 50
    assert count_pages(n_entries) == n_pages
