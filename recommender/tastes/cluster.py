"""The tastes in a library: which clusters its songs fall into, and the middle of each."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.model import Model


@dataclass(frozen=True, eq=False)
class Tastes:
    """The songs of a library whose sound is known, by cluster.

    vectors : (n_known, 15) their standardised features, in library order
    clusters : (n_known,) the cluster of each
    weights : (n_clusters,) songs per cluster that count
    """

    vectors: FloatArray
    clusters: IntArray
    weights: IntArray

    @property
    def means(self) -> FloatArray:
        """(n_clusters, 15) mean of each cluster's songs in standardised space; zeros where it has none."""
        n_clusters = len(self.weights)
        sums = np.array(
            [self.vectors[self.clusters == each].sum(axis=0, dtype=np.float64) for each in range(n_clusters)]
        )
        counts = np.bincount(self.clusters, minlength=n_clusters)
        means: FloatArray = (sums / np.maximum(counts, 1)[:, np.newaxis]).astype(np.float32)
        return means


def find_tastes(vectors: FloatArray, model: Model, counts: BoolArray | None = None) -> Tastes:
    """Assign each song to its nearest cluster.

    Parameters
    ----------
    vectors : (n_known, 15) float
        Standardised features; songs that sound the same count each.
    counts : (n_known,) bool
        Which of them count as songs of their taste; all where it is not given.
    """
    n_clusters = len(model.centres)
    clusters = model.nearest_cluster(vectors)
    weights = np.bincount(clusters if counts is None else clusters[counts], minlength=n_clusters)
    return Tastes(vectors, clusters, weights)
