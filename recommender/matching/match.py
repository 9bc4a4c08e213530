"""Library songs -> catalogue rows: by id, else by title and artist, held against year and duration."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.artists import SavedArtists, find_artists
from recommender.matching.normalise import song_title
from recommender.song import Song

#: How a song was matched, the surest first; -1 where it was not.
STEPS = ("id", "title and first artist", "title, artist and year", "title, artist and duration")
# Two recordings whose durations differ by more than both are not the same one.
TOLERANCE_MS = 5_000
TOLERANCE = 0.03


@dataclass(frozen=True, eq=False)
class Matches:
    """Where the songs of a library stand in the catalogue.

    rows : (n_library,) catalogue row of each song, -1 where it has none
    steps : (n_library,) place in `STEPS` of how it was found, -1 where it was not
    artists : who is credited with the library songs
    owned_versions : (n_versions,) True for every title and first artist that
        the library holds in whatever version
    """

    rows: IntArray
    steps: IntArray
    artists: SavedArtists
    owned_versions: BoolArray

    @property
    def is_matched(self) -> BoolArray:
        """(n_library,) whether each song has a catalogue row."""
        return self.rows >= 0


def match(library: Sequence[Song], catalogue: Catalogue) -> Matches:
    """Find each library song in the catalogue.

    First by Spotify id. Else among the songs of the same title and a common
    artist, compared as `recommender.matching.normalise` does them, whichever version
    is meant: one with the same first artist, then one of the same year, then
    one of the same duration; without any of the three nearly all such matches
    are wrong. One whose duration differs is another recording: it is no match,
    but a version that the listener owns. Of several the most popular is taken,
    of equals the first.

    Parameters
    ----------
    library : n_library songs
        May be empty; ids may be empty, years and durations unknown.
    """
    rows = catalogue.rows_of_ids([song.id for song in library])
    steps = np.where(rows >= 0, 0, -1)
    artists = find_artists(library, catalogue)
    versions, found = _with_title_and_artist(library, artists, rows < 0, catalogue)
    step, is_same = _compare(found, library, versions, catalogue)
    best = np.flatnonzero((step > 0) & is_same)
    # The last assignment wins: the surest step, then the most popular.
    best = best[np.argsort(step[best], kind="stable")][::-1]
    rows[found.songs[best]], steps[found.songs[best]] = found.rows[best], step[best]

    owned = np.zeros(len(catalogue.version_keys), dtype=bool)
    owned[versions[versions >= 0]] = True
    owned[catalogue.versions[rows[rows >= 0]]] = True
    owned[catalogue.versions[found.rows[(step > 0) & ~is_same]]] = True
    return Matches(rows, steps, artists, owned)


@dataclass(frozen=True, eq=False)
class _Found:
    """Pairs of a library song and a catalogue row with one title and a common artist.

    By song, by the artist's place in its credits, the most popular row first.
    """

    songs: IntArray
    rows: IntArray


def _with_title_and_artist(
    library: Sequence[Song], artists: SavedArtists, is_asked: BoolArray, catalogue: Catalogue
) -> tuple[IntArray, _Found]:
    """Give the version of each song, -1 for none, and what may be the songs that are asked for."""
    titles = [song_title(song.title) for song in library]
    is_first = np.zeros(len(artists.songs), dtype=bool)
    is_first[artists.firsts] = True
    credits = np.flatnonzero(is_first | is_asked[artists.songs])
    songs, is_first = artists.songs[credits], is_first[credits]
    keys = hash_texts(
        (titles[song], artists.names[credit])
        for song, credit in zip(songs.tolist(), credits.tolist(), strict=True)
    )
    versions = np.full(len(library), -1)
    versions[songs[is_first]] = find(keys[is_first], catalogue.version_keys)

    first = find(keys, catalogue.credit_keys)
    is_found = (first >= 0) & is_asked[songs]
    first, songs = first[is_found], songs[is_found]
    counts = np.searchsorted(catalogue.credit_keys, keys[is_found], "right") - first
    # The places first, first + 1, ... of each key, one after the other.
    places = np.arange(counts.sum()) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    return versions, _Found(np.repeat(songs, counts), catalogue.credit_rows[places].astype(np.int64))


def _compare(
    found: _Found, library: Sequence[Song], versions: IntArray, catalogue: Catalogue
) -> tuple[IntArray, BoolArray]:
    """Give the step by which each pair is one song, -1 for none, and whether it may be one recording."""
    years = np.array([song.year or 0 for song in library], dtype=np.int64)[found.songs]
    is_known, is_close = compare_durations(library, found.songs, found.rows, catalogue)
    has_first_artist = versions[found.songs] == catalogue.versions[found.rows]
    step = np.select(
        [has_first_artist, years == catalogue.years[found.rows], is_known & is_close], [1, 2, 3], default=-1
    )
    return step, is_close | ~is_known


def compare_durations(
    library: Sequence[Song], songs: IntArray, rows: IntArray, catalogue: Catalogue
) -> tuple[BoolArray, BoolArray]:
    """Say of each pair of a song and a row whether both durations are known, and whether they are close.

    Parameters
    ----------
    songs, rows : (n_pairs,) int
    """
    durations = np.array([song.duration_ms or 0 for song in library], dtype=np.int64)[songs]
    theirs = catalogue.durations_ms[rows]
    is_close = np.abs(durations - theirs) <= np.maximum(TOLERANCE_MS, TOLERANCE * durations)
    return (durations > 0) & (theirs > 0), is_close
