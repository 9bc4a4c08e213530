"""A song, in the form that every part of the program shares, and which values its fields can have."""

from collections.abc import Iterable
from dataclasses import dataclass, field

# The recordings that are sold begin with the phonograph; a later year than this is a misprint.
MIN_YEAR, MAX_YEAR = 1860, 2099
MAX_DURATION_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Song:
    """One song as Spotify, an export or the catalogue knows it.

    `id` is Spotify's, empty for a local file. `artists` are in the order of
    the credits; an export that joins them by commas leaves one text, which
    matching takes apart. What the source does not tell is None. `n_plays` is how
    often the listener has played it; that makes no other song of it.
    """

    id: str
    title: str
    artists: tuple[str, ...]
    year: int | None = None
    duration_ms: int | None = None
    is_explicit: bool | None = None
    n_plays: int | None = field(default=None, compare=False)

    @property
    def is_nameless(self) -> bool:
        """Whether it has neither id nor title: the place of a song of which no more is known."""
        return not self.id and not self.title


def count_plays(songs: Iterable[Song]) -> int:
    """Return how often some songs were played in all, as far as that is known."""
    return sum(song.n_plays or 0 for song in songs)


def make_storable(text: str) -> str:
    """Return a text that hashes, databases and pages can hold.

    Surrogate pairs, which JSON and literals of Python may hold, become their characters; a half without its
    other one, and NUL, become U+FFFD.
    """
    # Nearly all are.
    if text.isprintable():
        return text
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined.replace("\0", "\N{REPLACEMENT CHARACTER}")


def find_year(value: object) -> int | None:
    """Return the year that a value of JSON tells; None where it cannot be one."""
    return value if isinstance(value, int) and MIN_YEAR <= value <= MAX_YEAR else None


def find_duration_ms(value: object) -> int | None:
    """Return the duration that a value of JSON tells, a number or an object with `totalMilliseconds`.

    None where it cannot be one.
    """
    number = value.get("totalMilliseconds") if isinstance(value, dict) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return int(number) if 0 <= number <= MAX_DURATION_MS else None


def find_flag(value: object) -> bool | None:
    """Return the yes or no that a value of JSON tells; None where it is neither."""
    return value if isinstance(value, bool) else None
