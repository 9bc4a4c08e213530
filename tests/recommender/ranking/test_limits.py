"""Candidate limits."""

from recommender.ranking.limits import Limits


def test_limits_are_widened_all_by_the_same_factor():
    assert Limits(rows=1, songs=2, artists=3).times(4) == Limits(rows=4, songs=8, artists=12)
