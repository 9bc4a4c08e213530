"""Which tests count for coverage: the quick ones of the two packages that are covered.

Each is to reach every line of its package by itself. Tracing makes a test take half as long again, and most
of a run's time is that of the others.
"""

from collections.abc import Generator

import pytest
from coverage import Coverage

COUNTED = ("tests/recommender/", "tests/spotify/")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage rest while another test runs, its fixtures included."""
    traced = Coverage.current()
    if traced is None or is_counted(item):
        return (yield)
    traced.stop()
    try:
        return (yield)
    finally:
        traced.start()


def is_counted(item: pytest.Item) -> bool:
    """Return whether what a test reaches counts."""
    return item.nodeid.startswith(COUNTED) and item.get_closest_marker("slow") is None
