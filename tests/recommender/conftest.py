"""What the tests of the recommender begin with."""

import pytest

from recommender.explanation import phrases
from recommender.picture import density
from recommender.ranking.signals import learned


@pytest.fixture(autouse=True, scope="module")
def nothing_kept():
    """Let nothing be kept from tests of other packages, whose way there is not traced for coverage."""
    for cached in (learned.load_fitted, phrases._find_fields, density.measure_density):
        cached.cache_clear()
