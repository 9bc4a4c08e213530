"""Reading a wish: what its phrases say of the controls, with the "no", "more" and "very" before them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from drafts.words.meanings import Artists, Kind, Modifier, Mood, Sign, Years
from drafts.words.phrases import Phrase, Size, Taste, Tastes, cut_into_phrases
from drafts.words.wish import Unmet, Why, Wish
from drafts.words.years import combine, turn_round
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.named_artists import NamedArtist
from recommender.wishes import MAX_STARTS
from store.tuning import FIRST_YEAR, MAX_TASTE_PERCENT

PLAIN = Modifier(None)
# By degree: how far the share of new artists goes from a half, and what share of its usual one a taste gets.
NEW_STEPS = {0.5: 10, 1: 25, 2: 40}
MORE_OF_TASTE = {0.5: 150, 1: 200, 2: MAX_TASTE_PERCENT}
LESS_OF_TASTE = {0.5: 75, 1: 50, 2: 25}


def read_wish(text: str, tastes: Sequence[Taste], catalogue: Catalogue) -> Wish:
    """Read what a line of English or German words, or of both, wishes of a mix.

    The longest phrases count, a small typing error does not. The same line says the same each time.

    Parameters
    ----------
    tastes : the listener's, in their order
    """
    reader = _Reader(text, len(tastes))
    for phrase in cut_into_phrases(text, tastes, catalogue):
        reader.read(phrase)
    return reader.finish()


class _Reader:
    """What has been read of a line so far, and what was said before the phrase that comes next."""

    def __init__(self, text: str, n_tastes: int) -> None:
        self._text, self._n_tastes = text, n_tastes
        self._changes: dict[str, Any] = {}
        self._tastes: dict[int, int] = {}
        self._only_tastes: set[int] = set()
        self._years: Years | None = None
        self._artists: list[str] = []
        self._unmet: list[Unmet] = []
        # The modifier that waits for its word, and where it begins and ends.
        self._modifier: Modifier | None = None
        self._start = self._end = 0
        # What was said of the word before, which counts for the next of the same kind.
        self._carried: tuple[Modifier, str] = PLAIN, ""
        # Where words without a meaning begin and end that stand together.
        self._unknown: tuple[int, int] | None = None

    def read(self, phrase: Phrase) -> None:
        """Read the next phrase of the line."""
        meaning = phrase.meaning
        if meaning is None or meaning is Sign.UNKNOWN:
            start = self._unknown[0] if self._unknown else self._take_start(phrase)
            self._unknown = start, phrase.end
            return
        self._end_unknown()
        match meaning:
            case Sign.BREAK:
                self._end_clause()
            case Sign():
                pass
            case Modifier():
                if self._modifier is None:
                    self._start = phrase.start
                self._modifier = _merge(self._modifier or PLAIN, meaning)
                self._end = phrase.end
            case Size(n_songs):
                self._changes["size"] = n_songs
                self._modifier = None
            case _:
                self._read_content(phrase)

    def finish(self) -> Wish:
        """Return all that was read."""
        self._end_unknown()
        self._end_clause()
        if self._years:
            # The year before the first is none that can be told.
            last = self._years.last and max(FIRST_YEAR, self._years.last)
            self._changes |= {"first_year": self._years.first, "last_year": last}
        if self._only_tastes:
            others = set(range(self._n_tastes)) - self._only_tastes
            self._tastes = {**dict.fromkeys(sorted(others), 0), **self._tastes}
        return Wish(self._changes, self._tastes, self._artists, self._unmet)

    def _read_content(self, phrase: Phrase) -> None:
        family = _name_family(phrase.meaning)
        said = self._modifier or (self._carried[0] if self._carried[1] == family else PLAIN)
        start = self._take_start(phrase)
        # "Very" and "a bit" are said of one word alone.
        self._carried = Modifier(said.direction), family
        why = self._apply(phrase.meaning, said)
        if why:
            self._unmet.append(Unmet(self._text[start : phrase.end], why))

    def _apply(self, meaning: object, said: Modifier) -> Why | None:
        """Change what a phrase says; return why nothing can, None where it was changed."""
        match meaning:
            case Mood(changes):
                factor = -said.degree if said.is_negative else said.degree
                for name, value in changes:
                    self._changes[name] = round(max(-100, min(100, value * factor)))
            case Kind(name, plain):
                wanted = not (plain is not False) if said.is_negative else plain
                if wanted is None:
                    return "word"
                self._changes[name] = wanted
            case Artists():
                self._changes["new_percent"] = _share_new(meaning, said)
            case Tastes(places):
                for place in places:
                    self._tastes[place] = _share_taste(said)
                if said.direction == "only":
                    self._only_tastes.update(places)
                return None if places else "taste"
            case Years():
                years = turn_round(meaning) if said.is_negative else meaning
                if years is None:
                    return "word"
                self._years = combine(self._years, years)
            case NamedArtist(name):
                if said.is_negative:
                    return "artist"
                if len(self._artists) == MAX_STARTS and name not in self._artists:
                    return "start"
                self._artists = list(dict.fromkeys([*self._artists, name]))
        return None

    def _take_start(self, phrase: Phrase) -> int:
        """Return where a phrase begins with its modifier, which is used up."""
        start = phrase.start if self._modifier is None else self._start
        self._modifier = None
        return start

    def _end_unknown(self) -> None:
        if self._unknown:
            start, end = self._unknown
            self._unmet.append(Unmet(self._text[start:end], "word"))
            self._unknown = None

    def _end_clause(self) -> None:
        """Forget what was said before; a modifier that waited for a word in vain is not understood."""
        if self._modifier:
            self._unmet.append(Unmet(self._text[self._start : self._end], "word"))
        self._modifier, self._carried = None, (PLAIN, "")


def _name_family(meaning: object) -> str:
    """Name the kind of meaning: "no" goes on to words of the same kind alone."""
    match meaning:
        case Kind() | Tastes():
            return "songs"
        case _:
            return type(meaning).__name__


def _merge(before: Modifier, after: Modifier) -> Modifier:
    """Merge two modifiers that follow each other, such as "a bit" and "more"."""
    degree = max(0.5, min(2, before.degree * after.degree))
    return replace(after, direction=after.direction or before.direction, degree=degree)


def _share_new(artists: Artists, said: Modifier) -> int:
    """Return the share of new artists in percent that such artists are to have."""
    if said.direction is None and said.degree == 1:
        return artists.plain
    is_more = artists.are_new != said.is_negative
    if said.direction in ("no", "only"):
        return 100 if is_more else 0
    return 50 + NEW_STEPS[said.degree] * (1 if is_more else -1)


def _share_taste(said: Modifier) -> int:
    """Return the share of its usual one, in percent, that a taste is to have."""
    if said.direction == "only":
        return 100
    if said.direction == "no" and said.degree == 1:
        return 0
    return (LESS_OF_TASTE if said.is_negative else MORE_OF_TASTE)[said.degree]
