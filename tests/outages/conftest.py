"""A listener who has signed in."""

from tests.support.nora import browser, desk, nora, refresh

__all__ = ["browser", "desk", "nora", "refresh"]
