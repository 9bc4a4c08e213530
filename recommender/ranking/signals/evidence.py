"""The counts over a library from which the facts about a pick are taken."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.affinity import count_by_artist, list_liked_artists, rate_counts
from recommender.tastes.listener import ListenerProfile

# This part of the saved songs makes a habit, but one song alone never does.
HABIT = 1 / 20
MIN_HABIT = 2


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is counted over one library; what is only liked is not called saved.

    n_by : (m,) saved songs of each artist
    n_in_genre : (n_genres,) saved songs whose first artist has each genre
    compared : (k,) the artists whose genres the signals compare with, best liked first
    vectors : (k, d) float32, their genre vectors
    """

    listener: ListenerProfile
    catalogue: Catalogue
    genre_names: tuple[str, ...]
    n_by: IntArray
    n_in_genre: IntArray
    compared: IntArray
    vectors: FloatArray

    @cached_property
    def saved_rows(self) -> IntArray:
        """The lowest saved row of each version, -1 where the listener has none: (n_versions,)."""
        rows = np.full(len(self.catalogue.version_keys), -1, dtype=np.int64)
        highest_first = -np.sort(-self.listener.rows)
        rows[self.catalogue.versions[highest_first]] = highest_first
        return rows

    @cached_property
    def is_saved_group(self) -> BoolArray:
        """Whether the listener has songs of each group of artists: (n_groups,)."""
        is_saved = np.zeros(len(self.catalogue.artist_group_keys), dtype=bool)
        is_saved[self.catalogue.artist_groups[np.flatnonzero(self.n_by)]] = True
        return is_saved

    def is_habit(self, n_songs: int) -> bool:
        """Return whether `n_songs` saved songs show a habit of the listener's."""
        return n_songs >= max(MIN_HABIT, HABIT * len(self.listener.years))


@dataclass(frozen=True, slots=True)
class PickedRow:
    """A pick that one signal is asked about.

    row, artist : its row, and the place of its first artist
    value : the signal's value for it
    n_alike : saved songs of a known sound that sound like it
    """

    row: int
    artist: int
    value: float
    n_alike: int


@dataclass(frozen=True, slots=True)
class Fact:
    """What is true of a pick by one signal; it becomes a `Reason` that bears the signal's name.

    n_songs : saved songs that it counts
    artist : the artist that it names
    words : genres, or the title of the saved song that it names
    n_together, n_playlists : in how many of how many playlists the pick stands together with what it names

    What a signal has no use for is empty.
    """

    n_songs: int = 0
    artist: str = ""
    words: tuple[str, ...] = ()
    n_together: int = 0
    n_playlists: int = 0


def collect_evidence(
    listener: ListenerProfile, catalogue: Catalogue, genre_names: tuple[str, ...], max_artists: int
) -> Evidence:
    """Count what the saved songs have in common; the signals compare with the genres of `max_artists`."""
    n_by = count_by_artist(listener, len(catalogue.artist_keys))
    lengths = np.diff(catalogue.artist_genre_ends, prepend=0)
    n_in_genre = np.bincount(
        catalogue.artist_genres, weights=np.repeat(n_by, lengths), minlength=len(genre_names)
    )
    compared = list_liked_artists(rate_counts(n_by), catalogue)[:max_artists]
    return Evidence(
        listener,
        catalogue,
        genre_names,
        n_by,
        n_in_genre.astype(np.int64),
        compared,
        catalogue.artist_vectors[compared].astype(np.float32),
    )
