"""How a listener has tuned a mix: numbers alone, which fit into an address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: The length of a mix in songs.
MIN_SIZE, MAX_SIZE = 10, 100
#: The years that it may name.
FIRST_YEAR, LAST_YEAR = 1900, 2100
#: The most that one taste may have of its usual share, in percent.
MAX_TASTE_PERCENT = 400


@dataclass(frozen=True, slots=True)
class Tuning:
    """What a listener wants of one mix; the defaults ask for nothing in particular.

    new_percent : share of the songs that are by artists new to the listener, from 0 to 100
    size : length in songs, from `MIN_SIZE` to `MAX_SIZE`
    first_year, last_year : songs are from these years and those between; None leaves that end open
    explicit : whether explicit songs may be picked
    taste_percents : factor on the share of each of the listener's tastes, in their order: 100 is as usual,
        0 leaves the taste out, at most `MAX_TASTE_PERCENT`; those behind the last count 100
    energy, valence, acousticness, danceability, tempo : how much more (up to 100) or less (down to -100)
        of it than usual for the listener
    christmas, children : whether songs for Christmas, and for children, may be picked as usual: at their time
        of the year, and where the listener saves such songs
    seed : chooses among equally good mixes; 0 has the best songs
    """

    new_percent: int = 50
    size: int = 50
    first_year: int | None = None
    last_year: int | None = None
    explicit: bool = True
    taste_percents: tuple[int, ...] = ()
    energy: int = 0
    valence: int = 0
    acousticness: int = 0
    danceability: int = 0
    tempo: int = 0
    christmas: bool = True
    children: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        """Drop what is as usual at the end of the tastes, so that equal tunings are equal."""
        percents = list(self.taste_percents)
        while percents and percents[-1] == 100:
            percents.pop()
        object.__setattr__(self, "taste_percents", tuple(percents))

    def to_json(self) -> dict[str, Any]:
        """Return the tuning as JSON can say it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Tuning":
        """Read a tuning that `to_json` wrote."""
        return cls(**{**kept, "taste_percents": tuple(kept["taste_percents"])})


#: The tuning of a listener who has tuned nothing.
DEFAULT_TUNING = Tuning()
