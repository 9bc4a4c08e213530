"""Why each song was picked: the saved song of the same taste that it sounds closest to."""

import numpy as np
import numpy.typing as npt

from recommender.catalogue import Catalogue
from recommender.cluster import Tastes
from recommender.rank import Ranking

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]


def nearest_saved(ranking: Ranking, tastes: Tastes, catalogue: Catalogue) -> IntArray:
    """Give, for each pick and spare, the place among `tastes` of the saved song it is most similar to.

    Most similar is the highest cosine similarity in standardised space among
    the listener's songs of the pick's cluster; of equals, the one saved last.

    Returns
    -------
    (n_picks + n_spares,) int
        Indices into `tastes.vectors`.
    """
    nearest = np.zeros(len(ranking.rows), dtype=np.int64)
    for cluster in np.flatnonzero(ranking.shares):
        picks = np.flatnonzero(ranking.clusters == cluster)
        saved = np.flatnonzero(tastes.clusters == cluster)
        picked = _directions(catalogue.standardised[ranking.rows[picks]])
        similarity = picked @ _directions(tastes.vectors[saved]).T
        nearest[picks] = saved[similarity.argmax(axis=1)]
    return nearest


def _directions(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions: FloatArray = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return directions
