"""The artists of the saved songs: joined names split, each name found in the catalogue."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from weakref import WeakKeyDictionary

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.artist_names import canonicalise
from recommender.matching.normalise import normalise, normalise_all, normalise_words
from recommender.song import Song

# The most parts of one name; in 170,000 real songs it is six.
# Without a limit a text of a thousand commas would take minutes.
MAX_PARTS = 10
# Signs between artists: what stands behind so many is taken as one name.
MAX_SIGNS = 30
# So many texts are split at a time, as each may stand for three hundred spans.
TEXTS_AT_A_TIME = 1_000
# What stands between artists. Exports of Spotify have ids and join artists by commas alone: beside an id any
# other sign is part of a name ("Marvin & Guy"). Without an id it may be either.
_COMMA = re.compile(r"(,)")
_ANY_SIGN = re.compile(
    r"([,&/|＆／｜、，•·]|(?<=\s)[+x×](?=\s)|(?<=[\s(\[])(?:(?:feat|ft)\.|(?:feat|ft|featuring|with|vs)\b\.?(?=\s)))",
    re.IGNORECASE,
)
_COMMAS = frozenset(",，、")
# Texts that are remembered with a catalogue: those that name artists of the catalogue alone, so that nothing
# stays of who saved them. So many, and those of the last library, take about 6 MB.
MAX_REMEMBERED = 20_000

#: The artists in a text: of each the normalised name, its place and its group, as `LibraryCredits` has them.
Artists = tuple[tuple[str, int, int], ...]
#: A text that names artists; in a tuple of its own where the song has no id, as it is read otherwise.
_Credit = str | tuple[str]
_MEMORIES: WeakKeyDictionary[Catalogue, dict[_Credit, Artists]] = WeakKeyDictionary()


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

    @cached_property
    def firsts(self) -> IntArray:
        """The place among the credits of each song's first artist; songs without artists have none."""
        return np.flatnonzero(np.diff(self.songs, prepend=-1))


def find_artists(library: Sequence[Song], catalogue: Catalogue) -> LibraryCredits:
    """Find the artists of every library song in the catalogue.

    Some exports join artists by commas, and some names contain a comma ("Tyler,
    The Creator"): the longest beginning of a text that is an artist of the
    catalogue is one name, else the text up to its first comma is. Where a song
    has no id, "&", "/", "|", "+", "x", "feat", "with" and "vs" are read in the same
    way, but parts that the catalogue lacks stay joined by them.
    """
    credited = [song.artists if song.id else tuple(zip(song.artists, strict=True)) for song in library]
    credits: list[_Credit] = list(chain.from_iterable(credited))
    artists_in = _recall_artists(dict.fromkeys(credits), catalogue)
    found = [artists_in[credit] for credit in credits]
    artists = list(chain.from_iterable(found))
    return LibraryCredits(
        np.repeat(np.repeat(np.arange(len(library)), list(map(len, credited))), list(map(len, found))),
        [name for name, _, _ in artists],
        np.array([place for _, place, _ in artists], dtype=np.int64),
        np.array([group for _, _, group in artists], dtype=np.int64),
    )


def _recall_artists(credits: Iterable[_Credit], catalogue: Catalogue) -> dict[_Credit, Artists]:
    """Return the artists in each credit, from memory where it came before."""
    memory = _MEMORIES.setdefault(catalogue, {})
    if len(memory) > MAX_REMEMBERED:
        memory.clear()
    artists_in = {credit: memory.get(credit, ()) for credit in credits}
    lacking = [credit for credit, artists in artists_in.items() if not artists]
    exact = [credit for credit in lacking if isinstance(credit, str)]
    loose = [credit for credit in lacking if not isinstance(credit, str)]
    looked_up = _look_up_artists(exact, _COMMA, catalogue)
    looked_up += _look_up_artists([text for (text,) in loose], _ANY_SIGN, catalogue)
    found: dict[_Credit, Artists] = dict(zip([*exact, *loose], looked_up, strict=True))
    memory.update(
        {credit: artists for credit, artists in found.items() if all(place >= 0 for _, place, _ in artists)}
    )
    return artists_in | found


def _look_up_artists(texts: Sequence[str], signs: re.Pattern[str], catalogue: Catalogue) -> list[Artists]:
    """Look the artists in each text up in the catalogue; `signs` may join several."""
    split = _split_into_names(texts, signs, catalogue)
    names = list(dict.fromkeys(chain.from_iterable(split)))
    keys = hash_texts(names)
    places = find(keys, catalogue.artist_keys)
    groups = catalogue.artist_groups[places].astype(np.int64)
    # A name that the catalogue lacks may be a variant of one that it has.
    lacking = np.flatnonzero(places < 0)
    canonical = {at: canonicalise(names[at]) for at in lacking.tolist()}
    others = [at for at, name in canonical.items() if name != names[at]]
    keys[others] = hash_texts([canonical[at] for at in others])
    groups[lacking] = find(keys[lacking], catalogue.artist_group_keys)
    artists = dict(zip(names, zip(names, places.tolist(), groups.tolist(), strict=True), strict=True))
    return [tuple([artists[name] for name in of_text]) for of_text in split]


def _split_into_names(texts: Sequence[str], signs: re.Pattern[str], catalogue: Catalogue) -> list[list[str]]:
    """Split each text into normalised names; one with signs may hold several."""
    is_joined = [signs.search(text) is not None for text in texts]
    joined = [text for text, is_it in zip(texts, is_joined, strict=True) if is_it]
    split: dict[str, list[str]] = {}
    for start in range(0, len(joined), TEXTS_AT_A_TIME):
        batch = joined[start : start + TEXTS_AT_A_TIME]
        split |= zip(batch, _split_joined(batch, signs, catalogue), strict=True)
    single = [text for text, is_it in zip(texts, is_joined, strict=True) if not is_it]
    split |= {text: [name] for text, name in zip(single, normalise_all(single), strict=True)}
    return [split[text] for text in texts]


def _split_joined(texts: Sequence[str], signs: re.Pattern[str], catalogue: Catalogue) -> list[list[str]]:
    """Split texts that have signs, between artists or inside a name, into normalised names."""
    pieces_of = [_split_at(text, signs) for text in texts]
    distinct = list(dict.fromkeys(chain.from_iterable(pieces_of)))
    words_of = dict(zip(distinct, normalise_words(distinct), strict=True))
    words = [[words_of[piece] for piece in pieces] for pieces in pieces_of]
    # Every name that may span several parts; from each start the longest comes last. Signs are between parts.
    # What only commas join is apart from the others, known or not.
    shortest = 3 if signs is _COMMA else 1
    spans = [
        (at, start, end)
        for at, pieces in enumerate(pieces_of)
        for start in range(0, len(pieces), 2)
        for end in range(start + shortest, min(start + 2 * MAX_PARTS, len(pieces) + 1), 2)
    ]
    names = [_join(words[at][start:end]) for at, start, end in spans]
    known: dict[int, dict[int, int]] = {}
    for place in np.flatnonzero(catalogue.has_artists(hash_texts(names))).tolist():
        at, start, end = spans[place]
        # A letter is no name of its own: "HUNTR/X" is not by X.
        if len(names[place]) > 1 or not names[place].isascii():
            known.setdefault(at, {})[start] = end
    name_of = {piece: words or normalise(piece) for piece, words in words_of.items()}
    return [
        list(_list_names(pieces, words[at], known.get(at, {})))
        if at in known or signs is not _COMMA
        else [name_of[part] for part in pieces[::2]]
        for at, pieces in enumerate(pieces_of)
    ]


def _split_at(text: str, signs: re.Pattern[str]) -> list[str]:
    """Return the parts of a text and the signs between them, in turn; blank parts are left out."""
    split = signs.split(text, MAX_SIGNS)
    if all(map(str.strip, split[::2])):
        return split
    pieces: list[str] = []
    sign = ""
    # The text is taken as if a sign ended it.
    for part, after in zip(split[::2], [*split[1::2], ""], strict=True):
        if part.strip():
            pieces += [sign, part] if pieces else [part]
            sign = ""
        sign += after
    return pieces


def _join(words: Sequence[str]) -> str:
    return " ".join(filter(None, words))


def _list_names(pieces: Sequence[str], words: Sequence[str], known: dict[int, int]) -> Iterator[str]:
    """Yield the names in a text: known ones, from start to end, else each part.

    Parts that are not known stay joined, but by a comma.
    """
    start = 0
    while start < len(pieces):
        end = known.get(start, start + 1)
        if start not in known:
            while end < len(pieces) and end + 1 not in known and _COMMAS.isdisjoint(pieces[end]):
                end += 2
        # Mere punctuation is a name, too.
        yield _join(words[start:end]) or normalise("".join(pieces[start:end]))
        start = end + 1
