"""What a word or a phrase of a wish may mean."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mood:
    """More or less of what the sliders of moods are for: pairs of a field of `Tuning` and its value."""

    changes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of songs that may be left out: a field of `Tuning`.

    `plain` is what naming it sets the field to, None where naming it alone asks for what no control can do.
    """

    field: str
    plain: bool | None = None


@dataclass(frozen=True, slots=True)
class Artists:
    """Artists new to the listener, or known to them.

    `plain` is the share of new artists, in percent, that naming them sets.
    """

    are_new: bool
    plain: int


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre by its names in the catalogue."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Years:
    """Songs from these years and those between; None leaves that end open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Modifier:
    """More or less of what follows, none of it, or only that; `degree` is 2 for "very", 0.5 for "a bit"."""

    direction: Literal["more", "less", "no", "only"] | None
    degree: float = 1

    @property
    def is_negative(self) -> bool:
        """Whether less of what follows is wanted, or none."""
        return self.direction in ("no", "less")


class Sign(Enum):
    """A word that means something only beside others."""

    FILLER = auto()
    JOIN = auto()  # what was said of the word before counts for the next, too
    BREAK = auto()  # and here it does not
    LIKE = auto()  # an artist may follow
    SONGS = auto()  # a number before it is the length
    FROM = auto()
    BETWEEN = auto()
    TO = auto()
    SINCE = auto()
    BEFORE = auto()
    AFTER = auto()
    ON = auto()  # after "from" and a year
    ONWARDS = auto()  # after a year
    BACKWARDS = auto()
    EARLY = auto()  # the first half of a decade
    MIDDLE = auto()
    LATE = auto()
    UNKNOWN = auto()  # no control does it, and it is no artist's name


#: What phrases of the lexicon mean.
Meaning = Mood | Kind | Artists | Genre | Years | Modifier | Sign

#: The moods that wishes name, whatever the language.
CALM = Mood((("energy", -50),))
ENERGETIC = Mood((("energy", 50),))
SAD = Mood((("valence", -50),))
HAPPY = Mood((("valence", 50),))
ACOUSTIC = Mood((("acousticness", 50),))
ELECTRIC = Mood((("acousticness", -50),))
DANCEABLE = Mood((("danceability", 50),))
SLOW = Mood((("tempo", -50),))
FAST = Mood((("tempo", 50),))
UPBEAT = Mood((("valence", 50), ("energy", 50)))
PARTY = Mood((("energy", 50), ("danceability", 50)))
SPORT = Mood((("energy", 50), ("tempo", 50)))
SLEEP = Mood((("energy", -100), ("tempo", -50)))
BALLAD = Mood((("energy", -50), ("tempo", -50)))

EXPLICIT = Kind("explicit", True)
CLEAN = Kind("explicit", False)
CHRISTMAS = Kind("christmas")
CHILDREN = Kind("children")

NEW_ARTISTS = Artists(True, 75)
UNKNOWN_ARTISTS = Artists(True, 100)
KNOWN_ARTISTS = Artists(False, 20)

NO, LESS, MORE, ONLY = Modifier("no"), Modifier("less"), Modifier("more"), Modifier("only")
VERY, A_BIT = Modifier(None, 2), Modifier(None, 0.5)
MUCH_MORE, MUCH_LESS, NOT_TOO = Modifier("more", 2), Modifier("less", 2), Modifier("no", 0.5)

#: Genres as most people name them, in either language -> their names in the catalogue.
GENRES: dict[str, tuple[str, ...]] = {
    "rock": ("rock",),
    "rock music, rockmusik": ("rock",),
    "classic rock": ("classic rock",),
    "pop, pop music, popmusik": ("pop",),
    "jazz, jazz music, jazzmusik": ("jazz",),
    "hip hop, hiphop, rap, rap music": ("hip hop", "rap"),
    "deutschrap, deutscher rap, german rap, deutscher hip hop": ("german hip hop",),
    "metal, heavy metal": ("metal",),
    "punk": ("punk",),
    "folk": ("folk",),
    "indie": ("indie",),
    "indie folk": ("indie folk",),
    "indie rock": ("indie rock",),
    "country, country music, countrymusik": ("country",),
    "soul": ("soul",),
    "funk": ("funk",),
    "r&b, rnb, rhythm and blues": ("r&b",),
    "blues": ("blues",),
    "reggae": ("reggae",),
    "disco, discomusik": ("disco",),
    "house, house music": ("house",),
    "techno": ("techno",),
    "trance": ("trance",),
    "edm": ("edm",),
    "drum and bass, drum n bass, dnb": ("drum and bass", "dnb"),
    "ambient": ("ambient",),
    "classical, classical music, klassik, klassische musik": ("classical",),
    "opera, oper, opern": ("opera",),
    "soundtrack, soundtracks, film music, filmmusik": ("soundtrack",),
    "latin": ("latin",),
    "salsa": ("salsa",),
    "k pop, kpop": ("k-pop",),
    "singer songwriter, singer songwriters, liedermacher": ("singer-songwriter",),
    "schlager": ("schlager",),
    "volksmusik": ("volksmusik",),
    "gospel": ("gospel",),
    "grunge": ("grunge",),
    "ska": ("ska",),
    "swing": ("swing",),
    "bossa nova": ("bossa nova",),
    "chanson, chansons": ("chanson",),
}
