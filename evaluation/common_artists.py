"""The artists whom everybody knows: songs by others are counted apart, as they are harder to find."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from formats.registry import load_playlists
from recommender.catalogue.arrays import BoolArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.artist_names import canonicalise
from recommender.matching.artists import find_artists

N_COMMON = 300
#: The slices of the Million Playlist Dataset that weights are fitted on; figures are reported for others.
FITTED_ON = ("mpd.slice.0-999", "mpd.slice.1000-1999")


def find_fitted_slices(files: Iterable[Path]) -> list[Path]:
    """Return the slices `FITTED_ON` that lie beside one of these files; empty where any is missing."""
    for folder in sorted({file.parent for file in files}):
        slices = [path for name in FITTED_ON for path in sorted(folder.glob(f"{name}.json*"))[:1]]
        if len(slices) == len(FITTED_ON):
            return slices
    return []


def mark_common_artists(files: Sequence[Path], catalogue: Catalogue) -> BoolArray:
    """Mark the `N_COMMON` artists with most songs in these playlists, in all spellings: (m,).

    A song counts once for each playlist, and for its first artist alone.
    Artists whom the catalogue lacks take places, too; of equals the first comes first.

    Raises
    ------
    FormatError
        If a file cannot be read.
    """
    songs = [song for file in files for playlist in load_playlists(file) for song in playlist.songs]
    credits = find_artists(songs, catalogue)
    names = Counter(canonicalise(credits.names[first]) for first in credits.firsts.tolist())
    most = hash_texts(name for name, _ in names.most_common(N_COMMON))
    is_common: BoolArray = np.isin(catalogue.artist_groups, find(most, catalogue.artist_group_keys))
    return is_common
