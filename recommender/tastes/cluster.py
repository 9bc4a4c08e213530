"""The tastes in a library: the clusters of its songs, and the mean of each."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.model import Model


@dataclass(frozen=True, eq=False)
class Tastes:
    """The clusters of the library songs with known features.

    vectors : (n_known, 15) their standardised features, in library order
    clusters : (n_known,) the cluster of each
    weights : (n_clusters,) songs per cluster, of those that count
    """

    vectors: FloatArray
    clusters: IntArray
    weights: IntArray

    @property
    def means(self) -> FloatArray:
        """The (n_clusters, 15) mean of each cluster's songs in standardised space; zeros without songs."""
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
        Standardised features; songs with equal ones count each.
    counts : (n_known,) bool
        Whether each counts in the weight of its cluster; by default all do.
    """
    n_clusters = len(model.centres)
    clusters = model.find_nearest_cluster(vectors)
    weights = np.bincount(clusters if counts is None else clusters[counts], minlength=n_clusters)
    return Tastes(vectors, clusters, weights)
