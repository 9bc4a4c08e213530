"""What is wanted at some times of the year only."""

from datetime import UTC, datetime

import pytest

from drafts.wishes import list_seasonal_kinds
from recommender.ranking.blunders import KINDS


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ((2026, 11, 30), set()),
        ((2026, 12, 1), {"christmas"}),
        ((2026, 12, 31), {"christmas"}),
        ((2027, 1, 1), set()),
    ],
)
def test_christmas_songs_are_wanted_in_december(day, kinds):
    assert list_seasonal_kinds(datetime(*day, tzinfo=UTC)) == kinds
    assert kinds <= set(KINDS)
