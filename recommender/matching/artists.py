"""The artists of the saved songs: joined names split, each name found in the catalogue."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.normalise import normalise, normalise_words
from recommender.song import Song

# The most comma-separated parts of one name; in 170,000 real songs it is six.
# Without a limit a text of a thousand commas would take minutes.
MAX_PARTS = 8


@dataclass(frozen=True, eq=False)
class LibraryCredits:
    """The credits of a library, song by song, first artist first.

    songs : (n_credits,) the library song of each credit, ascending; a song may have none
    names : (n_credits,) the normalised name of the artist
    places : (n_credits,) the artist's place in `Catalogue.artist_keys`, -1 where it has none
    """

    songs: IntArray
    names: Sequence[str]
    places: IntArray

    @property
    def firsts(self) -> IntArray:
        """The place among the credits of each song's first artist; songs without artists have none."""
        return np.flatnonzero(np.diff(self.songs, prepend=-1))


def find_artists(library: Sequence[Song], catalogue: Catalogue) -> LibraryCredits:
    """Find the artists of every library song in the catalogue.

    Some exports join artists by commas, and some names contain a comma ("Tyler,
    The Creator"): the longest beginning of a text that is an artist of the
    catalogue is one name, else the text up to its first comma is.
    """
    texts = {text for song in library for text in song.artists}
    name_of = {text: normalise(text) for text in texts if "," not in text}
    names_of = _split_joined(texts - name_of.keys(), catalogue)
    names: list[str] = []
    ends = [0]
    for song in library:
        for text in song.artists:
            if text in name_of:
                names.append(name_of[text])
            else:
                names += names_of[text]
        ends.append(len(names))
    songs = np.repeat(np.arange(len(library)), np.diff(ends))
    unique = list(dict.fromkeys(names))
    found = find(hash_texts((name,) for name in unique), catalogue.artist_keys)
    place_of = dict(zip(unique, found.tolist(), strict=True))
    return LibraryCredits(songs, names, np.array([place_of[name] for name in names], dtype=np.int64))


def _split_joined(texts: Iterable[str], catalogue: Catalogue) -> dict[str, list[str]]:
    """Split texts that have commas, between artists or inside a name, into normalised names."""
    parts_of = {text: [part for part in text.split(",") if part.strip()] for text in texts}
    words_of = {
        part: normalise_words(part) for part in {part for parts in parts_of.values() for part in parts}
    }
    candidates = (
        (_join(parts[start:end], words_of),)
        for parts in parts_of.values()
        for start, end in _list_spans(len(parts))
    )
    is_artist = iter(catalogue.has_artists(hash_texts(candidates)).tolist())
    names_of: dict[str, list[str]] = {}
    for text, parts in parts_of.items():
        # The longest name from each start comes last and wins.
        end_of = {start: end for start, end in _list_spans(len(parts)) if next(is_artist)}
        names_of[text] = []
        start = 0
        while start < len(parts):
            end = end_of.get(start, start + 1)
            names_of[text].append(_join(parts[start:end], words_of) or normalise(parts[start]))
            start = end
    return names_of


def _list_spans(n_parts: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of every name that may span several parts."""
    for start in range(n_parts):
        for end in range(start + 2, min(start + MAX_PARTS, n_parts) + 1):
            yield start, end


def _join(parts: list[str], words_of: dict[str, str]) -> str:
    """Return the normalised name that consecutive parts make."""
    return " ".join(filter(None, map(words_of.__getitem__, parts)))
