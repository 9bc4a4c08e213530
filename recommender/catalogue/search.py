"""Songs and artists of the catalogue as one types: words that begin as the typed ones do.

Training writes what is searched (`training.search_lines`), a line for each song and artist, the best
known first: the words of title and names as `fold_words` writes them, then `NUMBER` and a number.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
import numpy.typing as npt

from recommender.catalogue.catalogue import Catalogue
from recommender.latin_letters import LATIN_LETTERS

MIN_CHARACTERS = 2
# More tells no more, and a pasted page would only take time.
MAX_CHARACTERS = 100
# Lines that are looked at for words that are common, but not together.
MAX_LOOKS = 20_000

# The lines of a catalogue like the usual one are one block; of ten million songs no process copies half a GB.
BLOCK_BYTES = 2**24

LINE_END = "\n"
#: What stands before the number at the end of a line; no typed word begins with it.
NUMBER = "\x1f"
# Strokes and ligatures, which no decomposition takes away: "ø" is found by "o".
_PLAIN_LETTERS = str.maketrans(LATIN_LETTERS)
_COMBINING = re.compile("[\u0300-\u036f]+")
# People type them, or do not.
_APOSTROPHES = re.compile("['’‘`´]+")
_NO_WORDS = re.compile(r"[^\w\n]+|_+")


@dataclass(frozen=True, slots=True)
class Found:
    """A song or an artist that was found.

    subject : the song's Spotify id, or the artist's name
    label : "Title – Artist, Artist", or the name: the same in all languages
    """

    about: Literal["song", "artist"]
    subject: str
    label: str


def find(catalogue: Catalogue, text: str, limit: int) -> list[Found]:
    """Find songs and artists, in each of which every typed word begins a word of title or names.

    Accents, strokes, ligatures, case and punctuation do not count. Artists come first and take half of
    the places if there are songs for the rest, of each kind the most popular. Of several
    versions of a recording the best known is found, and of several spellings of a name the
    one with the best-known song. Nothing is found by fewer than `MIN_CHARACTERS` letters
    and digits.
    """
    folded = fold_words(text[:MAX_CHARACTERS].replace(LINE_END, " "))
    words = [f" {word}".encode() for word in folded.split()]
    if len(folded.replace(" ", "")) < MIN_CHARACTERS or limit < 1:
        return []
    artists = [_tell_artist(catalogue, n) for n in _take(catalogue.search_artists, words, limit)]
    songs = [_tell_song(catalogue, n) for n in _take(catalogue.search_songs, words, limit)]
    n_artists = max(limit - len(songs), (limit + 1) // 2)
    return (artists[:n_artists] + songs)[:limit]


def _take(lines: npt.NDArray[np.uint8], words: Sequence[bytes], limit: int) -> list[int]:
    return list(islice(_find_lines(lines, words), limit))


def _find_lines(lines: npt.NDArray[np.uint8], words: Sequence[bytes]) -> Iterator[int]:
    """Yield the numbers of the lines that have a word beginning with each of these, in their order."""
    rarest, looks = max(words, key=len), 0
    for block in _cut(lines):
        # Looking for a word that is nowhere costs less than looking at all lines that have the others.
        at = block.find(rarest) if all(word in block for word in words) else -1
        while at >= 0:
            if looks == MAX_LOOKS:
                return
            looks += 1
            end = block.find(LINE_END.encode(), at)
            start = block.rfind(LINE_END.encode(), 0, at) + 1
            if all(block.find(word, start, end) >= 0 for word in words):
                yield int(block[block.rfind(NUMBER.encode(), start, end) + 1 : end])
            at = block.find(rarest, end)


def _cut(lines: npt.NDArray[np.uint8]) -> Iterator[bytes]:
    """Yield copies of the lines, whole ones of about `BLOCK_BYTES`: bytes are searched fastest."""
    start = 0
    while start < len(lines):
        stop = min(start + BLOCK_BYTES, len(lines))
        while lines[stop - 1] != ord(LINE_END):
            stop += 1
        yield lines[start:stop].tobytes()
        start = stop


def _tell_song(catalogue: Catalogue, row: int) -> Found:
    song = catalogue.song(row)
    return Found("song", song.id, f"{song.title} – {', '.join(song.artists)}")


def _tell_artist(catalogue: Catalogue, credit: int) -> Found:
    # Sought as the type of the ends, which would be copied whole to that of the number.
    ends = catalogue.row_artist_ends
    row = int(np.searchsorted(ends, ends.dtype.type(credit), "right"))
    name = catalogue.song(row).artists[credit - catalogue.credits(row).start]
    return Found("artist", name, name)


def fold_words(text: str) -> str:
    """Return words in lower case without accents and strokes, each after one space; lines stay lines."""
    text = _COMBINING.sub("", unicodedata.normalize("NFKD", text).casefold()).translate(_PLAIN_LETTERS)
    return _NO_WORDS.sub(" ", _APOSTROPHES.sub("", text))
