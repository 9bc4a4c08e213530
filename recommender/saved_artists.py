"""Who made the saved songs: the artists of each, joined ones taken apart, found in the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.catalogue import Catalogue
from recommender.keys import find, keys_of, plain, words
from recommender.song import Song

IntArray = npt.NDArray[np.int64]

# The most pieces between commas that one name has; in 170,000 real songs it
# is six. Without a bound a text of a thousand commas would take minutes.
MOST_PIECES = 8


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


def artists_of(library: Sequence[Song], catalogue: Catalogue) -> SavedArtists:
    """Find the artists of all songs of a library.

    Some exports join artists by commas, and some names hold a comma ("Tyler,
    The Creator"): of the names that a text can begin with, the longest that
    the catalogue knows is one artist, else the text up to the first comma.
    """
    names_of = _names_of({text for song in library for text in song.artists}, catalogue)
    names: list[str] = []
    ends = [0]
    for song in library:
        for text in song.artists:
            names += names_of[text]
        ends.append(len(names))
    songs = np.repeat(np.arange(len(library)), np.diff(ends))
    different = list(dict.fromkeys(names))
    found = find(keys_of((name,) for name in different), catalogue.artist_keys)
    place_of = dict(zip(different, found.tolist(), strict=True))
    return SavedArtists(songs, names, np.array([place_of[name] for name in names], dtype=np.int64))


def _names_of(texts: Iterable[str], catalogue: Catalogue) -> dict[str, list[str]]:
    """Give the plain names of the artists in each text."""
    names_of: dict[str, list[str]] = {}
    joined: dict[str, list[str]] = {}
    for text in texts:
        if "," in text:
            joined[text] = [piece for piece in text.split(",") if piece.strip()]
        else:
            names_of[text] = [plain(text)]
    words_of = {piece: words(piece) for piece in {piece for pieces in joined.values() for piece in pieces}}
    stretches = [
        (text, start, end)
        for text, pieces in joined.items()
        for start in range(len(pieces))
        for end in range(start + 2, min(start + MOST_PIECES, len(pieces)) + 1)
    ]
    together = ((_together(joined[text][start:end], words_of),) for text, start, end in stretches)
    is_artist = catalogue.has_artists(keys_of(together))
    # Of those that start with one piece the longest comes last.
    end_of = {stretches[at][:2]: stretches[at][2] for at in np.flatnonzero(is_artist).tolist()}
    for text, pieces in joined.items():
        names_of[text] = []
        start = 0
        while start < len(pieces):
            end = end_of.get((text, start), start + 1)
            name = words_of[pieces[start]] if end == start + 1 else _together(pieces[start:end], words_of)
            names_of[text].append(name or plain(pieces[start]))
            start = end
    return names_of


def _together(pieces: list[str], words_of: dict[str, str]) -> str:
    """Give the plain name that pieces between commas make together."""
    return " ".join(filter(None, map(words_of.__getitem__, pieces)))
