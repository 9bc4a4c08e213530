"""The songs that stay in a mix, whatever else it gets."""

import numpy as np
import numpy.typing as npt

from recommender.ranking.scoring import Scoring

IntArray = npt.NDArray[np.int64]


def best_kept(kept: IntArray, scoring: Scoring, size: int) -> list[list[int]]:
    """Give the best `size` of the kept rows, of no song two versions, by cluster and best first."""
    catalogue = scoring.catalogue
    clusters = catalogue.clusters_of(kept)
    scores = np.empty(len(kept), dtype=np.float32)
    for cluster in np.unique(clusters).tolist():
        scores[clusters == cluster] = scoring.scores(kept[clusters == cluster], cluster)
    best_first = kept[np.argsort(-scores, kind="stable")]
    _, first = np.unique(catalogue.versions[best_first], return_index=True)
    best = best_first[np.sort(first)[:size]]
    clusters = catalogue.clusters_of(best)
    return [best[clusters == cluster].tolist() for cluster in range(catalogue.n_clusters)]
