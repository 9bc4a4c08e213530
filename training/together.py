"""What stands together in playlists: which songs and artists of the catalogue each of them holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from formats.registry import iterate_playlists, list_files
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import ARRAYS, Catalogue
from recommender.catalogue.keys import find, hash_pairs, hash_texts
from recommender.catalogue.together import (
    ARTIST_PART,
    RARITY_POWER,
    Lists,
    Places,
    Together,
    build_empty,
)
from recommender.matching.artist_names import canonicalise
from recommender.matching.artists import find_artists
from recommender.matching.normalise import normalise_titles
from recommender.song import Song
from training import SEED
from training.passes import CallEach, call_in_turn

# A longer list is what somebody collected: its songs have little to do with each other.
MAX_SONGS = 1_000
# Of fewer songs nothing stands together.
MIN_SONGS = 2
# The most playlists: 2.5 times as many found 2 % more, and each costs time in every mix.
MAX_PLAYLISTS = 20_000
# The most songs and artists in them: each takes 8 bytes, so that all files stay below 40 MB.
MAX_ITEMS = 4_100_000
# Of 2 to 8, 4 and 6 find most. The first 64 eigenvectors find 2.8 % more than none, all of them 3.2 %.
RIDGE = 4.0
N_COMMON = 64
# Playlists are matched this many at a time: that bounds the memory.
BATCH_PLAYLISTS = 1_000
#: By which arrays of the catalogue songs and artists are found.
LOOK_UPS = {
    "ids",
    "id_keys",
    "id_rows",
    "versions",
    "credit_keys",
    "version_credits",
    "recordings",
    "first_artists",
    "artist_keys",
    "artist_groups",
    "artist_group_keys",
}

#: The parts of the playlists of a file, each with its name and number of songs; the version and the group of
#: artists of each song, -1 where unknown.
Matched = tuple[list[tuple[str, int]], Places, Places]


@dataclass(frozen=True, eq=False)
class Playlists:
    """Playlists matched to the catalogue.

    together : what those hold that are kept
    n_read : all that were read
    n_songs, n_known : songs in those that are kept, and how many of them the catalogue has
    """

    together: Together
    n_read: int
    n_songs: int
    n_known: int


def read_playlists(
    paths: Iterable[Path], catalogue: Catalogue, call_each: CallEach = call_in_turn
) -> Playlists:
    """Read playlists in any format, and find their songs and first artists in the catalogue.

    Playlists of more than `MAX_SONGS` songs, and of fewer than `MIN_SONGS` that the
    catalogue has, are left out; of more than `MAX_PLAYLISTS` some are taken evenly.

    Parameters
    ----------
    paths : files and folders
    call_each : what reads the files, each by itself

    Raises
    ------
    FormatError
        If a file cannot be read.
    """
    # A playlist may go on in another file of its folder, and only there.
    files = [(source, file) for source, path in enumerate(paths) for file in list_files(path)]
    matched = call_each(_match_file, [file for _, file in files], _keep_look_ups(catalogue))
    numbers: dict[tuple[int, str], int] = {}
    sizes: list[int] = []
    batches = []
    for (source, _), (parts, versions, groups) in zip(files, matched, strict=True):
        for name, n_songs in parts:
            if (number := numbers.setdefault((source, name), len(sizes))) == len(sizes):
                sizes.append(0)
            sizes[number] += n_songs
        lists = np.array([numbers[source, name] for name, _ in parts], dtype=np.int32)
        batches.append((np.repeat(lists, [n_songs for _, n_songs in parts]), versions, groups))
    numbers_of_songs, versions, groups = (
        np.concatenate([part[at] for part in batches]) if batches else np.empty(0, dtype=np.int32)
        for at in range(3)
    )
    is_short = np.array(sizes, dtype=np.int64) <= MAX_SONGS
    songs = _tabulate(numbers_of_songs, versions, (len(sizes), len(catalogue.recordings)))
    artists = _tabulate(numbers_of_songs, groups, (len(sizes), len(catalogue.artist_group_keys)))
    usable = np.flatnonzero(is_short & (np.diff(songs.indptr) >= MIN_SONGS))
    n_items = np.diff(songs.indptr)[usable].sum() + np.diff(artists.indptr)[usable].sum()
    kept = _take_evenly(usable, min(MAX_PLAYLISTS, len(usable) * MAX_ITEMS // max(n_items, 1)))
    is_inside = np.isin(numbers_of_songs, kept)
    return Playlists(
        _build_together(songs[kept], artists[kept]),
        len(sizes),
        int(np.count_nonzero(is_inside)),
        int(np.count_nonzero(versions[is_inside] >= 0)),
    )


def describe_playlists(playlists: Playlists) -> dict[str, int]:
    """Describe how many playlists were read and kept, and how much of these is in the catalogue."""
    return {
        "read": playlists.n_read,
        "kept": playlists.together.n_playlists,
        "songs": playlists.n_songs,
        "known_songs": playlists.n_known,
    }


def _batch(playlists: Iterator[SourcePlaylist]) -> Iterator[list[SourcePlaylist]]:
    while batch := list(islice(playlists, BATCH_PLAYLISTS)):
        yield batch


def _keep_look_ups(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue of no more than songs and artists are found by: a worker elsewhere needs a copy."""
    others = {name: getattr(catalogue, name)[:0] for name in ARRAYS if name not in LOOK_UPS}
    return replace(catalogue, **others, together=build_empty(0, 0))


def _match_file(file: Path, catalogue: Catalogue) -> Matched:
    """Read the playlists of a file, and find their songs in the catalogue."""
    parts, matched = [], [(np.empty(0, dtype=np.int32),) * 2]
    for batch in _batch(iterate_playlists(file)):
        parts += [(part.name, len(part.songs)) for part in batch]
        matched.append(_match_batch(batch, catalogue))
    versions, groups = (np.concatenate(found) for found in zip(*matched, strict=True))
    return parts, versions, groups


def _match_batch(batch: Sequence[SourcePlaylist], catalogue: Catalogue) -> tuple[Places, Places]:
    """Return for each song its version and group of artists, -1 where unknown."""
    songs = [song for playlist in batch for song in playlist.songs]
    distinct: dict[object, int] = {}
    keys = [song.id or (song.title, song.artists) for song in songs]
    places = [distinct.setdefault(key, len(distinct)) for key in keys]
    by_place = dict(zip(places, songs, strict=True))
    versions, groups = _find_songs([by_place[place] for place in range(len(distinct))], catalogue)
    return versions[places], groups[places]


def _find_songs(songs: Sequence[Song], catalogue: Catalogue) -> tuple[Places, Places]:
    """Find the version and first artist's group of each song, by id, else by names; -1 for none.

    Unlike for a listener's library, durations are not compared: another recording
    of a song stands with the same others.
    """
    rows = catalogue.find_rows([song.id for song in songs])
    versions, groups = catalogue.versions[rows], catalogue.artist_groups[catalogue.first_artists[rows]]
    lacking = np.flatnonzero(rows < 0)
    others = [songs[place] for place in lacking.tolist()]
    credits = find_artists(others, catalogue)
    firsts = credits.firsts
    credited = credits.songs[firsts]
    names = [credits.names[first] for first in firsts.tolist()]
    titles = normalise_titles([others[song].title for song in credited.tolist()])
    versions[lacking] = groups[lacking] = -1
    versions[lacking[credited]] = catalogue.find_versions(
        find(hash_pairs(titles, names), catalogue.credit_keys)
    )
    groups[lacking[credited]] = find(hash_texts(map(canonicalise, names)), catalogue.artist_group_keys)
    return versions, groups


def _tabulate(lists: Places, items: Places, shape: tuple[int, int]) -> sparse.csr_array:
    """Tabulate which playlist holds which item, each once; items below 0 are left out."""
    is_known = items >= 0
    table = sparse.csr_array(
        (np.ones(np.count_nonzero(is_known), dtype=np.int32), (lists[is_known], items[is_known])), shape=shape
    )
    table.sum_duplicates()
    table.data[:] = 1
    return table


def _take_evenly(playlists: IntArray, n_taken: int) -> IntArray:
    """Take at most `n_taken` playlists evenly, so that every file has its part, and no kind is preferred.

    Those with most songs of the catalogue would be the longest, whose songs have least to do with each other.
    """
    if len(playlists) <= n_taken:
        return playlists
    return playlists[np.arange(n_taken) * len(playlists) // n_taken]


def _build_together(songs: sparse.csr_array, artists: sparse.csr_array) -> Together:
    """Build what playlists hold from two tables of which playlist holds what."""
    lists = (*_list_both_ways(songs), *_list_both_ways(artists))
    _, songs_in, _, artists_in = (each.discount(np.arange(len(each)), RARITY_POWER) for each in lists)
    weights = np.sqrt(np.concatenate([songs_in, ARTIST_PART * artists_in]))
    vectors = sparse.csr_array(sparse.hstack([songs, artists]) * weights)
    norms = sparse.linalg.norm(vectors, axis=1)
    common = _find_common(sparse.csr_array(vectors / norms[:, None]))
    return Together(*lists, norms.astype(np.float32), common)


def _find_common(vectors: sparse.csr_array) -> FloatArray:
    """Find what many playlists have in common: (n_playlists, d) float32, d at most `N_COMMON`.

    vectors : (n_playlists, n_items) sparse, of unit length

    With the eigenvectors and eigenvalues of the cosine similarities of playlists, K = U E U', the
    weights of a ridge regression are (K + RIDGE)^-1 k = (k - U E / (E + RIDGE) U' k) / RIDGE for a
    list with the similarities k. The columns are those of U (E / (E + RIDGE))^0.5.
    """
    if not vectors.shape[0]:
        return np.empty((0, 0), dtype=np.float32)
    # Most of a large catalogue stands in no playlist: that would be carried along in every step, for nothing.
    vectors = vectors[:, np.unique(vectors.indices)]
    directions, singular, _ = randomized_svd(vectors, min(N_COMMON, *vectors.shape), random_state=SEED)
    return np.asarray(directions * (singular / np.sqrt(singular**2 + RIDGE)), dtype=np.float32)


def _list_both_ways(table: sparse.csr_array) -> tuple[Lists, Lists]:
    """Return the items of each playlist, and the playlists of each item, both ascending."""
    return _list(table), _list(table.T.tocsr())


def _list(table: sparse.csr_array) -> Lists:
    table.sort_indices()
    return Lists(table.indices.astype(np.int32), table.indptr[1:].astype(np.int32))
