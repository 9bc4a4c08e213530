"""Signals of what stands together with the saved songs, and their artists, in playlists."""

from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.together import Neighbours
from recommender.ranking.signals.evidence import Evidence, Fact, PickedRow
from recommender.ranking.signals.signal import Signal, SignalInputs
from recommender.ranking.signals.table import Table, scale_by_logarithm

# Standing together in fewer playlists than about this many may be chance.
SHRINKAGE = 2.0
# Pairs that are added up at a time: in the processor's cache this takes a third of the time.
BLOCK = 16_384
# Sums below this part of the greatest are as good as none.
FLOOR = 1e-2


def compute_similarity(
    n_together: npt.NDArray[np.integer[Any]],
    n_one: npt.NDArray[np.integer[Any]],
    n_other: npt.NDArray[np.integer[Any]],
) -> FloatArray:
    """Compute how near two items are by the playlists that hold both: from 0 to 1, float32.

    The cosine of their playlists, n_together / sqrt(n_one * n_other): a song that
    is in every playlist is near to none. It is shrunk by n_together / (n_together +
    `SHRINKAGE`), as few playlists are little evidence.
    """
    both = n_together.astype(np.float32)
    cosine = both / np.sqrt(n_one.astype(np.float32) * n_other.astype(np.float32))
    return np.asarray(cosine * (both / (both + SHRINKAGE)), dtype=np.float32)


def rate_neighbours(items: IntArray, neighbours: Neighbours) -> FloatArray:
    """Rate every item by the sum of its similarities to `items`, relative to the greatest sum.

    Parameters
    ----------
    items : (n_items,) none twice

    Returns
    -------
    (k,) float32
        From 0 to 1, by the logarithm; 0 for an item that is near none of them.
    """
    counts = neighbours.count(items)
    starts = np.searchsorted(np.cumsum(counts), np.arange(BLOCK, counts.sum(), BLOCK))
    sums = np.zeros(len(neighbours.n_playlists), dtype=np.float32)
    for some in np.split(items, starts):
        places = neighbours.find_all(some)
        others = neighbours.neighbours.take(places)
        similarity = compute_similarity(
            neighbours.n_together.take(places),
            np.repeat(neighbours.n_playlists[some], neighbours.count(some)),
            neighbours.n_playlists.take(others),
        )
        np.add.at(sums, others, similarity)
    near = np.flatnonzero(sums)
    rated = np.zeros(len(sums), dtype=np.float32)
    rated[near] = scale_by_logarithm(sums[near] / sums.max(), FLOOR)
    return rated


def has_playlists(catalogue: Catalogue) -> bool:
    """Return whether the catalogue knows what stands together in playlists."""
    return catalogue.together.n_playlists > 0


def rate_together(given: SignalInputs) -> Table:
    """Rate each row by how near it stands to the saved songs in playlists."""
    together = given.catalogue.together
    versions = np.unique(given.catalogue.versions[given.listener.rows].astype(np.int64))
    return Table(rate_neighbours(versions, together.songs), given.catalogue.versions)


def rate_circle(given: SignalInputs) -> Table:
    """Rate each row by how near its first artist stands to the artists of the saved songs in playlists."""
    catalogue = given.catalogue
    groups = np.unique(catalogue.artist_groups[np.flatnonzero(given.affinity)].astype(np.int64))
    rated = rate_neighbours(groups, catalogue.together.artists)
    return Table(rated.take(catalogue.artist_groups), catalogue.first_artists)


def _find_together_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the saved song with which the pick stands in most playlists, of equals that of the lower row."""
    catalogue = evidence.catalogue
    songs = catalogue.together.songs
    near = songs.find(int(catalogue.versions[pick.row]))
    rows, counts = evidence.saved_rows[songs.neighbours[near]], songs.n_together[near].astype(np.int64)
    counts[rows < 0] = 0
    if not counts.any():
        return None
    best = np.lexsort((rows, -counts))[0]
    song = catalogue.song(int(rows[best]))
    return Fact(
        1,
        ", ".join(song.artists),
        title=song.title,
        n_together=int(counts[best]),
        n_playlists=catalogue.together.n_playlists,
    )


def _find_circle_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the saved artist with whom the pick's stands in most playlists, of equals the lower group.

    Of several variants of the name it is that of most saved songs.
    """
    catalogue = evidence.catalogue
    artists = catalogue.together.artists
    near = artists.find(int(catalogue.artist_groups[pick.artist]))
    groups = artists.neighbours[near]
    counts = np.where(evidence.artist_by_group[groups] >= 0, artists.n_together[near].astype(np.int64), 0)
    if not counts.any():
        return None
    best = int(np.lexsort((groups, -counts))[0])
    artist = int(evidence.artist_by_group[groups[best]])
    return Fact(
        int(evidence.n_by[artist]),
        evidence.name_artist(artist),
        n_together=int(counts[best]),
        n_playlists=catalogue.together.n_playlists,
    )


TOGETHER = Signal(
    "together",
    known_weight=1.0,
    new_weight=3.0,
    tables=lambda given: (rate_together(given),),
    fact=_find_together_fact,
    phrase="in {together} of {playlists} playlists together with {credit}, which you saved",
    shorter=(
        "in {together} of {playlists} playlists with {credit}",
        "in {together} of {playlists} playlists with {title}",
        "in {shared} with a song you saved",
    ),
    applies=has_playlists,
)
CIRCLE = Signal(
    "circle",
    known_weight=1.0,
    new_weight=3.0,
    tables=lambda given: (rate_circle(given),),
    fact=_find_circle_fact,
    phrase="its artist is in {together} of {playlists} playlists with {artist}, whom you have {songs} of",
    shorter=(
        "its artist shares {shared} with {artist}",
        "shares {shared} with an artist you save",
    ),
    told_as="together",
    applies=has_playlists,
)
