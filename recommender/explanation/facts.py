"""What can truly be said of a song beside the saved songs, signal by signal."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES
from recommender.catalogue.names import WORDS
from recommender.mix import Reason
from recommender.ranking.signals.artists import affinity
from recommender.ranking.signals.audible import AUDIBLE
from recommender.ranking.signals.genres import known_and_liked
from recommender.ranking.signals.times import POPULARITY_STEP
from recommender.tastes.listener import ListenerProfile

# Years apart that still count as the same time, and as the same record.
ERA_YEARS = 2
SAME_RECORD_YEARS = 1
# This part of the saved songs makes a habit, but one song alone never does.
HABIT = 1 / 20
MIN_HABIT = 2
# A song of the artist's first three, of whom there are ten or more, is well known.
BEST_PLACES = 3
MIN_SONGS = 10
# The cosine from which on the genres of two artists are called near: one wide genre in common is too little.
NEAR = 0.8
# Above it the listener saves more songs so well known than chance would.
MORE_THAN_ALL = 0.5
# So many standard deviations from the middle a song is called calm, or acoustic.
MARKED = 0.5
# Songs less than this many standard deviations apart sound alike.
ALIKE = 1.0
N_WORDS = 2


@dataclass(frozen=True, eq=False)
class Facts:
    """The counts over one library that reasons are made of.

    n_by : (m,) saved songs of each artist
    n_of_genre : (n_genres,) saved songs whose first artist has each genre
    compared : (k,) the artists whose genres the signals compare with, best liked first
    vectors : (k, d) where they stand among the genres
    """

    listener: ListenerProfile
    catalogue: Catalogue
    genre_names: tuple[str, ...]
    n_by: IntArray
    n_of_genre: IntArray
    compared: IntArray
    vectors: FloatArray

    def of(self, signal: str, row: int, value: float, n_alike: int) -> Reason | None:
        """Say what speaks for a row by one signal; None where that cannot be said.

        Parameters
        ----------
        value : the signal of the row
        n_alike : saved songs that sound like it
        """
        artist = int(self.catalogue.first_artists[row])
        if signal == "genre":
            return self._genre(artist)
        if signal == "scene":
            return self._scene(artist)
        if signal == "guests":
            return self._guest(row)
        if signal == "best_known":
            is_best = self.catalogue.popularity_ranks[row] < BEST_PLACES
            # Counted only where it matters, as it goes through the whole catalogue.
            if not is_best or np.count_nonzero(self.catalogue.first_artists == artist) < MIN_SONGS:
                return None
            return Reason(signal, artist=self.catalogue.song(row).artists[0])
        n_songs = n_alike if signal == "mood" else self._count(signal, row, artist, value)
        is_habit = n_songs >= max(MIN_HABIT, HABIT * len(self.listener.years))
        return Reason(signal, n_songs) if is_habit or (n_songs and signal in ("artist", "record")) else None

    def _count(self, signal: str, row: int, artist: int, value: float) -> int:
        """Count the saved songs that the signal stands for."""
        year = int(self.catalogue.years[row])
        if signal == "artist":
            return int(self.n_by[artist])
        if signal == "record":
            is_near = np.abs(self.listener.years - year) <= SAME_RECORD_YEARS
            return int(np.count_nonzero(is_near & (self.listener.artists == artist)))
        if signal == "era":
            return int(np.count_nonzero(np.abs(self.listener.years - year) <= ERA_YEARS))
        if value <= MORE_THAN_ALL:
            return 0  # as are most songs: it says nothing of the listener
        apart = np.abs(self.listener.popularity.astype(np.int16) - int(self.catalogue.popularity[row]))
        return int(np.count_nonzero(apart <= POPULARITY_STEP))

    def _genre(self, artist: int) -> Reason | None:
        """Name the nearest artist by genre, where that is another one, and the genres that both have."""
        cosines = self.vectors @ self.catalogue.artist_vectors[artist].astype(np.float32)
        nearest = int(self.compared[cosines.argmax()]) if len(cosines) else artist
        common = np.intersect1d(self.catalogue.get_genres(artist), self.catalogue.get_genres(nearest))
        if nearest == artist or cosines.max() < NEAR:
            return None
        return Reason("genre", int(self.n_by[nearest]), self._name(nearest), self._most_saved(common))

    def _scene(self, artist: int) -> Reason | None:
        """Name the artist's genre that most saved songs are of."""
        words = self._most_saved(self.catalogue.get_genres(artist))[:1]
        n_songs = int(self.n_of_genre[self.catalogue.get_genres(artist)].max(initial=0))
        return Reason("scene", n_songs, words=words) if n_songs >= MIN_HABIT else None

    def _guest(self, row: int) -> Reason | None:
        """Name the artist among those credited after the first whom most saved songs are by."""
        start = int(self.catalogue.row_artist_ends[row - 1]) if row else 0
        guests = self.catalogue.row_artists[start + 1 : int(self.catalogue.row_artist_ends[row])]
        if not len(guests) or not self.n_by[guests].any():
            return None
        place = int(self.n_by[guests].argmax())
        return Reason("guests", int(self.n_by[guests[place]]), self.catalogue.song(row).artists[place + 1])

    def _most_saved(self, genres: npt.NDArray[np.int32]) -> tuple[str, ...]:
        by_songs = genres[np.argsort(-self.n_of_genre[genres], kind="stable")][:N_WORDS]
        return tuple(self.genre_names[genre] for genre in by_songs.tolist())

    def _name(self, artist: int) -> str:
        credit = int((self.catalogue.row_artists == artist).argmax())
        row = int(np.searchsorted(self.catalogue.row_artist_ends, credit, "right"))
        start = int(self.catalogue.row_artist_ends[row - 1]) if row else 0
        return self.catalogue.song(row).artists[credit - start]


def collect_facts(
    listener: ListenerProfile, catalogue: Catalogue, genre_names: tuple[str, ...], most_artists: int
) -> Facts:
    """Count what the saved songs have in common; the signals compare with the genres of `most_artists`."""
    n_artists = len(catalogue.artist_keys)
    n_by = np.bincount(listener.artists[listener.artists >= 0], minlength=n_artists)
    lengths = np.diff(catalogue.artist_genre_ends, prepend=0)
    n_of_genre = np.bincount(
        catalogue.artist_genres, weights=np.repeat(n_by, lengths), minlength=len(genre_names)
    )
    compared = known_and_liked(affinity(listener, n_artists), catalogue)[:most_artists]
    return Facts(
        listener,
        catalogue,
        genre_names,
        n_by,
        n_of_genre.astype(np.int64),
        compared,
        catalogue.artist_vectors[compared].astype(np.float32),
    )


def sound_words(sound: FloatArray, other: FloatArray) -> tuple[str, ...]:
    """Give the words for how two songs both sound, the most marked first.

    Marked is a feature by the less extreme of the two, where both are on one
    side of the catalogue's mean.

    Parameters
    ----------
    sound, other : (7,) audible features in standard deviations
    """
    marked = np.where(sound * other > 0, np.minimum(np.abs(sound), np.abs(other)), 0)
    strongest = [at for at in np.argsort(-marked, kind="stable").tolist() if marked[at] >= MARKED]
    return tuple(WORDS[NAMES[AUDIBLE[at]]][int(sound[at] > 0)] for at in strongest[:N_WORDS])
