"""Who made the saved songs: the artists of each, joined ones taken apart, found in the catalogue."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.normalise import plain, words
from recommender.song import Song

# The most pieces between commas that one name has; in 170,000 real songs it
# is six. Without a bound a text of a thousand commas would take minutes.
MAX_PIECES = 8


@dataclass(frozen=True, eq=False)
class SavedArtists:
    """The credits of a library, song by song, first artist first.

    songs : (n_credits,) the library song of each credit, ascending; a song may have none
    names : (n_credits,) the plain name of the artist
    places : (n_credits,) the artist's place in `Catalogue.artist_keys`, -1 where it has none
    """

    songs: IntArray
    names: Sequence[str]
    places: IntArray

    @property
    def firsts(self) -> IntArray:
        """Where in the credits the first artist of each song with artists stands."""
        return np.flatnonzero(np.diff(self.songs, prepend=-1))


def find_artists(library: Sequence[Song], catalogue: Catalogue) -> SavedArtists:
    """Find the artists of all songs of a library.

    Some exports join artists by commas, and some names hold a comma ("Tyler,
    The Creator"): of the names that a text can begin with, the longest that
    the catalogue knows is one artist, else the text up to the first comma.
    """
    texts = {text for song in library for text in song.artists}
    name_of = {text: plain(text) for text in texts if "," not in text}
    names_of = _taken_apart(texts - name_of.keys(), catalogue)
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
    different = list(dict.fromkeys(names))
    found = find(hash_texts((name,) for name in different), catalogue.artist_keys)
    place_of = dict(zip(different, found.tolist(), strict=True))
    return SavedArtists(songs, names, np.array([place_of[name] for name in names], dtype=np.int64))


def _taken_apart(texts: Iterable[str], catalogue: Catalogue) -> dict[str, list[str]]:
    """Give the plain names of the artists in each text that joins several, or has a comma in a name."""
    pieces_of = {text: [piece for piece in text.split(",") if piece.strip()] for text in texts}
    words_of = {piece: words(piece) for piece in {piece for pieces in pieces_of.values() for piece in pieces}}
    stretches = (
        (_together(pieces[start:end], words_of),)
        for pieces in pieces_of.values()
        for start, end in _stretches(len(pieces))
    )
    is_artist = iter(catalogue.has_artists(hash_texts(stretches)).tolist())
    names_of: dict[str, list[str]] = {}
    for text, pieces in pieces_of.items():
        # Of those that start with one piece the longest comes last.
        end_of = {start: end for start, end in _stretches(len(pieces)) if next(is_artist)}
        names_of[text] = []
        start = 0
        while start < len(pieces):
            end = end_of.get(start, start + 1)
            names_of[text].append(_together(pieces[start:end], words_of) or plain(pieces[start]))
            start = end
    return names_of


def _stretches(n_pieces: int) -> Iterator[tuple[int, int]]:
    """Yield where each name of several pieces may start and end."""
    for start in range(n_pieces):
        for end in range(start + 2, min(start + MAX_PIECES, n_pieces) + 1):
            yield start, end


def _together(pieces: list[str], words_of: dict[str, str]) -> str:
    """Give the plain name that pieces between commas make together."""
    return " ".join(filter(None, map(words_of.__getitem__, pieces)))
