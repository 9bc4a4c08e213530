"""Long lists, page by page: what they cost before they are read."""

import pytest

from spotify.paging import count_pages


@pytest.mark.parametrize(("n_entries", "n_pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (5_320, 107)])
def test_the_cost_of_a_list_is_known_before_it_is_read(n_entries, n_pages):
    assert count_pages(n_entries) == n_pages
