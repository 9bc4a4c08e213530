"""What stands together in playlists: which songs and artists each playlist holds, and the other way round."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Lists:
    """Lists of items, one list after the other.

    items : the items of each list, ascending and none twice
    ends : (n_lists,) where those of each list end
    """

    items: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> Places:
        return self.items[int(self.ends[number - 1]) if number else 0 : int(self.ends[number])]

    @cached_property
    def lengths(self) -> Places:
        """The number of items in each list: (n_lists,)."""
        return np.diff(self.ends, prepend=np.int32(0))

    def collect(self, numbers: npt.NDArray[np.integer[Any]]) -> Places:
        """Return the items of several lists, concatenated."""
        lengths = self.lengths.take(numbers)
        places = np.repeat(self.ends.take(numbers) - np.cumsum(lengths), lengths)
        places += np.arange(len(places))
        return self.items.take(places)

    def invert(self, numbers: npt.NDArray[np.integer[Any]], n_items: int) -> "Lists":
        """Return for each of `n_items` items which of some lists hold it, as places in `numbers`."""
        items = self.collect(numbers)
        places = np.repeat(np.arange(len(numbers), dtype=np.int32), self.lengths.take(numbers))
        # NumPy sorts numbers of 16 bits ten times as fast.
        order = np.argsort(items.astype(np.min_scalar_type(n_items)), kind="stable")
        ends = np.cumsum(np.bincount(items, minlength=n_items)).astype(np.int32)
        return Lists(places.take(order), ends)


@dataclass(frozen=True, eq=False)
class Together:
    """What playlists hold; each holds an item once.

    playlist_songs : the versions (`Catalogue.versions`) in each playlist
    song_playlists : the playlists that hold each version
    playlist_artists : the groups (`Catalogue.artist_group_keys`) of the first artists of all songs in each
        playlist, also of songs that the catalogue lacks
    artist_playlists : the playlists that hold each group
    """

    playlist_songs: Lists
    song_playlists: Lists
    playlist_artists: Lists
    artist_playlists: Lists

    @property
    def n_playlists(self) -> int:
        """The number of playlists."""
        return len(self.playlist_songs)


#: The arrays of a build that has them, by the field of `Together` and of `Lists`.
TOGETHER_ARRAYS = {
    name + suffix: (name, field)
    for name in ("playlist_songs", "song_playlists", "playlist_artists", "artist_playlists")
    for suffix, field in (("", "items"), ("_ends", "ends"))
}


def build_together(arrays: Mapping[str, npt.NDArray[Any]]) -> Together:
    """Build what playlists hold from the arrays named in `TOGETHER_ARRAYS`."""
    fields: dict[str, dict[str, npt.NDArray[Any]]] = {}
    for name, (lists, field) in TOGETHER_ARRAYS.items():
        fields.setdefault(lists, {})[field] = arrays[name]
    return Together(**{lists: Lists(**of_lists) for lists, of_lists in fields.items()})


def build_empty(n_versions: int, n_groups: int) -> Together:
    """Build what is known without playlists: that none holds anything."""

    def build_lists(n_lists: int) -> Lists:
        return Lists(np.empty(0, dtype=np.int32), np.zeros(n_lists, dtype=np.int32))

    return Together(build_lists(0), build_lists(n_versions), build_lists(0), build_lists(n_groups))


def list_arrays(together: Together) -> dict[str, npt.NDArray[Any]]:
    """List the arrays of what playlists hold under the names of their files."""
    return {
        name: getattr(getattr(together, lists), field) for name, (lists, field) in TOGETHER_ARRAYS.items()
    }
