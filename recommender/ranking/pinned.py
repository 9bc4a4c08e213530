"""The pinned songs: they stay in a mix, whatever else it gets."""

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.ranking.scoring import Scoring


def choose_pinned(rows: IntArray, scoring: Scoring, size: int) -> IntArray:
    """Choose the best `size` of the pinned rows, no two versions of one song, best first."""
    if not len(rows):
        return rows
    catalogue = scoring.catalogue
    best_first = rows[np.argsort(-scoring.scores(rows), kind="stable")]
    _, first = np.unique(catalogue.find_recordings(best_first), return_index=True)
    return best_first[np.sort(first)[:size]]
