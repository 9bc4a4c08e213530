"""The artists of the saved songs: joined names split, each name found in the catalogue."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.normalise import normalise, normalise_all, normalise_words
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
    credited = [song.artists for song in library]
    texts = list(chain.from_iterable(credited))
    names_of = _split_into_names(dict.fromkeys(texts), catalogue)
    split = [names_of[text] for text in texts]
    names = list(chain.from_iterable(split))
    number_of = {name: number for number, name in enumerate(dict.fromkeys(names))}
    numbers = np.array([number_of[name] for name in names], dtype=np.int64)
    songs = np.repeat(np.repeat(np.arange(len(library)), list(map(len, credited))), list(map(len, split)))
    return LibraryCredits(songs, names, find(hash_texts(number_of), catalogue.artist_keys)[numbers])


def _split_into_names(texts: Iterable[str], catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Normalise the names in each text; a text with commas may hold several."""
    single = [text for text in texts if "," not in text]
    names_of = {text: (name,) for text, name in zip(single, normalise_all(single), strict=True)}
    return names_of | _split_joined([text for text in texts if "," in text], catalogue)


def _split_joined(texts: Sequence[str], catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Split texts that have commas, between artists or inside a name, into normalised names."""
    parts_of = {text: [part for part in text.split(",") if part.strip()] for text in texts}
    parts = list(dict.fromkeys(chain.from_iterable(parts_of.values())))
    words_of = dict(zip(parts, normalise_words(parts), strict=True))
    # Every name that may span several parts; from each start the longest comes last.
    spans = [
        (text, start, end)
        for text, parts in parts_of.items()
        for start in range(len(parts) - 1)
        for end in range(start + 2, min(start + MAX_PARTS, len(parts)) + 1)
    ]
    names = [
        " ".join(filter(None, map(words_of.__getitem__, parts_of[text][start:end])))
        for text, start, end in spans
    ]
    known: dict[str, dict[int, tuple[int, str]]] = {}
    for at in np.flatnonzero(catalogue.has_artists(hash_texts(names))).tolist():
        text, start, end = spans[at]
        known.setdefault(text, {})[start] = (end, names[at])
    name_of = {part: words or normalise(part) for part, words in words_of.items()}
    return {
        text: tuple([name_of[part] for part in parts])
        if text not in known
        else tuple(_list_names([name_of[part] for part in parts], known[text]))
        for text, parts in parts_of.items()
    }


def _list_names(names: Sequence[str], known: dict[int, tuple[int, str]]) -> Iterator[str]:
    """Yield the names in a text: known ones that span several parts, from start to end, else each part's."""
    start = 0
    while start < len(names):
        start, name = known.get(start, (start + 1, names[start]))
        yield name
