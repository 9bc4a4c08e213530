"""The same tastes in two readings of a library: what was said of one by its place, said of its place now."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from store.tuning import Tuning


class NamedTaste(Protocol):
    """A taste by its names: the full one has more artists, which change sooner."""

    @property
    def name(self) -> str:
        """The name in short."""

    @property
    def full_name(self) -> str:
        """The whole name."""


def find_places(before: Sequence[NamedTaste], now: Sequence[NamedTaste]) -> list[int | None]:
    """Return for each taste of before its place now, by its names; None where it is there no more."""
    by_name = {taste.name: place for place, taste in enumerate(now)}
    by_full_name = {taste.full_name: place for place, taste in enumerate(now)}
    return [by_full_name.get(taste.full_name, by_name.get(taste.name)) for taste in before]


def move_percents(tuning: Tuning, before: Sequence[NamedTaste], now: Sequence[NamedTaste]) -> Tuning:
    """Return a tuning whose factors on the tastes stand where the tastes do now; a new one is as usual."""
    percents = [100] * len(now)
    for place, percent in zip(find_places(before, now), tuning.taste_percents, strict=False):
        if place is not None:
            percents[place] = percent
    return replace(tuning, taste_percents=tuple(percents))
