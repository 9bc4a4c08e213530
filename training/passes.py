"""Passes over songs and playlists: the same function for each part, here one after the other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

P = TypeVar("P")
S = TypeVar("S")
R = TypeVar("R")


class CallEach(Protocol):
    """What calls a function with each of some parts and with what all share, wherever it does."""

    def __call__(self, function: Callable[[P, S], R], parts: Sequence[P], shared: S) -> Iterable[R]:
        """Return the results in the order of the parts."""


def call_in_turn(function: Callable[[P, S], R], parts: Sequence[P], shared: S) -> Iterator[R]:
    """Call a function with each part in turn."""
    return (function(part, shared) for part in parts)
