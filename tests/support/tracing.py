"""Which tests count for coverage: the quick ones, which are to reach every line by themselves.

Tracing makes a test take half as long again, and most of a run's time is that of the slow tests.
"""

from collections.abc import Generator

import pytest
from coverage import Coverage


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage rest while a slow test runs, its fixtures included."""
    traced = Coverage.current()
    if traced is None or item.get_closest_marker("slow") is None:
        return (yield)
    traced.stop()
    try:
        return (yield)
    finally:
        traced.start()
