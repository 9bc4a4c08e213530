"""The counts over a library from which the facts about a pick are taken."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray, list_distinct
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.together import Lists, Numbers
from recommender.ranking.signals.affinity import compute_affinity, count_by_artist, list_liked_artists
from recommender.song import Song
from recommender.tastes.listener import ListenerProfile

# This part of the saved songs makes a habit, but one song alone never does.
HABIT = 1 / 20
MIN_HABIT = 2
# The reason names what stands together with a pick in many playlists for how many hold it, as the cosine
# has it: the number alone would name the commonest song or artist every time.
NAMED_DISCOUNT = 0.5


@dataclass(frozen=True, eq=False)
class SavedItems:
    """The saved songs, or their artists, in playlists.

    items : (k,) their versions, or groups, none twice
    in_playlists : those in each playlist, as places in `items`
    rarity : (k,) from 0 to 1, the less the more playlists hold each
    """

    items: Numbers
    in_playlists: Lists
    rarity: DoubleArray

    def find_nearest(self, playlists: Numbers, left_out: int = -1) -> tuple[int, int] | None:
        """Find the item that is nearest by some playlists, of equals the first, but for one that is left out.

        Returns
        -------
        its place in `items`, and how many of the playlists hold it; None if they hold none
        """
        places = self.in_playlists.collect(playlists)
        if not len(places):
            return None
        counts = np.bincount(places, minlength=len(self.items))
        counts[self.items == left_out] = 0
        best = int((counts * self.rarity).argmax())
        return (best, int(counts[best])) if counts[best] else None


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is counted over one library; what is only liked is not called saved.

    n_saved : all saved songs
    n_dated, n_of_genres, n_measured : those of a known year, of known genres, of a known sound
    n_by : (m,) saved songs of each artist
    n_in_genre : (n_genres,) saved songs whose first artist has each genre
    compared : (k,) the artists whose genres the signals compare with, best liked first
    vectors : (k, d) float32, their genre vectors
    """

    listener: ListenerProfile
    catalogue: Catalogue
    genre_names: tuple[str, ...]
    n_saved: int
    n_dated: int
    n_of_genres: int
    n_measured: int
    n_by: npt.NDArray[np.int32]
    n_in_genre: IntArray
    compared: IntArray
    vectors: FloatArray

    @cached_property
    def years(self) -> list[int]:
        """The known years of the saved songs, ascending."""
        years: list[int] = np.sort(self.listener.years)[self.n_saved - self.n_dated :].tolist()
        return years

    @cached_property
    def distinct_songs(self) -> IntArray:
        """The lowest saved row of each version of which the listener has any, ascending."""
        rows = list_distinct(self.listener.rows)
        return rows[np.sort(np.unique(self.catalogue.versions[rows], return_index=True)[1])]

    @cached_property
    def songs_in_playlists(self) -> SavedItems:
        """The versions of `distinct_songs`, in their order."""
        together = self.catalogue.together
        versions = self.catalogue.versions[self.distinct_songs]
        return _collect_saved_items(versions, together.playlist_songs, together.song_playlists)

    @cached_property
    def distinct_artists(self) -> IntArray:
        """Of each group of artists that has saved songs, ascending, who has most, of equals the lower."""
        artists = np.flatnonzero(self.n_by > 0)
        artists = artists[np.argsort(-self.n_by[artists], kind="stable")]
        return artists[np.unique(self.catalogue.artist_groups[artists], return_index=True)[1]]

    @cached_property
    def artists_in_playlists(self) -> SavedItems:
        """The groups of `distinct_artists`, in their order."""
        together = self.catalogue.together
        groups = self.catalogue.artist_groups[self.distinct_artists]
        return _collect_saved_items(groups, together.playlist_artists, together.artist_playlists)

    @cached_property
    def saved_artists(self) -> npt.NDArray[np.int32]:
        """The first artist of each saved song that the catalogue has: (n_matched,)."""
        artists: npt.NDArray[np.int32] = self.catalogue.first_artists[self.listener.rows]
        return artists

    def name_artist(self, artist: int) -> str:
        """Return the name of an artist as the last saved song writes it, else as the first row does."""
        mine = np.flatnonzero(self.saved_artists == artist)
        if len(mine):
            return self.catalogue.read_text(int(self.listener.rows[mine[0]]))[1][0]
        return self.catalogue.name_artist(artist)

    def is_habit(self, n_songs: int) -> bool:
        """Return whether `n_songs` saved songs show a habit of the listener's."""
        return n_songs >= max(MIN_HABIT, HABIT * self.n_saved)


def _collect_saved_items(items: Numbers, playlist_items: Lists, item_playlists: Lists) -> SavedItems:
    in_playlists = playlist_items.renumber(items, len(item_playlists))
    return SavedItems(items, in_playlists, item_playlists.discount(items, NAMED_DISCOUNT))


def name_years(first: int, last: int) -> str:
    """Name some years: "1997–2001", or "1999"."""
    return str(first) if first == last else f"{first}–{last}"


@dataclass(frozen=True, slots=True)
class PickedRow:
    """A pick that the signals are asked about.

    row, artist : its row, and the place of its first artist
    n_near : saved songs of a known sound that sound like it
    nearest : the one closest to it, None where none is near
    common : what the two have in common, in words
    """

    row: int
    artist: int
    n_near: int = 0
    nearest: Song | None = None
    common: tuple[str, ...] = ()


class Fact(NamedTuple):
    """What is true of a pick by one signal; it becomes a `Reason` that bears the signal's name.

    The fields and their order are those of `recommender.mix.Reason`; what a signal has no use for is empty.
    """

    n_songs: int = 0
    artist: str = ""
    words: tuple[str, ...] = ()
    title: str = ""
    is_minimum: bool = False
    n_together: int = 0
    n_playlists: int = 0


def collect_evidence(
    listener: ListenerProfile,
    catalogue: Catalogue,
    genre_names: tuple[str, ...],
    n_measured: int,
    max_artists: int,
) -> Evidence:
    """Count what the saved songs have in common; the signals compare with the genres of `max_artists`."""
    n_artists = len(catalogue.artist_keys)
    # First, as it needs as much memory for a moment as the counts keep.
    compared = list_liked_artists(compute_affinity(listener, n_artists), catalogue)[:max_artists]
    n_by = count_by_artist(listener, n_artists)
    own = np.flatnonzero(n_by > 0)
    lengths, genres = catalogue.collect_genres(own)
    n_in_genre = np.bincount(genres, weights=np.repeat(n_by[own], lengths), minlength=len(genre_names))
    return Evidence(
        listener,
        catalogue,
        genre_names,
        n_saved=len(listener.artists),
        n_dated=int(np.count_nonzero(listener.years >= 0)),
        n_of_genres=int(n_by[own[lengths > 0]].sum()),
        n_measured=n_measured,
        n_by=n_by,
        n_in_genre=n_in_genre.astype(np.int64),
        compared=compared,
        vectors=catalogue.embed(compared),
    )
