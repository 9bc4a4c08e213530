"""Library songs -> catalogue rows: by id, by title and first artist, by title, year and any artist."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.catalogue import Catalogue
from recommender.keys import find, keys_of, plain, song_title
from recommender.song import Song

IntArray = npt.NDArray[np.int64]

# The most pieces between commas that one name has; in 170,000 real songs it
# is six. Without a bound a text of a thousand commas would take minutes.
MOST_PIECES = 8


@dataclass(frozen=True, eq=False)
class Matches:
    """Where the songs of a library stand in the catalogue.

    rows : (n_library,) catalogue row of each song, -1 where it has none
    owned_versions : (n_versions,) True for every title and first artist that
        the library holds in whatever version
    """

    rows: IntArray
    owned_versions: npt.NDArray[np.bool_]

    @property
    def is_matched(self) -> npt.NDArray[np.bool_]:
        """(n_library,) whether each song has a catalogue row."""
        return self.rows >= 0


def match(library: Sequence[Song], catalogue: Catalogue) -> Matches:
    """Find each library song in the catalogue.

    First by Spotify id; then by title and first artist, compared as
    `recommender.keys` normalises them, whichever version is meant; then by
    title and year where any artist agrees (without that nearly all such
    matches are wrong). Of several versions the most popular is taken, of
    several rows of one key the first.

    Parameters
    ----------
    library : n_library songs
        May be empty; ids may be empty and years unknown.
    """
    rows = catalogue.rows_of_ids([song.id for song in library])
    titles = [song_title(song.title) for song in library]
    artists = _plain_artists(library, catalogue)

    versions = find(
        keys_of((title, names[0] if names else "") for title, names in zip(titles, artists, strict=True)),
        catalogue.version_keys,
    )
    by_version = (rows < 0) & (versions >= 0)
    rows[by_version] = catalogue.version_rows[versions[by_version]]
    _match_by_credit(rows, library, titles, artists, catalogue)

    owned = np.zeros(len(catalogue.version_keys), dtype=bool)
    owned[versions[versions >= 0]] = True
    owned[catalogue.versions[rows[rows >= 0]]] = True
    return Matches(rows, owned)


def _match_by_credit(
    rows: IntArray,
    library: Sequence[Song],
    titles: Sequence[str],
    artists: Sequence[tuple[str, ...]],
    catalogue: Catalogue,
) -> None:
    """Fill in the rows of songs whose title, year and any artist the catalogue credits."""
    credits = [
        (at, (titles[at], str(library[at].year), name))
        for at in np.flatnonzero(rows < 0).tolist()
        if library[at].year is not None
        for name in artists[at]
    ]
    places = find(keys_of(text for _, text in credits), catalogue.credit_keys)
    songs = np.array([at for at, _ in credits], dtype=np.int64)
    # Backwards, so that the artist credited first has the last word.
    found = np.flatnonzero(places >= 0)[::-1]
    rows[songs[found]] = catalogue.credit_rows[places[found]]


def _plain_artists(library: Sequence[Song], catalogue: Catalogue) -> list[tuple[str, ...]]:
    """Give the plain artist names of each song, joined ones taken apart.

    Some exports join artists by commas, and some names hold a comma ("Tyler,
    The Creator"): of the names that a text can begin with, the longest that
    the catalogue knows is one artist, else the text up to the first comma.
    """
    texts = {artist for song in library for artist in song.artists}
    normal: dict[str, tuple[str, ...]] = {text: (plain(text),) for text in texts if "," not in text}
    joined = {text: [piece for piece in text.split(",") if piece.strip()] for text in texts - normal.keys()}
    heads = {
        plain(",".join(pieces[start:end]))
        for pieces in joined.values()
        for start in range(len(pieces))
        for end in range(start + 2, min(start + MOST_PIECES, len(pieces)) + 1)
    }
    candidates = sorted(heads)
    is_artist = catalogue.has_artists(keys_of((name,) for name in candidates))
    known = {name for name, is_known in zip(candidates, is_artist, strict=True) if is_known}
    for text, pieces in joined.items():
        normal[text] = tuple(_take_apart(pieces, known))
    return [tuple(name for artist in song.artists for name in normal[artist]) for song in library]


def _take_apart(pieces: list[str], known: set[str]) -> list[str]:
    names = []
    start = 0
    while start < len(pieces):
        ends = range(min(start + MOST_PIECES, len(pieces)), start + 1, -1)
        end = next((end for end in ends if plain(",".join(pieces[start:end])) in known), start + 1)
        names.append(plain(",".join(pieces[start:end])))
        start = end
    return names
