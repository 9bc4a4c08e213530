"""The counts over a library from which the facts about a pick are taken."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.together import Lists
from recommender.ranking.signals.affinity import count_by_artist, list_liked_artists, rate_counts
from recommender.song import Song
from recommender.tastes.listener import ListenerProfile

# This part of the saved songs makes a habit, but one song alone never does.
HABIT = 1 / 20
MIN_HABIT = 2


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
    n_by: IntArray
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
        rows = np.unique(self.listener.rows)
        return rows[np.sort(np.unique(self.catalogue.versions[rows], return_index=True)[1])]

    @cached_property
    def songs_in_playlists(self) -> Lists:
        """The saved songs in each playlist, as places in `distinct_songs`."""
        together = self.catalogue.together
        versions = self.catalogue.versions[self.distinct_songs]
        return together.playlist_songs.renumber(versions, len(together.song_playlists))

    @cached_property
    def distinct_artists(self) -> IntArray:
        """Of each group of artists that has saved songs, ascending, who has most, of equals the lower."""
        artists = np.flatnonzero(self.n_by > 0)
        artists = artists[np.argsort(-self.n_by[artists], kind="stable")]
        return artists[np.unique(self.catalogue.artist_groups[artists], return_index=True)[1]]

    @cached_property
    def artists_in_playlists(self) -> Lists:
        """The groups of artists that have saved songs in each playlist, as places in `distinct_artists`."""
        together = self.catalogue.together
        groups = self.catalogue.artist_groups[self.distinct_artists]
        return together.playlist_artists.renumber(groups, len(together.artist_playlists))

    @cached_property
    def saved_artists(self) -> npt.NDArray[np.int32]:
        """The first artist of each saved song that the catalogue has: (n_matched,)."""
        artists: npt.NDArray[np.int32] = self.catalogue.first_artists[self.listener.rows]
        return artists

    def name_artist(self, artist: int) -> str:
        """Return the name of an artist as the last saved song writes it, else as the first row does."""
        mine = np.flatnonzero(self.saved_artists == artist)
        if len(mine):
            return self.catalogue.song(int(self.listener.rows[mine[0]])).artists[0]
        return self.catalogue.name_artist(artist)

    def is_habit(self, n_songs: int) -> bool:
        """Return whether `n_songs` saved songs show a habit of the listener's."""
        return n_songs >= max(MIN_HABIT, HABIT * self.n_saved)


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
    n_by = count_by_artist(listener, len(catalogue.artist_keys))
    own = np.flatnonzero(n_by > 0)
    lengths, genres = catalogue.collect_genres(own)
    n_in_genre = np.bincount(genres, weights=np.repeat(n_by[own], lengths), minlength=len(genre_names))
    compared = list_liked_artists(rate_counts(n_by), catalogue)[:max_artists]
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
        vectors=catalogue.artist_vectors[compared].astype(np.float32),
    )
