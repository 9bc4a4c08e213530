"""Library songs -> catalogue rows: by id, else by title and artist, checked by year and duration."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, IntArray, KeyArray
from recommender.catalogue.catalogue import TEXT_SEPARATOR, Catalogue
from recommender.catalogue.keys import find, hash_pairs
from recommender.matching.artists import LibraryCredits, find_artists
from recommender.matching.normalise import normalise_titles
from recommender.matching.takes import hash_takes
from recommender.song import Song

#: The ways of matching a song, the most certain first.
STEPS = ("id", "title and first artist", "title, artist and year", "title, artist and duration")
# Durations that differ by more than both are of different recordings.
TOLERANCE_MS = 5_000
TOLERANCE = 0.03


@dataclass(frozen=True, eq=False)
class Matches:
    """The catalogue rows of the songs of a library.

    rows : (n_library,) catalogue row of each song, -1 where it has none
    steps : (n_library,) the place in `STEPS` of how it was matched, -1 where it was not
    artists : the credits of the library songs
    owned_versions : (n_versions,) whether the library has any version of each
        title and first artist
    """

    rows: IntArray
    steps: IntArray
    artists: LibraryCredits
    owned_versions: BoolArray

    @property
    def is_matched(self) -> BoolArray:
        """(n_library,) whether each song has a catalogue row."""
        return self.rows >= 0


def match(library: Sequence[Song], catalogue: Catalogue) -> Matches:
    """Find each library song in the catalogue.

    First by Spotify id. Else among the rows of the same normalised title, in
    whatever version, and a common artist: one with the same first artist, then
    one of the same year, then one of the same duration; without any of the
    three nearly all such matches are wrong. A row of a different duration, or
    that only one title calls recorded anew, is another recording: no match, but a
    version that the listener owns. Of several rows the most popular is taken, of
    equals the first.

    Parameters
    ----------
    library : n_library songs
        May be empty; ids may be empty, years and durations unknown.
    """
    rows = catalogue.find_rows([song.id for song in library])
    steps = np.where(rows >= 0, 0, -1)
    artists = find_artists(library, catalogue)
    versions, pairs = _find_pairs(library, artists, rows, catalogue)
    step, is_same = _compare(pairs, library, versions, catalogue)
    best = np.flatnonzero((step > 0) & is_same)
    # The last assignment wins: the most certain step, then the most popular row.
    best = best[np.argsort(step[best], kind="stable")][::-1]
    rows[pairs.songs[best]], steps[pairs.songs[best]] = pairs.rows[best], step[best]

    owned = np.zeros(len(catalogue.recordings), dtype=bool)
    owned[versions[versions >= 0]] = True
    owned[catalogue.versions[rows[rows >= 0]]] = True
    owned[catalogue.versions[pairs.rows[(step > 0) & ~is_same]]] = True
    return Matches(rows, steps, artists, owned)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs of a library song and a catalogue row of the same title and a common artist.

    Ordered by song, then by the artist's place in its credits, the most popular row first.
    """

    songs: IntArray
    rows: IntArray


def _find_pairs(
    library: Sequence[Song], artists: LibraryCredits, by_id: IntArray, catalogue: Catalogue
) -> tuple[IntArray, _Pairs]:
    """Return the version of each song, -1 for none, and the possible rows of those not found by id."""
    is_first = np.zeros(len(artists.songs), dtype=bool)
    is_first[artists.firsts] = True
    # What the catalogue writes alike needs no normalising: it is of the row's version.
    alike = _find_written_alike(library, artists, by_id, catalogue)
    versions = np.full(len(library), -1)
    versions[alike] = catalogue.versions[by_id[alike]]
    is_left = np.ones(len(library), dtype=bool)
    is_left[alike] = False
    # Of artists whom the catalogue lacks it has no song.
    is_sought = is_left[artists.songs] & (is_first | (by_id[artists.songs] < 0)) & (artists.places >= 0)
    credits = np.flatnonzero(is_sought)
    songs, is_first = artists.songs[credits], is_first[credits]
    keys = _hash_credits(library, songs, [artists.names[credit] for credit in credits.tolist()])
    first = find(keys, catalogue.credit_keys)
    # Of what no artist is credited with there is no version.
    of_first = np.flatnonzero(is_first & (first >= 0))
    versions[songs[of_first]] = catalogue.find_versions(first[of_first])

    is_found = (first >= 0) & (by_id[songs] < 0)
    first, songs = first[is_found], songs[is_found]
    counts = np.searchsorted(catalogue.credit_keys, keys[is_found], "right") - first
    # The places first, first + 1, ... of each key, concatenated.
    places = np.arange(counts.sum()) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    return versions, _Pairs(np.repeat(songs, counts), catalogue.credit_rows[places].astype(np.int64))


def _find_written_alike(
    library: Sequence[Song], artists: LibraryCredits, by_id: IntArray, catalogue: Catalogue
) -> IntArray:
    """Find the songs of which the row found by id has the same title, to the letter, and first artist."""
    songs = artists.songs[artists.firsts]
    is_found = (by_id[songs] >= 0) & (artists.places[artists.firsts] == catalogue.first_artists[by_id[songs]])
    songs = songs[is_found]
    titles = "".join([library[song].title + TEXT_SEPARATOR for song in songs.tolist()]).encode()
    written = np.frombuffer(titles, dtype=np.uint8)
    ends = np.flatnonzero(written == ord(TEXT_SEPARATOR)) + 1
    # One title contains the separator, or there are none.
    if not len(songs) or len(ends) != len(songs):
        return np.empty(0, dtype=np.int64)
    starts = np.concatenate([[0], ends[:-1]])
    in_catalogue = np.where(by_id[songs] > 0, catalogue.text_ends[by_id[songs] - 1], 0)
    places = np.arange(len(written)) + np.repeat(in_catalogue - starts, ends - starts)
    # A longer title than that of the last row may reach beyond all texts.
    is_same = written == catalogue.texts.take(places, mode="clip")
    alike: IntArray = songs[np.logical_and.reduceat(is_same, starts)]
    return alike


def _hash_credits(library: Sequence[Song], songs: IntArray, names: Sequence[str]) -> KeyArray:
    """Hash the titles of songs, each with the normalised name of an artist."""
    distinct, numbers = np.unique(songs, return_inverse=True)
    titles = normalise_titles([library[song].title for song in distinct.tolist()])
    return hash_pairs([titles[number] for number in numbers.tolist()], names)


def _compare(
    pairs: _Pairs, library: Sequence[Song], versions: IntArray, catalogue: Catalogue
) -> tuple[IntArray, BoolArray]:
    """Return the step that matches each pair, -1 for none, and whether it may be one recording."""
    songs, numbers = np.unique(pairs.songs, return_inverse=True)
    takes = hash_takes([library[song].title for song in songs.tolist()])
    is_same_take = takes[numbers] == catalogue.take_keys[catalogue.takes[pairs.rows]]
    years = np.array([library[song].year or -1 for song in pairs.songs.tolist()], dtype=np.int64)
    is_known, is_close = compare_durations(library, pairs.songs, pairs.rows, catalogue)
    has_first_artist = versions[pairs.songs] == catalogue.versions[pairs.rows]
    step = np.select(
        [has_first_artist, years == catalogue.years[pairs.rows], is_known & is_close], [1, 2, 3], default=-1
    )
    return step, (is_close | ~is_known) & is_same_take


def compare_durations(
    library: Sequence[Song], songs: IntArray, rows: IntArray, catalogue: Catalogue
) -> tuple[BoolArray, BoolArray]:
    """Return for each pair of song and row whether both durations are known, and whether they are close.

    Parameters
    ----------
    songs, rows : (n_pairs,) int
    """
    durations = np.array([library[song].duration_ms or 0 for song in songs.tolist()], dtype=np.int64)
    in_catalogue = catalogue.durations_ms[rows]
    is_close = np.abs(durations - in_catalogue) <= np.maximum(TOLERANCE_MS, TOLERANCE * durations)
    return (durations > 0) & (in_catalogue > 0), is_close
