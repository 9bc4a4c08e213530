"""Songs and artists of the catalogue as one types: words that begin as the typed ones do."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import TEXT_SEPARATOR, Catalogue

MIN_CHARACTERS = 2
# More tells no more, and a pasted page would only take time.
MAX_CHARACTERS = 100
# Lines that are looked at for words that are common, but not together.
MAX_LOOKS = 20_000

_LINE_END = "\n"
_COMBINING = re.compile("[\u0300-\u036f]+")
# People type them, or do not.
_APOSTROPHES = re.compile("['’‘`´]+")
_NO_WORDS = re.compile(r"[^\w\n]+|_+")


@dataclass(frozen=True, slots=True)
class Found:
    """A song or an artist that was found.

    subject : the song's Spotify id, or the artist's name
    label : "Title by Artist, Artist", or the name
    """

    about: Literal["song", "artist"]
    subject: str
    label: str


@dataclass(frozen=True, eq=False)
class _Index:
    """Folded texts, a line each, the most popular first; each word has a space before it.

    starts : (n,) where each line starts
    numbers : (n,) the catalogue row of each line
    """

    text: bytes
    starts: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.int32]

    def find(self, words: Sequence[bytes]) -> Iterator[int]:
        """Yield the places of the lines that have a word beginning with each of these, in their order."""
        # Looking for a word that is nowhere costs less than looking at all lines that have the others.
        if not all(word in self.text for word in words):
            return
        rarest = max(words, key=len)
        at = self.text.find(rarest)
        for _ in range(MAX_LOOKS):
            if at < 0:
                return
            end = self.text.find(b"\n", at)
            start = self.text.rfind(b"\n", 0, at) + 1
            if all(self.text.find(word, start, end) >= 0 for word in words):
                # Of the same type, else all of them would be converted.
                yield int(np.searchsorted(self.starts, np.int32(start)))
            at = self.text.find(rarest, end)


def find(catalogue: Catalogue, text: str, limit: int) -> list[Found]:
    """Find songs and artists, in each of which every typed word begins a word of title or names.

    Accents, case and punctuation do not count. Artists come first and take half of
    the places if there are songs for the rest, of each kind the most popular. Of several
    versions of a recording the best known is found, and of several spellings of a name the
    one with the best-known song. Nothing is found by fewer than `MIN_CHARACTERS` letters
    and digits.

    The first search of a process takes longer: it folds all titles and names.
    """
    folded = _fold(text[:MAX_CHARACTERS].replace(_LINE_END, " "))
    words = [f" {word}".encode() for word in folded.split()]
    if len(folded.replace(" ", "")) < MIN_CHARACTERS or limit < 1:
        return []
    songs, artists, names = _build_indexes(catalogue)
    found_artists = [Found("artist", names[line], names[line]) for line in _take(artists.find(words), limit)]
    found_songs = [
        _tell_song(catalogue, int(songs.numbers[line])) for line in _take(songs.find(words), limit)
    ]
    n_artists = max(limit - len(found_songs), (limit + 1) // 2)
    return (found_artists[:n_artists] + found_songs)[:limit]


def _take(lines: Iterator[int], limit: int) -> list[int]:
    return [line for line, _ in zip(lines, range(limit), strict=False)]


def _tell_song(catalogue: Catalogue, row: int) -> Found:
    song = catalogue.song(row)
    return Found("song", song.id, f"{song.title} by {', '.join(song.artists)}")


# A process has one catalogue.
@lru_cache(maxsize=1)
def _build_indexes(catalogue: Catalogue) -> tuple[_Index, _Index, list[str]]:
    """Build the indexes of songs and of artists, and list the names of the artists."""
    best_first = np.argsort(-catalogue.popularity.astype(np.int64), kind="stable")
    _, first = np.unique(catalogue.find_recordings(best_first), return_index=True)
    rows = best_first[np.sort(first)]
    whole, ends = catalogue.texts.tobytes(), catalogue.text_ends
    starts = np.concatenate([[0], ends[:-1]])
    texts = [
        whole[start:end].decode()
        for start, end in zip(starts[rows].tolist(), ends[rows].tolist(), strict=True)
    ]
    names = _list_names(rows, texts, catalogue)
    return _build_index(texts, rows), _build_index(names, np.arange(len(names))), names


def _list_names(rows: IntArray, texts: Sequence[str], catalogue: Catalogue) -> list[str]:
    """List every artist once, in the order of their best-known songs."""
    groups = catalogue.artist_groups[catalogue.collect_artists(rows)].tolist()
    credits = [name for text in texts for name in text.split(TEXT_SEPARATOR)[1:]]
    names: dict[int, str] = {}
    for group, name in zip(groups, credits, strict=True):
        names.setdefault(group, name)
    return list(names.values())


def _build_index(texts: Sequence[str], numbers: IntArray) -> _Index:
    lines = "".join([f" {text.replace(_LINE_END, ' ')}{_LINE_END}" for text in texts])
    text = _fold(lines).encode()
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord(_LINE_END))
    starts = np.concatenate([[0], ends[:-1] + 1])
    return _Index(text, starts.astype(np.int32), numbers.astype(np.int32))


def _fold(text: str) -> str:
    """Return words in lower case without accents, each after one space; lines stay lines."""
    text = _COMBINING.sub("", unicodedata.normalize("NFKD", text).casefold())
    return _NO_WORDS.sub(" ", _APOSTROPHES.sub("", text))
