"""The songs that can be picked, as memory-mapped arrays shared by every process.

Rows are ordered by cluster, so that a cluster is a slice.
Look-ups go through sorted 64-bit keys (`recommender.catalogue.keys`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import (
    BoolArray,
    DoubleArray,
    FloatArray,
    IntArray,
    KeyArray,
    get_slice,
    list_places,
    shrink,
)
from recommender.catalogue.keys import find, hash_packed_ids, pack_ids, unpack_id
from recommender.catalogue.together import Together, build_empty
from recommender.song import Song

TEXT_SEPARATOR = "\x1f"
#: Whole numbers in the smallest type that holds them (`recommender.catalogue.arrays.shrink`).
Numbers = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Arrays over n rows and m artists; each field but the last is one file of the build.

    standardised : (n, 15) float32, the features in standard deviations
    cluster_starts : (n_clusters + 1,) first row of each cluster, then n
    ids : (n, 17) uint8, Spotify ids (`recommender.catalogue.keys.pack_ids`)
    id_keys : (n,) uint32, sorted keys of the ids, of which few are equal
    id_rows : (n,) their rows
    years : (n,) int16, of the row itself; where no file told it, of its song; 0 where that is unknown, too
    first_years : (n,) int16, of the earliest version of its song in the catalogue; a guess where `years` is 0
    popularity : (n,) uint8, 0 to 100
    popularity_ranks : (n,) uint16, place by popularity among the songs of the same first artist, from 0
    durations_ms : (n,) int32
    explicit : (n,) bool
    n_by_popularity : (101,) rows of each popularity
    texts : UTF-8 bytes of every title, of a separator, and of the artists where any is written otherwise
        than in `artist_names`
    text_ends : (n,) where the text of each row ends
    artist_keys : (m,) sorted keys of all artists
    artist_names : UTF-8 bytes of the name of each artist, as the first row that credits them writes it
    artist_name_ends : (m,) where the name of each ends
    artist_group_keys : sorted keys of the groups of artists whose names are variants of one
    artist_groups : (m,) place of each artist's group in `artist_group_keys`
    first_artists : (n,) place of each row's first artist in `artist_keys`
    row_artists : places in `artist_keys` of all artists of each row, as credited
    row_artist_ends : (n,) where those of each row end
    guest_rows : the row of every credit after the first, ascending
    guest_artists : places in `artist_keys` of the artists of these credits
    collaborators : places in `artist_keys` of the others who are credited with each artist on any row,
        ascending, none twice
    collaborator_ends : (m,) where those of each artist end
    n_rows_by : (m,) rows of which each artist is the first
    artist_rows : rows of each artist, first or guest, ascending: `row_artists` the other way round
    artist_row_ends : (m,) where those of each artist end
    genre_artists : the k artists of known genres who are the first of any row, ascending
    genre_vectors : (k + ..., d) float32, genre embeddings of unit length: theirs, those of all other artists
        of known genres, and zeros; d is 0 without a genre file
    genre_places : (m,) place of each artist's vector in `genre_vectors`, the last where no genre is known
    artist_genres : places in `Model.genre_names` of each artist's genres, ascending
    artist_genre_ends : (m,) where those of each artist end
    artist_scripts : (m,) uint8, place in `recommender.matching.scripts.SCRIPTS`, from 1, of the script of
        each artist's titles and name; 0 where it is Latin
    version_credits : (n_versions,) place in `credit_keys` of each title and first artist, ascending
    versions : (n,) place of each row in `version_credits`
    takes : (n,) place in `take_keys` of what each title says of another recording of its song
    take_keys : sorted keys of what titles say (`recommender.matching.takes`), 0 for nothing
    recordings : (n_versions,) number of each version's recording, equal where one is released under several
        titles or artists
    repeated_rows : the rows of which the recording has others, one recording after the other; of each the
        best known first, of equals the lower
    repeated_recordings : their recordings
    blunders : (n,) uint16, bit k is set where a row is of `recommender.ranking.blunders.KINDS[k]`
    artist_languages : (m,) uint8, place in `recommender.ranking.languages.LANGUAGES`, from 1, of the language
        that each artist sings in; 0 where it is English, unknown or several
    credit_keys : sorted keys of (title, artist) for every credited artist
    credit_rows : their rows, for equal keys the most popular first
    artist_sounds : (m, 7) float16, mean of the audible features (`recommender.ranking.signals.audible`), in
        standard deviations, of the rows of which each artist is the first; zeros where there is none
    artist_years : (m,) float32, mean of `first_years` over the same rows; 0 where there is none
    artist_peaks : (m,) uint8, the highest popularity of the same rows; 0 where there is none
    artist_hits : (m,) rows of popularity 50 or more whose first artist is of the same group as the artist
    year_ranks : (n,) float16, the share of the rows of the same first year that are less popular, from 0
    search_songs, search_artists : UTF-8 bytes, a line for each recording and for each group of artists
        (`recommender.catalogue.search`)
    together : what stands together in playlists; of no playlists where the build has none
    """

    standardised: FloatArray
    cluster_starts: IntArray
    ids: npt.NDArray[np.uint8]
    id_keys: npt.NDArray[np.uint32]
    id_rows: npt.NDArray[np.int32]
    years: npt.NDArray[np.int16]
    first_years: npt.NDArray[np.int16]
    popularity: npt.NDArray[np.uint8]
    popularity_ranks: npt.NDArray[np.uint16]
    durations_ms: npt.NDArray[np.int32]
    explicit: BoolArray
    n_by_popularity: IntArray
    texts: npt.NDArray[np.uint8]
    text_ends: Numbers
    artist_keys: KeyArray
    artist_names: npt.NDArray[np.uint8]
    artist_name_ends: Numbers
    artist_group_keys: KeyArray
    artist_groups: npt.NDArray[np.int32]
    first_artists: npt.NDArray[np.int32]
    row_artists: npt.NDArray[np.int32]
    row_artist_ends: Numbers
    guest_rows: npt.NDArray[np.int32]
    guest_artists: npt.NDArray[np.int32]
    collaborators: npt.NDArray[np.int32]
    collaborator_ends: npt.NDArray[np.int32]
    n_rows_by: Numbers
    artist_rows: npt.NDArray[np.int32]
    artist_row_ends: Numbers
    genre_artists: npt.NDArray[np.int32]
    genre_vectors: FloatArray
    genre_places: Numbers
    artist_genres: npt.NDArray[np.int32]
    artist_genre_ends: Numbers
    artist_scripts: npt.NDArray[np.uint8]
    version_credits: Numbers
    versions: npt.NDArray[np.int32]
    takes: Numbers
    take_keys: KeyArray
    recordings: npt.NDArray[np.int32]
    repeated_rows: npt.NDArray[np.int32]
    repeated_recordings: npt.NDArray[np.int32]
    blunders: npt.NDArray[np.uint16]
    artist_languages: npt.NDArray[np.uint8]
    credit_keys: KeyArray
    credit_rows: npt.NDArray[np.int32]
    artist_sounds: npt.NDArray[np.float16]
    artist_years: FloatArray
    artist_peaks: npt.NDArray[np.uint8]
    artist_hits: Numbers
    year_ranks: npt.NDArray[np.float16]
    search_songs: npt.NDArray[np.uint8]
    search_artists: npt.NDArray[np.uint8]
    together: Together

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def genre_shares(self) -> DoubleArray:
        """The share of all artists that are of each genre, up to the last that any is of."""
        shares: DoubleArray = np.bincount(self.artist_genres) / len(self.artist_keys)
        return shares

    @cached_property
    def has_genres(self) -> BoolArray:
        """Whether any genre of each artist is known: (m,)."""
        has: BoolArray = self.genre_places < len(self.genre_vectors) - 1
        return has

    def embed(self, artists: npt.NDArray[np.integer[Any]]) -> FloatArray:
        """Return the genre vectors of some artists, zeros where no genre is known: (n, d)."""
        return self.genre_vectors.take(self.genre_places.take(artists), axis=0)

    @cached_property
    def version_groups(self) -> npt.NDArray[np.int32]:
        """The group of the first artist of each version: (n_versions,)."""
        groups = np.empty(len(self.recordings), dtype=np.int32)
        groups[self.versions] = self.artist_groups[self.first_artists]
        return groups

    @cached_property
    def newest_year(self) -> int:
        """The year of the newest songs; 0 where no year is known."""
        return int(self.years.max())

    @cached_property
    def oldest_year(self) -> int:
        """The year of the oldest songs; 0 where no year is known."""
        known = self.years[self.years > 0]
        return int(known.min()) if len(known) else 0

    @property
    def n_clusters(self) -> int:
        """The number of clusters of the model."""
        return len(self.cluster_starts) - 1

    def cluster(self, number: int) -> slice:
        """Return the rows of a cluster."""
        return slice(int(self.cluster_starts[number]), int(self.cluster_starts[number + 1]))

    def find_clusters(self, rows: IntArray) -> IntArray:
        """Return the cluster of each row."""
        return np.searchsorted(self.cluster_starts, rows, "right") - 1

    def get_genres(self, artist: int) -> npt.NDArray[np.int32]:
        """Return the places in `Model.genre_names` of an artist's genres, ascending."""
        return self.artist_genres[get_slice(self.artist_genre_ends, artist)]

    def collect_genres(self, artists: IntArray) -> tuple[IntArray, npt.NDArray[np.int32]]:
        """Return how many genres each artist has, and the genres of all, one artist after the other."""
        return _collect(self.artist_genres, self.artist_genre_ends, artists)

    def get_collaborators(self, artist: int) -> npt.NDArray[np.int32]:
        """Return the others who are credited with an artist on any row, ascending."""
        return self.collaborators[get_slice(self.collaborator_ends, artist)]

    def collect_collaborators(self, artists: IntArray) -> tuple[IntArray, npt.NDArray[np.int32]]:
        """Return how many collaborators each artist has, and those of all, one artist after the other."""
        return _collect(self.collaborators, self.collaborator_ends, artists)

    def credits(self, row: int) -> slice:
        """Return the slice of `row_artists` with the artists of a row, first artist first."""
        return get_slice(self.row_artist_ends, row)

    def get_artists(self, row: int) -> npt.NDArray[np.int32]:
        """Return the places in `artist_keys` of all artists of a row, as credited."""
        return self.row_artists[self.credits(row)]

    def name_artist(self, artist: int) -> str:
        """Return the name of an artist as the first row that credits them writes it."""
        return self.artist_names[get_slice(self.artist_name_ends, artist)].tobytes().decode()

    def find_recordings(self, rows: IntArray) -> npt.NDArray[np.int32]:
        """Return the recording of each row; all versions of a song are one recording."""
        recordings: npt.NDArray[np.int32] = self.recordings[self.versions[rows]]
        return recordings

    def collect_artists(self, rows: IntArray) -> npt.NDArray[np.int32]:
        """Return the places in `artist_keys` of all artists of some rows, row by row."""
        return _collect(self.row_artists, self.row_artist_ends, rows)[1]

    def find_years(self, rows: IntArray) -> IntArray:
        """Return the first year of each row's song, -1 where it is unknown."""
        return np.where(self.years[rows] > 0, self.first_years[rows], -1).astype(np.int64)

    def read_text(self, row: int) -> tuple[str, tuple[str, ...]]:
        """Return the title and the artists of the song in a row."""
        text = self.texts[get_slice(self.text_ends, row)].tobytes().decode()
        title, _, artists = text.partition(TEXT_SEPARATOR)
        if artists:
            return title, tuple(artists.split(TEXT_SEPARATOR))
        return title, tuple(map(self.name_artist, self.get_artists(row).tolist()))

    def song(self, row: int) -> Song:
        """Return the song in a row."""
        return Song(
            unpack_id(self.ids[row]),
            *self.read_text(row),
            self.first_years.item(row) if self.years.item(row) else None,
            self.durations_ms.item(row) or None,
            self.explicit.item(row),
        )

    def find_rows(self, ids: list[str]) -> IntArray:
        """Return the row of each Spotify id, -1 where the catalogue lacks it (and for the empty id)."""
        packed = pack_ids(ids)
        keys = hash_packed_ids(packed)
        places = find(keys, self.id_keys)
        rows = np.full(len(ids), -1)
        left = np.flatnonzero(places >= 0)
        while len(left):
            # The key may be another song's; those of equal keys stand side by side.
            found = self.id_rows.take(places[left])
            is_it = (self.ids.take(found, axis=0) == packed[left]).all(axis=1)
            rows[left[is_it]] = found[is_it]
            left = left[~is_it]
            places[left] += 1
            left = left[self.id_keys.take(places[left], mode="clip") == keys[left]]
            left = left[places[left] < len(self.id_keys)]
        return rows

    def find_versions(self, credits: IntArray) -> IntArray:
        """Return the version of each place in `credit_keys`, the first of equals; -1 where it is none's."""
        return find(credits.astype(self.version_credits.dtype), self.version_credits)

    def has_artists(self, keys: KeyArray) -> BoolArray:
        """Return for each artist key whether the catalogue credits that artist with a song."""
        return find(keys, self.artist_keys) >= 0


def _collect(
    items: npt.NDArray[np.int32], ends: Numbers, numbers: IntArray
) -> tuple[IntArray, npt.NDArray[np.int32]]:
    """Return how many items each of some lists has, and the items of all, one list after the other."""
    ends_of_lists = ends[numbers].astype(np.int64)
    lengths = ends_of_lists - np.where(numbers > 0, ends[numbers - 1], 0)
    return lengths, items[list_places(ends_of_lists, lengths)]


def list_rows_by_artist(
    row_artists: npt.NDArray[np.int32], row_artist_ends: Numbers, n_artists: int
) -> dict[str, npt.NDArray[Any]]:
    """List the rows of each artist, ascending, from the artists of each row."""
    rows = np.repeat(np.arange(len(row_artist_ends), dtype=np.int32), np.diff(row_artist_ends, prepend=0))
    return {
        "artist_rows": rows[np.argsort(row_artists, kind="stable")],
        "artist_row_ends": shrink(np.cumsum(np.bincount(row_artists, minlength=n_artists))),
    }


ARRAYS = tuple(field.name for field in fields(Catalogue) if field.name != "together")


def build_catalogue(arrays: Mapping[str, npt.NDArray[Any]], together: Together | None = None) -> Catalogue:
    """Build a catalogue from the arrays named in `ARRAYS`, and what playlists hold, if there are any."""
    empty = build_empty(len(arrays["recordings"]), len(arrays["artist_group_keys"]))
    return Catalogue(**{name: arrays[name] for name in ARRAYS}, together=together or empty)
