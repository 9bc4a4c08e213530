"""The pinned songs: they stay in a mix, whatever else it gets."""

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.ranking.scoring import Scoring


def choose_pinned(rows: IntArray, scoring: Scoring, size: int) -> list[list[int]]:
    """Choose the best `size` of the pinned rows, no two versions of one song.

    Returns
    -------
    list of rows for each 2 * cluster + kind, best first
        The kind is 1 where all artists are new to the listener, else 0.
    """
    catalogue = scoring.catalogue
    clusters = catalogue.find_clusters(rows)
    scores = np.empty(len(rows), dtype=np.float32)
    for cluster in np.unique(clusters).tolist():
        scores[clusters == cluster] = scoring.scores(rows[clusters == cluster], cluster)
    best_first = rows[np.argsort(-scores, kind="stable")]
    _, first = np.unique(catalogue.versions[best_first], return_index=True)
    best = best_first[np.sort(first)[:size]]
    cells = 2 * catalogue.find_clusters(best) + scoring.is_new[best]
    return [best[cells == cell].tolist() for cell in range(2 * catalogue.n_clusters)]
