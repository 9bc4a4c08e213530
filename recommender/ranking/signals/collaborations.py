"""The signal of who recorded with whom: artists who share songs with saved artists."""

from math import log1p

import numpy as np

from recommender.catalogue.arrays import FloatArray
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
    own = np.flatnonzero(liked > 0)
    lengths, others = catalogue.collect_collaborators(own)
    sums = np.bincount(others, np.repeat(liked[own], lengths), minlength=len(liked))
    found = np.flatnonzero(sums > 0)
    values = np.zeros(len(sums), dtype=np.float32)
    values[found] = np.minimum(np.log1p(sums[found]) / log1p(SATURATION), 1)
    return Table(values, catalogue.first_artists)


def _find_collaboration_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the artist with most saved songs who recorded with the pick's, of equals the lower."""
    others = evidence.catalogue.get_collaborators(pick.artist)
    n_by = evidence.n_by[others]
    if not n_by.any():
        return None
    other = int(others[n_by.argmax()])
    return Fact(int(evidence.n_by[other]), evidence.name_artist(other))


COLLABORATIONS = Signal(
    "collaborations",
    known_weight=0.0,
    new_weight=0.8,
    tables=lambda given: (rate_collaborations(given.affinity, given.catalogue),),
    fact=_find_collaboration_fact,
    phrase="its artist recorded with {artist} (you’ve saved {songs})",
    shorter=(
        ("its artist recorded with {artist}", "you’ve saved {songs} by {artist}"),
        ("its artist recorded with one you save", "with {artist} (you’ve saved {songs})"),
    ),
)
