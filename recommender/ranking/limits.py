"""Candidate limits, by which thousands of saved songs cost little more than hundreds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Candidate limits, all at least 1; `./run evaluate` tries four times as many.

    rows : candidates of a cluster, by known artists or by new ones, that are scored by all signals at a time,
        the highest of the first stage
    songs : saved songs, evenly taken from all tastes, that stand for the mood of the whole library
    artists : artists of whom the listener has most songs, among whom the nearest by genre is looked for
    """

    rows: int = 96
    songs: int = 512
    artists: int = 128

    def times(self, factor: int) -> "Limits":
        """Return limits that are `factor` times as wide."""
        return Limits(self.rows * factor, self.songs * factor, self.artists * factor)


DEFAULT_LIMITS = Limits()
