"""A typed line cut into the longest phrases that mean something: in a taste's name, here, or as an artist."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from drafts.words.lexicon import LEXICON, MAX_WORDS, correct, fold
from drafts.words.meanings import Genre, Meaning, Sign, Years
from drafts.words.tokens import BREAKS, DASHES, JOINS, MAX_CHARACTERS, split
from drafts.words.years import cut_decade, find_years, open_end
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.named_artists import NamedArtist, find_named
from store.tuning import MAX_SIZE, MIN_SIZE

# A name that is one common word is that of an artist only if many know them, or after "like".
MIN_PEAK = 55
MAX_NAME_WORDS = 6
# The name of a taste has a genre and two artists.
MAX_TASTE_WORDS = 12
# What the songs are like may stand between the length and "songs": "30 sad slow songs".
MAX_WORDS_TO_SONGS = 4
# German has one word for "from" and "by".
LEADS = frozenset({Sign.FROM, Sign.LIKE, Sign.BETWEEN, Sign.TO, Sign.SINCE, Sign.BEFORE, Sign.AFTER})
PARTS = frozenset({Sign.EARLY, Sign.MIDDLE, Sign.LATE})
_VOCABULARY = frozenset(word for phrase in LEXICON for word in phrase.split())


class Taste(Protocol):
    """A taste of the listener by its names and genres."""

    @property
    def name(self) -> str:
        """The name in short: "Jazz: Miles Davis, Bill Evans"."""

    @property
    def full_name(self) -> str:
        """The whole name, with more genres and artists."""

    @property
    def genres(self) -> Sequence[str]:
        """Typical genres that `full_name` does not name."""


@dataclass(frozen=True, slots=True)
class Tastes:
    """Tastes of the listener, by their places; none where they have none of a genre."""

    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """The length of a mix in songs."""

    n_songs: int


#: A meaning and how many tokens have it; None and 0 where nothing is found.
Match = tuple[Meaning | Tastes | Size | NamedArtist | None, int]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a line, from `start` to `end`; `meaning` is None where it has none."""

    meaning: Meaning | Tastes | Size | NamedArtist | None
    start: int
    end: int


def cut_into_phrases(text: str, tastes: Sequence[Taste], catalogue: Catalogue) -> list[Phrase]:
    """Cut a line into phrases; what stands behind `MAX_CHARACTERS` is cut off."""
    return _Cutter(text[:MAX_CHARACTERS], tastes, catalogue).cut()


class _Cutter:
    """Finds what begins at each token of one line."""

    def __init__(self, text: str, tastes: Sequence[Taste], catalogue: Catalogue) -> None:
        self._text = text
        self._tokens = split(text)
        self._words = [
            token.key if token.key in _VOCABULARY else correct(token.key) for token in self._tokens
        ]
        self._names = {fold(taste.name): (place,) for place, taste in enumerate(tastes)}
        self._genres = [_list_genres(taste) for taste in tastes]
        self._artists = self._find_artists(catalogue)

    def cut(self) -> list[Phrase]:
        """Return the phrases of the whole line."""
        phrases: list[Phrase] = []
        at, is_like = 0, False
        while at < len(self._tokens):
            meaning, n_tokens = self._match(at, is_like)
            phrases.append(Phrase(meaning, self._tokens[at].start, self._tokens[at + n_tokens - 1].end))
            at += n_tokens
            if meaning is not Sign.FILLER:
                is_like = meaning is Sign.LIKE
        return phrases

    def _match(self, at: int, is_like: bool) -> Match:
        """Return the longest phrase that begins at a token; of equally long ones the first of these kinds."""
        if self._tokens[at].text in BREAKS | DASHES:
            return Sign.BREAK, 1
        if self._tokens[at].text in JOINS:
            return Sign.JOIN, 1
        found = (
            self._match_taste(at),
            self._match_years(at),
            self._match_size(at),
            self._match_artist(at, is_like),
            self._match_word(at),
        )
        return max(found, key=lambda match: match[1]) if any(n for _, n in found) else (None, 1)

    def _match_word(self, at: int) -> Match:
        """Match the longest phrase of the lexicon; a genre stands for the listener's tastes of it."""
        best: Match = None, 0
        words: list[str] = []
        for n_tokens, token in enumerate(self._tokens[at:], 1):
            if token.text in BREAKS | DASHES or len(words) == MAX_WORDS:
                break
            if token.text not in JOINS:
                words.append(self._words[at + n_tokens - 1])
                meaning = LEXICON.get(" ".join(words))
                if meaning:
                    best = meaning, n_tokens
        if isinstance(best[0], Genre):
            return Tastes(self._find_tastes([fold(name) for name in best[0].names])), best[1]
        return best

    def _match_taste(self, at: int) -> Match:
        """Match a genre of the listener's tastes, or the whole name of one."""
        named = {genre for first, more in self._genres for genre in (first, *more) if genre}
        for n_tokens in range(min(MAX_TASTE_WORDS, len(self._tokens) - at), 0, -1):
            phrase = fold(self._slice(at, n_tokens))
            if self._tokens[at + n_tokens - 1].key and phrase in self._names:
                return Tastes(self._names[phrase]), n_tokens
            if self._tokens[at + n_tokens - 1].key and phrase in named:
                return Tastes(self._find_tastes([phrase])), n_tokens
        return None, 0

    def _find_tastes(self, genres: Sequence[str]) -> tuple[int, ...]:
        """Return the tastes that a genre, or one that contains it, names; else those that have it besides."""
        named = [
            place
            for place, (first, _) in enumerate(self._genres)
            if any(f" {genre} " in f" {first} " for genre in genres)
        ]
        having = [
            place for place, (_, more) in enumerate(self._genres) if any(genre in more for genre in genres)
        ]
        return tuple(named or having)

    def _match_size(self, at: int) -> Match:
        word = self._tokens[at].key
        if not (word.isdecimal() and len(word) <= 3 and MIN_SIZE <= int(word) <= MAX_SIZE):
            return None, 0
        after = at + 1
        while after < min(at + 1 + MAX_WORDS_TO_SONGS, len(self._tokens)):
            meaning, n_tokens = self._match_word(after)
            if meaning is Sign.SONGS:
                return Size(int(word)), 1
            if not n_tokens or meaning is Sign.UNKNOWN:
                break
            after += n_tokens
        return None, 0

    def _match_years(self, at: int) -> Match:
        """Match a year, a decade or a range of them, with the words around that open or close it."""
        meaning, n_tokens = self._match_word(at)
        lead = meaning if isinstance(meaning, Sign) and meaning in LEADS else None
        start = self._skip(at + n_tokens) if lead else at
        span, after = self._read_span(start)
        if span is None:
            return None, 0
        sign, n_tokens = self._match_sign(after)
        is_range = lead in (None, Sign.FROM, Sign.LIKE, Sign.BETWEEN)
        if is_range and (sign is Sign.TO or (sign is Sign.JOIN and lead is Sign.BETWEEN)):
            other, after_other = self._read_span(self._skip(after + n_tokens))
            if other:
                return Years(min(span[0], other[0]), max(span[1], other[1])), after_other - at
        if sign is Sign.ONWARDS or (sign is Sign.ON and lead in (Sign.FROM, Sign.LIKE)):
            return Years(span[0], None), after + n_tokens - at
        if sign is Sign.BACKWARDS:
            return Years(None, span[1]), after + n_tokens - at
        return open_end(*span, lead), after - at

    def _read_span(self, at: int) -> tuple[tuple[int, int] | None, int]:
        """Return the years that begin at a token, None where there are none, and where they end."""
        meaning, n_tokens = self._match_sign(at)
        part = meaning if isinstance(meaning, Sign) and meaning in PARTS else None
        at = self._skip(at + n_tokens) if part else at
        if at >= len(self._tokens):
            return None, at
        meaning, n_tokens = self._match_word(at)
        if isinstance(meaning, Years) and meaning.first is not None and meaning.last is not None:
            span: tuple[int, int] | None = (meaning.first, meaning.last)
        else:
            span, n_tokens = find_years(self._tokens[at].key), 1
        if span and part:
            span = cut_decade(*span, part)
        return span, at + n_tokens

    def _match_sign(self, at: int) -> Match:
        """Match a sign between two years, where a dash says "to"."""
        if at >= len(self._tokens):
            return None, 0
        return (Sign.TO, 1) if self._tokens[at].text in DASHES else self._match_word(at)

    def _skip(self, at: int) -> int:
        """Return the next place that is no filler: "from *the* nineties"."""
        while at < len(self._tokens):
            meaning, n_tokens = self._match_word(at)
            if meaning is not Sign.FILLER:
                break
            at += n_tokens
        return at

    def _find_artists(self, catalogue: Catalogue) -> dict[tuple[int, int], NamedArtist]:
        """Find every part of the line that is the name of an artist: where it begins, and its tokens."""
        parts = [
            (at, n_tokens)
            for at in range(len(self._tokens))
            for n_tokens in range(1, min(MAX_NAME_WORDS, len(self._tokens) - at) + 1)
            if self._tokens[at].key and self._tokens[at + n_tokens - 1].key
        ]
        found = find_named([self._slice(*part) for part in parts], catalogue)
        return {part: artist for part, artist in zip(parts, found, strict=True) if artist}

    def _match_artist(self, at: int, is_like: bool) -> Match:
        """Match the longest name of an artist that is not made of words of wishes, or that is well known."""
        for n_tokens in range(MAX_NAME_WORDS, 0, -1):
            artist = self._artists.get((at, n_tokens))
            if artist is None:
                continue
            words = [token.key for token in self._tokens[at : at + n_tokens]]
            is_name = any(word not in _VOCABULARY for word in words)
            n_telling = sum(LEXICON.get(word) is not Sign.FILLER for word in words)
            if artist.peak >= MIN_PEAK and (is_name or (is_like and n_tokens > 1)):
                return artist, n_tokens
            if is_name and (is_like or n_telling > 1):
                return artist, n_tokens
        return None, 0

    def _slice(self, at: int, n_tokens: int) -> str:
        return self._text[self._tokens[at].start : self._tokens[at + n_tokens - 1].end]


def _list_genres(taste: Taste) -> tuple[str, tuple[str, ...]]:
    """Return the genre that names a taste, "" where artists alone do, and its other genres, folded."""
    first, *more = taste.full_name.partition(": ")[0].split(", ") if ": " in taste.full_name else [""]
    return fold(first), tuple(map(fold, (*more, *taste.genres)))
