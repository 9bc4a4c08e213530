"""What stands together in playlists, counted for songs and for artists."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from formats.registry import iterate_playlists
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_pairs, hash_texts
from recommender.catalogue.together import Neighbours, Together
from recommender.matching.artist_names import canonicalise
from recommender.matching.artists import find_artists
from recommender.matching.normalise import normalise_titles
from recommender.ranking.signals.together import compute_similarity
from recommender.song import Song

# A longer list is what somebody collected: its songs have little to do with each
# other, and the pairs to count grow by the square.
MAX_SONGS = 1_000
# The most neighbours of a song and of an artist.
MAX_SONG_NEIGHBOURS, MAX_ARTIST_NEIGHBOURS = 64, 128
# The most neighbours of all: 6 bytes each (with counts up to 65,535) they make 36 MB together.
MAX_SONG_PAIRS, MAX_ARTIST_PAIRS = 4_000_000, 2_000_000
# Playlists are matched, and pairs counted, this many at a time: that bounds the memory.
BATCH_PLAYLISTS, BATCH_PAIRS = 1_000, 8_000_000


@dataclass(frozen=True, eq=False)
class Playlists:
    """Playlists matched to the catalogue.

    songs : (n, n_versions) sparse, 1 where a playlist holds the song
    artists : (n, n_groups) sparse, 1 where a playlist holds a song whose first artist is of the group
    n_songs, n_known : songs in them, and those of them that the catalogue has
    n_left_out : playlists that are too long, which are not among the n
    """

    songs: sparse.csr_array
    artists: sparse.csr_array
    n_songs: int
    n_known: int
    n_left_out: int

    @property
    def n_counted(self) -> int:
        """The number of playlists that are counted, n."""
        return int(self.songs.shape[0])


def read_playlists(files: Iterable[Path], catalogue: Catalogue) -> Playlists:
    """Read playlists in any format, and find their songs and first artists in the catalogue.

    Raises
    ------
    FormatError
        If a file cannot be read.
    """
    sizes: list[int] = []
    batches = []
    for file in files:
        numbers: dict[str, int] = {}
        for batch in _batch(iterate_playlists(file)):
            for part in batch:
                if part.name not in numbers:
                    numbers[part.name] = len(sizes)
                    sizes.append(0)
                sizes[numbers[part.name]] += len(part.songs)
            batches.append(_match_batch(batch, [numbers[part.name] for part in batch], catalogue))
    numbers_of_songs, versions, groups = (
        np.concatenate([part[at] for part in batches]) if batches else np.empty(0, dtype=np.int32)
        for at in range(3)
    )
    is_counted = np.array(sizes, dtype=np.int64) <= MAX_SONGS
    is_inside = is_counted[numbers_of_songs]
    lists = (np.cumsum(is_counted) - 1)[numbers_of_songs[is_inside]]
    n_lists = int(np.count_nonzero(is_counted))
    versions, groups = versions[is_inside], groups[is_inside]
    return Playlists(
        _tabulate(lists, versions, (n_lists, len(catalogue.version_keys))),
        _tabulate(lists, groups, (n_lists, len(catalogue.artist_group_keys))),
        len(versions),
        int(np.count_nonzero(versions >= 0)),
        len(sizes) - n_lists,
    )


def count_together(playlists: Playlists) -> Together:
    """Count in how many playlists songs, and artists, stand together, and keep the nearest of each."""
    return Together(
        playlists.n_counted,
        count_neighbours(playlists.songs, MAX_SONG_NEIGHBOURS, MAX_SONG_PAIRS),
        count_neighbours(playlists.artists, MAX_ARTIST_NEIGHBOURS, MAX_ARTIST_PAIRS),
    )


def describe_playlists(playlists: Playlists) -> dict[str, int]:
    """Describe how many playlists were counted, and how much of them is in the catalogue."""
    return {
        "counted": playlists.n_counted,
        "left_out": playlists.n_left_out,
        "songs": playlists.n_songs,
        "known_songs": playlists.n_known,
    }


def count_neighbours(lists: sparse.csr_array, n_neighbours: int, n_pairs: int) -> Neighbours:
    """Keep the nearest neighbours of each item, with the number of lists that hold both.

    The nearest are those of the highest `compute_similarity`, of equals the lower.

    Parameters
    ----------
    lists : (n, k) sparse, 1 where a list holds an item
    n_neighbours : int
        The most of one item. All items get fewer, where there would be more than
        `n_pairs` in all.
    """
    n_lists = np.bincount(lists.indices, minlength=lists.shape[1])
    of_items = lists.T.tocsr()
    # The products that each item's counts are the sum of.
    work = of_items @ np.diff(lists.indptr)
    parts = [
        _find_nearest(start, of_items[start:end] @ lists, n_lists, n_neighbours)
        for start, end in _split(work)
    ]
    items, neighbours, counts, ranks = (np.concatenate(part) for part in zip(*parts, strict=True))
    by_rank = np.cumsum(np.bincount(ranks, minlength=1))
    is_kept = ranks < np.searchsorted(by_rank, n_pairs, "right")
    ends = np.cumsum(np.bincount(items[is_kept], minlength=len(n_lists)))
    return Neighbours(_pack(n_lists), neighbours[is_kept], _pack(counts[is_kept]), ends.astype(np.int32))


def _batch(playlists: Iterator[SourcePlaylist]) -> Iterator[list[SourcePlaylist]]:
    while batch := list(islice(playlists, BATCH_PLAYLISTS)):
        yield batch


def _match_batch(
    batch: Sequence[SourcePlaylist], numbers: Sequence[int], catalogue: Catalogue
) -> tuple[npt.NDArray[np.int32], ...]:
    """Return for each song the number of its playlist, its version and group of artists, -1 where unknown."""
    songs = [song for playlist in batch for song in playlist.songs]
    distinct: dict[object, int] = {}
    keys = [song.id or (song.title, song.artists) for song in songs]
    places = [distinct.setdefault(key, len(distinct)) for key in keys]
    by_place = dict(zip(places, songs, strict=True))
    versions, groups = _find_songs([by_place[place] for place in range(len(distinct))], catalogue)
    lists = np.repeat(np.array(numbers, dtype=np.int32), [len(playlist.songs) for playlist in batch])
    return lists, versions[places], groups[places]


def _find_songs(
    songs: Sequence[Song], catalogue: Catalogue
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
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
    versions[lacking[credited]] = find(hash_pairs(titles, names), catalogue.version_keys)
    groups[lacking[credited]] = find(hash_texts(map(canonicalise, names)), catalogue.artist_group_keys)
    return versions, groups


def _tabulate(lists: IntArray, items: npt.NDArray[np.int32], shape: tuple[int, int]) -> sparse.csr_array:
    """Tabulate which list holds which item, each once; items below 0 are left out."""
    is_known = items >= 0
    table = sparse.csr_array(
        (np.ones(np.count_nonzero(is_known), dtype=np.int32), (lists[is_known], items[is_known])), shape=shape
    )
    table.sum_duplicates()
    table.data[:] = 1
    return table


def _split(work: IntArray) -> Iterator[tuple[int, int]]:
    """Yield the start and end of runs of items that take about `BATCH_PAIRS` of work each, at least one."""
    done = np.cumsum(work)
    start = 0
    while start < len(work):
        before = done[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(done, before + BATCH_PAIRS, "right")))
        yield start, end
        start = end


def _find_nearest(
    start: int, counts: sparse.csr_array, n_lists: IntArray, n_neighbours: int
) -> tuple[IntArray, npt.NDArray[np.int32], IntArray, IntArray]:
    """Return items, their nearest neighbours, the counts of both, and the neighbours' ranks from 0.

    Parameters
    ----------
    start : the item of the first row of `counts`
    """
    counts.sort_indices()
    items = start + np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    others = counts.indices
    similarity = compute_similarity(counts.data, n_lists[items], n_lists[others])
    similarity[items == others] = 0  # last, as nothing is a neighbour of itself
    # The bits of positive floats are in their order: one number, by which NumPy sorts ten times as fast.
    keys = (items.astype(np.uint64) << np.uint64(32)) | (~similarity.view(np.uint32)).astype(np.uint64)
    order = np.argsort(keys, kind="stable")
    items = items[order]
    lengths = np.diff(counts.indptr)
    ranks = np.arange(len(items)) - np.repeat(counts.indptr[:-1], lengths)
    is_near = ranks < np.minimum(np.repeat(lengths, lengths) - 1, n_neighbours)
    order = order[is_near]
    return (
        items[is_near],
        others[order].astype(np.int32),
        counts.data[order].astype(np.int64),
        ranks[is_near],
    )


def _pack(counts: IntArray) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Return counts in the smallest type that holds them."""
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))
