"""What stands together in playlists: for each song and each artist its nearest others, with raw counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import IntArray

Counts = npt.NDArray[np.unsignedinteger[Any]]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The items, songs or artists, that stand together with each of k items in most playlists.

    n_playlists : (k,) in how many playlists each item stands
    neighbours : places of its nearest items, item by item, nearest first
    n_together : in how many playlists each neighbour stands together with the item
    ends : (k,) where those of each item end
    """

    n_playlists: Counts
    neighbours: Places
    n_together: Counts
    ends: Places

    def find(self, item: int) -> slice:
        """Return the slice of `neighbours` with those of an item."""
        return slice(int(self.ends[item - 1]) if item else 0, int(self.ends[item]))

    def count(self, items: IntArray) -> IntArray:
        """Return the number of neighbours of each item."""
        before = np.where(items > 0, self.ends[items - 1], 0)
        return self.ends[items].astype(np.int64) - before

    def find_all(self, items: IntArray) -> IntArray:
        """Return the places in `neighbours` of those of several items, concatenated."""
        lengths = self.count(items)
        places = np.repeat(self.ends[items].astype(np.int64) - np.cumsum(lengths), lengths)
        places += np.arange(len(places))
        return places


@dataclass(frozen=True, eq=False)
class Together:
    """What was counted in playlists; each counts an item, or two together, once.

    n_playlists : number of playlists
    songs : the neighbours of each version (`Catalogue.versions`)
    artists : the neighbours of each group of artists (`Catalogue.artist_group_keys`), by first artists
    """

    n_playlists: int
    songs: Neighbours
    artists: Neighbours


#: The arrays of a build that has them, by the field of `Together` and of `Neighbours`.
TOGETHER_ARRAYS = {
    f"{item}_{name}": (items, field)
    for item, items in (("song", "songs"), ("artist", "artists"))
    for name, field in (
        ("playlists", "n_playlists"),
        ("neighbours", "neighbours"),
        ("neighbour_counts", "n_together"),
        ("neighbour_ends", "ends"),
    )
}


def build_together(n_playlists: int, arrays: Mapping[str, npt.NDArray[Any]]) -> Together:
    """Build what was counted in playlists from the arrays named in `TOGETHER_ARRAYS`."""
    fields: dict[str, dict[str, npt.NDArray[Any]]] = {"songs": {}, "artists": {}}
    for name, (items, field) in TOGETHER_ARRAYS.items():
        fields[items][field] = arrays[name]
    return Together(n_playlists, Neighbours(**fields["songs"]), Neighbours(**fields["artists"]))


def build_empty(n_versions: int, n_groups: int) -> Together:
    """Build what is known without playlists: that nothing stands together."""
    none = np.empty(0, dtype=np.uint8)

    def build_neighbours(n_items: int) -> Neighbours:
        return Neighbours(
            np.zeros(n_items, dtype=np.uint8), none.astype(np.int32), none, np.zeros(n_items, dtype=np.int32)
        )

    return Together(0, build_neighbours(n_versions), build_neighbours(n_groups))


def list_arrays(together: Together) -> dict[str, npt.NDArray[Any]]:
    """List the arrays of what was counted in playlists under the names of their files."""
    return {
        name: getattr(getattr(together, items), field) for name, (items, field) in TOGETHER_ARRAYS.items()
    }
