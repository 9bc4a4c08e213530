"""The songs that stay in a mix, whatever else it gets."""

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.ranking.scoring import Scoring


def best_pinned(kept: IntArray, scoring: Scoring, size: int) -> list[list[int]]:
    """Give the best `size` of the kept rows, of no song two versions, by cluster and best first."""
    catalogue = scoring.catalogue
    clusters = catalogue.find_clusters(kept)
    scores = np.empty(len(kept), dtype=np.float32)
    for cluster in np.unique(clusters).tolist():
        scores[clusters == cluster] = scoring.scores(kept[clusters == cluster], cluster)
    best_first = kept[np.argsort(-scores, kind="stable")]
    _, first = np.unique(catalogue.versions[best_first], return_index=True)
    best = best_first[np.sort(first)[:size]]
    clusters = catalogue.find_clusters(best)
    return [best[clusters == cluster].tolist() for cluster in range(catalogue.n_clusters)]
