"""The signal of who recorded with whom: artists who share songs with saved artists."""

from math import log1p

import numpy as np

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.evidence import Evidence, Fact, PickedRow
from recommender.ranking.signals.signal import Signal
from recommender.ranking.signals.table import Table

# The sum of affinities from which on an artist is rated 1: recording with a dozen of the best liked.
SATURATION = 12.0


def rate_collaborations(liked: FloatArray, catalogue: Catalogue) -> Table:
    """Rate each row by the liked artists with whom its first artist is credited on any song.

    The logarithm of the sum of their affinities, each counted once: 0 where there is none.

    Parameters
    ----------
    liked : (m,) float32
        The listener's affinity to each artist, 0 to 1.
    """
    n_artists = len(liked)
    own = np.flatnonzero(liked)
    n_rows, rows = _list_rows(own, catalogue)
    n_credits = _measure(catalogue.row_artist_ends, rows)
    is_shared = n_credits > 1
    others = catalogue.collect_artists(rows[is_shared]).astype(np.int64)
    of_own = np.repeat(np.repeat(own, n_rows)[is_shared], n_credits[is_shared])
    # Sorting and dropping equal neighbours takes half the time of `np.unique`.
    pairs = np.sort(of_own * n_artists + others)
    own, others = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], n_artists)
    sums = np.bincount(others[own != others], liked[own[own != others]], minlength=n_artists)
    values = np.minimum(np.log1p(sums) / log1p(SATURATION), 1).astype(np.float32)
    return Table(values, catalogue.first_artists)


def _list_rows(artists: IntArray, catalogue: Catalogue) -> tuple[IntArray, IntArray]:
    """Return how many rows credit each artist, and the rows of all, one artist after the other."""
    counts = _measure(catalogue.artist_row_ends, artists)
    ends = catalogue.artist_row_ends[artists]
    places = np.arange(counts.sum()) + np.repeat(ends - np.cumsum(counts), counts)
    return counts, catalogue.artist_rows[places].astype(np.int64)


def _measure(ends: IntArray, numbers: IntArray) -> IntArray:
    """Return the lengths of some of the lists that end at `ends`: (n,)."""
    return ends[numbers] - np.where(numbers > 0, ends[numbers - 1], 0)


def _find_collaboration_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the artist with most saved songs who recorded with the pick's, of equals the lower."""
    catalogue = evidence.catalogue
    others = catalogue.collect_artists(catalogue.get_rows(pick.artist))
    n_by = evidence.n_by[others]
    n_by[others == pick.artist] = 0
    most = int(n_by.max())
    if not most:
        return None
    return Fact(most, evidence.name_artist(int(others[n_by == most].min())))


COLLABORATIONS = Signal(
    "collaborations",
    known_weight=0.0,
    new_weight=0.8,
    tables=lambda given: (rate_collaborations(given.affinity, given.catalogue),),
    fact=_find_collaboration_fact,
    phrase="by someone who recorded with {artist} (you have {songs})",
    shorter=("recorded with {artist} (you have {songs})", "recorded with an artist you save"),
)
