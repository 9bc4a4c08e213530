"""The artists of the saved songs: joined names split, each name found in the catalogue."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from recommender.catalogue.arrays import IntArray, KeyArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.artist_names import canonicalise
from recommender.matching.normalise import normalise, normalise_all, normalise_words
from recommender.song import Song

# The most comma-separated parts of one name; in 170,000 real songs it is six.
# Without a limit a text of a thousand commas would take minutes.
MAX_PARTS = 8


@dataclass(frozen=True, eq=False)
class LibraryCredits:
    """The credits of a library, song by song, first artist first.

    songs : (n_credits,) the library song of each credit, ascending; a song may have none
    keys : (n_credits,) the key of the artist's normalised name
    places : (n_credits,) the artist's place in `Catalogue.artist_keys`, -1 where it has none
    lacking : the different normalised names of those that have none
    """

    songs: IntArray
    keys: KeyArray
    places: IntArray
    lacking: Sequence[str]

    def find_canonical_keys(self, catalogue: Catalogue) -> KeyArray:
        """Return the key of each credit's name without what varies (`canonicalise`): (n_credits,)."""
        canonical = np.empty(len(self.keys), dtype=np.uint64)
        is_known = self.places >= 0
        groups = catalogue.artist_groups[self.places[is_known]]
        canonical[is_known] = catalogue.artist_group_keys[groups]
        keys = hash_texts(self.lacking)
        order = np.argsort(keys)
        own = find(self.keys[~is_known], keys[order])
        canonical[~is_known] = hash_texts(map(canonicalise, self.lacking))[order][own]
        return canonical

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
    names = [names_of[text] for text in texts]
    # Numbers instead of texts: the names of each text, then those of each song.
    number_of = {name: number for number, name in enumerate(dict.fromkeys(chain.from_iterable(names)))}
    numbers = np.array([number_of[name] for name in chain.from_iterable(names)], dtype=np.int64)
    songs = np.repeat(np.repeat(np.arange(len(library)), list(map(len, credited))), list(map(len, names)))
    keys = hash_texts(number_of)
    places = find(keys, catalogue.artist_keys)
    lacking = [name for name, place in zip(number_of, places.tolist(), strict=True) if place < 0]
    return LibraryCredits(songs, keys[numbers], places[numbers], lacking)


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
