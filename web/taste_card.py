"""The card of a listener's tastes that can be shared: the tastes, and nothing else of the listener."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, count
from unicodedata import east_asian_width

from recommender.picture.picture import Picture, PicturedTaste
from recommender.tastes.taste_names import word_taste
from web.language import current_language, translate

#: Those of tastes on paper in the stylesheet, which a file of its own cannot ask.
COLOURS = ("#2c42e9", "#b05f12", "#148452", "#9e4ab3", "#590026", "#6a667c", "#4e3700", "#340072")
#: What a line has room for, in small letters of middle width.
MAX_HEADING, MAX_LINE = 24, 40
#: Of how many of those a capital takes the room, and a wide letter: those of the Far East are, too.
CAPITAL, WIDE = 1.35, 1.7
WIDE_LETTERS = frozenset("mwMW@%—…æÆœŒжмфшщыюЖМФШЩЫЮ")
TOP, ROW, BOTTOM = 330, 176, 110


@dataclass(frozen=True, slots=True)
class CardTaste:
    """A taste on the card: `heading` is its genre, else its artists; where its row and its bar begin."""

    number: int
    colour: str
    heading: str
    artists: str
    words: str
    percent: int
    top: int
    start: int


@dataclass(frozen=True, slots=True)
class CardView:
    """The card, so many units high."""

    height: int
    tastes: tuple[CardTaste, ...]


def describe_card(picture: Picture) -> CardView:
    """Return what the card shows."""
    starts = accumulate((taste.percent for taste in picture.tastes), initial=0)
    # There is one start more: where the last one ends.
    tastes = [_describe(*each) for each in zip(count(), picture.tastes, starts, strict=False)]
    return CardView(find_height(len(tastes)), tuple(tastes))


def find_height(n_tastes: int) -> int:
    """Return how high a card of so many tastes is; its width is 1080."""
    return TOP + ROW * n_tastes + BOTTOM


def _describe(place: int, taste: PicturedTaste, start: int) -> CardTaste:
    name = taste.name
    return CardTaste(
        number=place + 1,
        colour=COLOURS[place % len(COLOURS)],
        heading=shorten(name.genre or word_taste(name.name, current_language()), MAX_HEADING),
        artists=shorten(", ".join(name.artists) if name.genre else "", MAX_LINE),
        words=join_words([translate(trait.word) for trait in taste.traits]),
        percent=taste.percent,
        top=TOP + ROW * place,
        start=start,
    )


def join_words(words: Sequence[str]) -> str:
    """Join as many of the words as a line has room for, but one at least."""
    lines = (", ".join(words[:n]) for n in range(len(words), 1, -1))
    return next((line for line in lines if shorten(line, MAX_LINE) == line), "".join(words[:1]))


def shorten(text: str, most: int) -> str:
    """Cut a text off where a line of so many letters ends: capitals and wide letters take more.

    What no XML can hold, and pages can, is left out.
    """
    text, room = re.sub("[\ufffe\uffff]", "", text), float(most)
    for place, letter in enumerate(text):
        room -= _measure(letter)
        if room < 0:
            return f"{text[: place - 1].rstrip(' ,')}…"
    return text


def _measure(letter: str) -> float:
    if letter in WIDE_LETTERS or east_asian_width(letter) in "FW":
        return WIDE
    return CAPITAL if letter.isupper() else 1.0
