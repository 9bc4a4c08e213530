"""The songs that can be picked, as memory-mapped arrays shared by every process.

Rows are ordered by cluster, so that a cluster is a slice. Look-ups go through
sorted 64-bit keys (`recommender.keys`).
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.keys import KeyArray, find
from recommender.song import Song

IntArray = npt.NDArray[np.int64]
TEXT_SEPARATOR = "\x1f"


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Arrays over n rows; each field is one file of the build.

    standardised : (n, 15) float32, the features in standard deviations
    norms : (n,) float32, Euclidean length of each standardised row
    cluster_starts : (n_clusters + 1,) first row of each cluster, then n
    ids : (n,) bytes, Spotify ids; id_order : (n,) rows in the order of their ids
    years : (n,) int16
    texts : utf-8 bytes of every title and its artists; text_ends : (n,) where each row's ends
    artist_keys : sorted keys of all artists; first_artists : (n,) place of each row's first artist in it
    version_keys : sorted keys of (title, first artist); versions : (n,) place of each row in it;
    version_rows : the most popular row of each version
    credit_keys : sorted keys of (title, year, artist) for every credited artist; credit_rows : their rows
    """

    standardised: npt.NDArray[np.float32]
    norms: npt.NDArray[np.float32]
    cluster_starts: IntArray
    ids: npt.NDArray[np.bytes_]
    id_order: npt.NDArray[np.int32]
    years: npt.NDArray[np.int16]
    texts: npt.NDArray[np.uint8]
    text_ends: IntArray
    artist_keys: KeyArray
    first_artists: npt.NDArray[np.int32]
    version_keys: KeyArray
    versions: npt.NDArray[np.int32]
    version_rows: npt.NDArray[np.int32]
    credit_keys: KeyArray
    credit_rows: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def n_clusters(self) -> int:
        """How many tastes the songs are sorted into."""
        return len(self.cluster_starts) - 1

    def cluster(self, number: int) -> slice:
        """Give the rows of a cluster."""
        return slice(int(self.cluster_starts[number]), int(self.cluster_starts[number + 1]))

    def song(self, row: int) -> Song:
        """Give the song in a row."""
        start = int(self.text_ends[row - 1]) if row else 0
        text = self.texts[start : int(self.text_ends[row])].tobytes().decode()
        title, *artists = text.split(TEXT_SEPARATOR)
        return Song(self.ids[row].decode(), title, tuple(artists), int(self.years[row]))

    def rows_of_ids(self, ids: list[str]) -> IntArray:
        """Give the row of each Spotify id, -1 where the catalogue lacks it (and for the empty id)."""
        # What is no 22 plain characters becomes the empty id, which no row has.
        wanted = np.array([i.encode() if i.isascii() and len(i) == 22 else b"" for i in ids], dtype="S22")
        places = np.searchsorted(self.ids, wanted, sorter=self.id_order)
        rows = self.id_order[np.minimum(places, len(self) - 1)].astype(np.int64)
        return np.where(self.ids[rows] == wanted, rows, -1)

    def has_artists(self, keys: KeyArray) -> npt.NDArray[np.bool_]:
        """Say for each artist key whether the catalogue credits that artist with a song."""
        return find(keys, self.artist_keys) >= 0


ARRAYS = tuple(field.name for field in fields(Catalogue))


def catalogue_from(arrays: dict[str, npt.NDArray[Any]]) -> Catalogue:
    """Make a catalogue of the arrays named in `ARRAYS`."""
    return Catalogue(**{name: arrays[name] for name in ARRAYS})
