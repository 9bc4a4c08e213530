"""How much is looked at closely, so that thousands of saved songs cost little more than hundreds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of each that is looked at, all at least 1; `./run evaluate` tries four times as many.

    `rows` of a cluster are looked at closely at a time: those that come next
    by the signals that are looked up. `songs` of the saved ones, evenly taken
    from all tastes, stand for the whole library's mood. The nearest genres are
    looked for among the `artists` whom the listener has most songs of.
    """

    rows: int = 256
    songs: int = 512
    artists: int = 128

    def times(self, factor: int) -> "Limits":
        """Give bounds that are so much wider."""
        return Limits(self.rows * factor, self.songs * factor, self.artists * factor)
