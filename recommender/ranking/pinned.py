"""The pinned songs: they stay in a mix, whatever else it gets."""

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.ranking.scoring import Scoring


def choose_pinned(rows: IntArray, scoring: Scoring, size: int) -> IntArray:
    """Choose the best `size` of the pinned rows, no two versions of one song, best first."""
    catalogue = scoring.catalogue
    clusters = catalogue.find_clusters(rows)
    scores = np.empty(len(rows), dtype=np.float32)
    for cluster in np.unique(clusters).tolist():
        scores[clusters == cluster] = scoring.scores(rows[clusters == cluster], cluster)
    best_first = rows[np.argsort(-scores, kind="stable")]
    _, first = np.unique(catalogue.find_recordings(best_first), return_index=True)
    return best_first[np.sort(first)[:size]]
