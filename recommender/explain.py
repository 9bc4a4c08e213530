"""Why each song was picked: the saved song of the same taste that it sounds closest to."""

import numpy as np
import numpy.typing as npt

from recommender.catalogue import Catalogue
from recommender.cluster import Tastes
from recommender.rank import Ranking

IntArray = npt.NDArray[np.int64]


def nearest_saved(ranking: Ranking, tastes: Tastes, catalogue: Catalogue) -> IntArray:
    """Give, for each pick and spare, the place among the matched songs of the one it is most similar to.

    Most similar is the highest cosine similarity in standardised space among
    the listener's songs of the pick's cluster; of equals, the one saved last.

    Returns
    -------
    (n_picks + n_spares,) int
        Indices into `tastes.rows`.
    """
    nearest = np.zeros(len(ranking.rows), dtype=np.int64)
    for cluster in np.flatnonzero(ranking.shares):
        picks = np.flatnonzero(ranking.clusters == cluster)
        saved = np.flatnonzero(tastes.clusters == cluster)
        similarity = (
            _directions(ranking.rows[picks], catalogue) @ _directions(tastes.rows[saved], catalogue).T
        )
        nearest[picks] = saved[similarity.argmax(axis=1)]
    return nearest


def _directions(rows: IntArray, catalogue: Catalogue) -> npt.NDArray[np.float32]:
    lengths = np.maximum(catalogue.norms[rows, np.newaxis], np.finfo(np.float32).tiny)
    return np.divide(catalogue.standardised[rows], lengths, dtype=np.float32)
