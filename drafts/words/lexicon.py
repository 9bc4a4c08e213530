"""All words of wishes, of both languages at once, by how they are folded; with a small typing error, too."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from drafts.words import english, german
from drafts.words.meanings import GENRES, Genre, Meaning
from recommender.catalogue.search import fold_words

# What German adjectives end in, compared or not.
ENDINGS = ("", "e", "en", "er", "es", "em", "ere", "eren", "erer", "eres", "erem", "ste", "sten", "ster")
# How umlauts are typed without their keys.
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# In a shorter word one letter makes another word.
MIN_CORRECTED = 5


def fold(text: str) -> str:
    """Return the words of a text as they are looked up, one space between them."""
    return " ".join(fold_words(text).split())


def _write_phrases(meant: str, people: Iterable[str]) -> Iterator[str]:
    """Yield the phrases of a text, one with "{}" for each word for people."""
    for phrase in meant.split(", "):
        yield from map(phrase.format, people) if "{}" in phrase else (phrase,)


def _write_forms(phrase: str) -> Iterator[str]:
    words = [
        [word.removesuffix("~") + ending for ending in (ENDINGS if word.endswith("~") else ("",))]
        for word in phrase.split()
    ]
    for form in map(" ".join, product(*words)):
        yield fold(form)
        yield fold(form.translate(UMLAUTS))


def _write_lexicon() -> dict[str, Meaning]:
    """Return the meaning of each phrase; of two meanings the first that is listed."""
    lexicon: dict[str, Meaning] = {}
    words = [
        (meaning, phrases, language.PEOPLE)
        for language in (english, german)
        for meaning, phrases in language.PHRASES
    ]
    genres = [(Genre(names), phrases, ()) for phrases, names in GENRES.items()]
    for meaning, phrases, people in (*words, *genres):
        for phrase in _write_phrases(phrases, people):
            for form in _write_forms(phrase):
                lexicon.setdefault(form, meaning)
    return lexicon


def _shorten(word: str) -> Iterator[str]:
    """Yield the word, and without each of its letters."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _list_misspelt(words: Mapping[str, Meaning]) -> dict[str, str]:
    misspelt: dict[str, str] = {}
    for word in words:
        if len(word) >= MIN_CORRECTED and " " not in word:
            for short in _shorten(word):
                misspelt.setdefault(short, word)
    return misspelt


#: Folded phrase -> its meaning.
LEXICON: Mapping[str, Meaning] = _write_lexicon()
#: The most words of a phrase.
MAX_WORDS = max(len(phrase.split()) for phrase in LEXICON)
_MISSPELT: Mapping[str, str] = _list_misspelt(LEXICON)


def correct(word: str) -> str:
    """Return a word of the lexicon that this one becomes by about one letter, itself where there is none.

    One letter may be missing, too much, another one, or change places with the next; the first is right.
    """
    if len(word) < MIN_CORRECTED:
        return word
    found = (_MISSPELT.get(short, "") for short in _shorten(word))
    return next((known for known in found if known[:1] == word[:1] and len(known) >= MIN_CORRECTED), word)
