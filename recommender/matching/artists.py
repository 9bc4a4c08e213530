"""The artists of the saved songs: joined names split, each name found in the catalogue."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from weakref import WeakKeyDictionary

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.artist_names import canonicalise
from recommender.matching.normalise import normalise, normalise_all, normalise_words
from recommender.song import Song

# The most comma-separated parts of one name; in 170,000 real songs it is six.
# Without a limit a text of a thousand commas would take minutes.
MAX_PARTS = 8
# Texts that are remembered with a catalogue: those that name artists of the catalogue alone, so that nothing
# stays of who saved them. So many, and those of the last library, take about 6 MB.
MAX_REMEMBERED = 20_000

#: The artists in a text: of each the normalised name, its place and its group, as `LibraryCredits` has them.
Artists = tuple[tuple[str, int, int], ...]
_MEMORIES: WeakKeyDictionary[Catalogue, dict[str, Artists]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class LibraryCredits:
    """The credits of a library, song by song, first artist first.

    songs : (n_credits,) the library song of each credit, ascending; a song may have none
    names : (n_credits,) the normalised name of the artist
    places : (n_credits,) the artist's place in `Catalogue.artist_keys`, -1 where it has none
    groups : (n_credits,) place of the artist's group in `Catalogue.artist_group_keys`, -1 where it has none
    """

    songs: IntArray
    names: Sequence[str]
    places: IntArray
    groups: IntArray

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
    artists_in = _recall_artists(dict.fromkeys(texts), catalogue)
    found = [artists_in[text] for text in texts]
    artists = list(chain.from_iterable(found))
    return LibraryCredits(
        np.repeat(np.repeat(np.arange(len(library)), list(map(len, credited))), list(map(len, found))),
        [name for name, _, _ in artists],
        np.array([place for _, place, _ in artists], dtype=np.int64),
        np.array([group for _, _, group in artists], dtype=np.int64),
    )


def _recall_artists(texts: Iterable[str], catalogue: Catalogue) -> dict[str, Artists]:
    """Return the artists in each text, from memory where it came before."""
    memory = _MEMORIES.setdefault(catalogue, {})
    if len(memory) > MAX_REMEMBERED:
        memory.clear()
    recalled = {text: artists for text in texts if (artists := memory.get(text)) is not None}
    found = _look_up_artists([text for text in texts if text not in recalled], catalogue)
    memory.update(
        {text: artists for text, artists in found.items() if all(place >= 0 for _, place, _ in artists)}
    )
    return recalled | found


def _look_up_artists(texts: Sequence[str], catalogue: Catalogue) -> dict[str, Artists]:
    """Look the artists in each text up in the catalogue."""
    split = _split_into_names(texts, catalogue)
    names = list(dict.fromkeys(chain.from_iterable(split)))
    places = find(hash_texts(names), catalogue.artist_keys)
    # A name that the catalogue lacks may be a variant of one that it has.
    lacking = np.flatnonzero(places < 0)
    groups = catalogue.artist_groups[places].astype(np.int64)
    canonical = [canonicalise(names[at]) for at in lacking.tolist()]
    groups[lacking] = find(hash_texts(canonical), catalogue.artist_group_keys)
    artists = dict(zip(names, zip(names, places.tolist(), groups.tolist(), strict=True), strict=True))
    return {
        text: tuple([artists[name] for name in of_text]) for text, of_text in zip(texts, split, strict=True)
    }


def _split_into_names(texts: Sequence[str], catalogue: Catalogue) -> list[list[str]]:
    """Split each text into normalised names; one with commas may hold several."""
    joined = [text for text in texts if "," in text]
    split = dict(zip(joined, _split_joined(joined, catalogue), strict=True))
    single = [text for text in texts if "," not in text]
    split |= {text: [name] for text, name in zip(single, normalise_all(single), strict=True)}
    return [split[text] for text in texts]


def _split_joined(texts: Sequence[str], catalogue: Catalogue) -> list[list[str]]:
    """Split texts that have commas, between artists or inside a name, into normalised names."""
    parts_of = [[part for part in text.split(",") if part.strip()] for text in texts]
    parts = list(dict.fromkeys(chain.from_iterable(parts_of)))
    words_of = dict(zip(parts, normalise_words(parts), strict=True))
    words = [[words_of[part] for part in of_text] for of_text in parts_of]
    # Every name that may span several parts; from each start the longest comes last.
    spans = [
        (at, start, end)
        for at, of_text in enumerate(words)
        for start in range(len(of_text) - 1)
        for end in range(start + 2, min(start + MAX_PARTS, len(of_text)) + 1)
    ]
    names = [" ".join(filter(None, words[at][start:end])) for at, start, end in spans]
    known: dict[int, dict[int, tuple[int, str]]] = {}
    for place in np.flatnonzero(catalogue.has_artists(hash_texts(names))).tolist():
        at, start, end = spans[place]
        known.setdefault(at, {})[start] = (end, names[place])
    name_of = {part: words or normalise(part) for part, words in words_of.items()}
    split = [[name_of[part] for part in of_text] for of_text in parts_of]
    for at, spanning in known.items():
        split[at] = list(_list_names(split[at], spanning))
    return split


def _list_names(names: Sequence[str], known: dict[int, tuple[int, str]]) -> Iterator[str]:
    """Yield the names in a text: known ones that span several parts, from start to end, else each part's."""
    start = 0
    while start < len(names):
        start, name = known.get(start, (start + 1, names[start]))
        yield name
