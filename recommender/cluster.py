"""The tastes in a library: which clusters its songs fall into, and the middle of each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.catalogue import Catalogue
from recommender.model import Model

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tastes:
    """The matched songs of a library, by cluster.

    rows : (n_matched,) catalogue rows in library order
    clusters : (n_matched,) the cluster of each
    weights : (n_clusters,) songs per cluster
    means : (n_clusters, 15) mean of each cluster's songs in standardised
        space; zeros where it has none
    """

    rows: IntArray
    clusters: IntArray
    weights: IntArray
    means: npt.NDArray[np.float32]


def tastes_of(rows: IntArray, catalogue: Catalogue, model: Model) -> Tastes:
    """Assign each matched song to its nearest cluster and take each cluster's mean.

    Parameters
    ----------
    rows : (n_matched,) int
        Catalogue rows, >= 0; a row that two saved songs share counts twice.
    """
    songs = catalogue.standardised[rows]
    clusters = model.nearest_cluster(songs)
    weights = np.bincount(clusters, minlength=catalogue.n_clusters)
    sums = np.zeros((catalogue.n_clusters, songs.shape[1]))
    np.add.at(sums, clusters, songs)
    means = sums / np.maximum(weights, 1)[:, np.newaxis]
    return Tastes(rows, clusters, weights, means.astype(np.float32))
