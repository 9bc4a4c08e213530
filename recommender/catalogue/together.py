"""What stands together in playlists: which songs and artists each playlist holds, and the other way round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import DoubleArray, FloatArray, get_slice, list_places

Places = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.integer[Any]]

# A song, or artist, that n playlists hold tells (n + 1) to this power less about one of them.
RARITY_POWER = 0.3
# What an artist tells beside a song.
ARTIST_PART = 0.5

# Items that are worked on at a time. Longer arrays go back to the system after each step, and are
# asked for again in the next, which took up to four times as long.
BLOCK = 65_536


@dataclass(frozen=True, eq=False)
class Lists:
    """Lists of items, one list after the other.

    items : the items of each list, none twice
    ends : (n_lists,) where those of each list end
    """

    items: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> Places:
        return self.items[get_slice(self.ends, number)]

    def count(self, numbers: Numbers) -> Places:
        """Return the number of items in each of several lists."""
        starts = np.where(numbers > 0, self.ends.take(numbers - 1), 0)
        return self.ends.take(numbers) - starts

    def collect(self, numbers: Numbers) -> Places:
        """Return the items of several lists, concatenated."""
        return self.items.take(list_places(self.ends.take(numbers), self.count(numbers)))

    def add_up(self, numbers: Numbers, weights: DoubleArray, n_items: int) -> DoubleArray:
        """Return for each item the sum of the weights of those of some lists that hold it: (n_items,).

        Parameters
        ----------
        numbers, weights : (n,) the lists, and how much each counts
        """
        sums = np.zeros(n_items)
        ends = np.cumsum(self.count(numbers), dtype=np.int64)
        cuts = np.searchsorted(ends, np.arange(BLOCK, ends[-1] if len(ends) else 0, BLOCK))
        for lists, of_lists in zip(np.split(numbers, cuts), np.split(weights, cuts), strict=True):
            # Counts of a block would be as long as the sums.
            np.add.at(sums, self.collect(lists), np.repeat(of_lists, self.count(lists)))
        return sums

    def discount(self, numbers: Numbers, power: float) -> DoubleArray:
        """Return for each of some lists its length and 1, to minus this power: from 0 to 1."""
        return np.asarray((self.count(numbers) + 1.0) ** -power)

    def renumber(self, kept: Numbers, n_items: int) -> "Lists":
        """Return the lists with only some of the `n_items` items, which become places in `kept`."""
        # Of all items as small as can be; what is not kept has the number after the last.
        numbers = np.full(n_items, len(kept), dtype=np.min_scalar_type(len(kept)))
        numbers[kept] = np.arange(len(kept))
        items, places = [], []
        # At least one block, which may be empty.
        for start in range(0, len(self.items) + 1, BLOCK):
            of_block = numbers.take(self.items[start : start + BLOCK])
            inside = np.flatnonzero(of_block < len(kept))
            items.append(of_block.take(inside).astype(np.int32))
            places.append(inside + start)
        ends = np.searchsorted(np.concatenate(places), self.ends)
        return Lists(np.concatenate(items), ends.astype(np.int32))


@dataclass(frozen=True, eq=False)
class Together:
    """What playlists hold; each holds an item once.

    playlist_songs : the versions (`Catalogue.versions`) in each playlist
    song_playlists : the playlists that hold each version
    playlist_artists : the groups (`Catalogue.artist_group_keys`) of the first artists of all songs in each
        playlist, also of songs that the catalogue lacks
    artist_playlists : the playlists that hold each group
    norms : (n_playlists,) float32, the lengths of the playlists as vectors; above 0
        A song weighs its discount by `RARITY_POWER`, an artist `ARTIST_PART` of it.
    common : (n_playlists, d) float32, what many of them have in common (`remove_common`)
    """

    playlist_songs: Lists
    song_playlists: Lists
    playlist_artists: Lists
    artist_playlists: Lists
    norms: FloatArray
    common: FloatArray

    @property
    def n_playlists(self) -> int:
        """The number of playlists."""
        return len(self.playlist_songs)

    def remove_common(self, similarities: DoubleArray) -> DoubleArray:
        """Remove from similarities to all playlists what only tells that they are like many: (n_playlists,).

        Each becomes what the playlist adds to a ridge regression of the list on all playlists, but
        for a factor: it is negative where the others tell of that playlist's part already. `common` makes a
        product of the inverse that this needs (dual form; Saunders, Gammerman and Vovk, "Ridge
        regression learning algorithm in dual variables", 1998).

        Parameters
        ----------
        similarities : (n_playlists,) the cosines of the angles between a list and each playlist
        """
        return np.asarray(similarities - self.common @ (similarities.astype(np.float32) @ self.common))


LISTS = ("playlist_songs", "song_playlists", "playlist_artists", "artist_playlists")
#: The arrays of a build that has them: items and ends of the lists, and the others.
TOGETHER_ARRAYS = (
    *(name + suffix for name in LISTS for suffix in ("", "_ends")),
    "playlist_norms",
    "playlist_common",
)


def build_together(arrays: Mapping[str, npt.NDArray[Any]]) -> Together:
    """Build what playlists hold from the arrays named in `TOGETHER_ARRAYS`."""
    lists = {name: Lists(arrays[name], arrays[f"{name}_ends"]) for name in LISTS}
    return Together(**lists, norms=arrays["playlist_norms"], common=arrays["playlist_common"])


def build_empty(n_versions: int, n_groups: int) -> Together:
    """Build what is known without playlists: that none holds anything."""

    def build_lists(n_lists: int) -> Lists:
        return Lists(np.empty(0, dtype=np.int32), np.zeros(n_lists, dtype=np.int32))

    return Together(
        build_lists(0),
        build_lists(n_versions),
        build_lists(0),
        build_lists(n_groups),
        np.empty(0, dtype=np.float32),
        np.empty((0, 0), dtype=np.float32),
    )


def list_arrays(together: Together) -> dict[str, npt.NDArray[Any]]:
    """List the arrays of what playlists hold under the names of their files."""
    of_lists: dict[str, npt.NDArray[Any]] = {}
    for name in LISTS:
        lists: Lists = getattr(together, name)
        of_lists |= {name: lists.items, f"{name}_ends": lists.ends}
    return of_lists | {"playlist_norms": together.norms, "playlist_common": together.common}
