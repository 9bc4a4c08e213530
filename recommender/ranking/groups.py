"""The groups that places are allocated to: the tastes of a listener, each a part of one cluster."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of one listener; every row that may be picked is of one of them.

    clusters : (n_groups,) the cluster that each is part of
    weights : (n_groups,) int, in what proportion they are wanted; 0 where nothing is picked for one
    assign : returns the group of each of some rows of one cluster: (rows, cluster) -> (k,)
        Only called for clusters that have groups.
    """

    clusters: IntArray
    weights: IntArray
    assign: Callable[[IntArray, int], IntArray]

    def __len__(self) -> int:
        return len(self.clusters)

    def find(self, rows: IntArray, catalogue: Catalogue) -> IntArray:
        """Return the group of each row: (k,)."""
        clusters = catalogue.find_clusters(rows)
        groups = np.empty(len(rows), dtype=np.int64)
        for cluster in np.unique(clusters).tolist():
            groups[clusters == cluster] = self.assign(rows[clusters == cluster], cluster)
        return groups


def build_cluster_groups(clusters: IntArray, weights: IntArray) -> Groups:
    """Build groups that are whole clusters.

    Parameters
    ----------
    clusters : (n_groups,) int
        Which, ascending.
    weights : (n_clusters,) int
        In what proportion the clusters are wanted.
    """
    group_of = {cluster: group for group, cluster in enumerate(clusters.tolist())}
    return Groups(clusters, weights[clusters], lambda rows, cluster: np.full(len(rows), group_of[cluster]))
