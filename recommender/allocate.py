"""How many places of the playlist each cluster gets, and in which order they come."""

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


def allocate(weights: IntArray, places: int, capacity: IntArray) -> IntArray:
    """Give each cluster its share of `places`, in proportion to its weight.

    Rounded by largest remainder, so shares sum to `places`; equal remainders
    go to the lower cluster, which keeps the result reproducible. A cluster
    never gets more than its capacity: what it cannot take is shared among the
    others by the same rule. Only where the weighted clusters together cannot
    hold `places` do the shares sum to less.

    Parameters
    ----------
    weights : (n_clusters,) int
        Library songs per cluster; a cluster without any gets no place.
    places : int
        Playlist length in songs, >= 0.
    capacity : (n_clusters,) int
        Songs that can be picked from each cluster, >= 0.

    Raises
    ------
    ValueError
        If every weight is zero.
    """
    if not weights.any():
        raise ValueError("cannot share places among clusters that are all empty")
    shares = np.zeros_like(weights)
    is_open = (weights > 0) & (capacity > 0)
    while is_open.any():
        left = places - int(shares.sum())
        wanted = _largest_remainder(np.where(is_open, weights, 0), left)
        is_full = is_open & (wanted >= capacity)
        if not (is_open & (wanted > capacity)).any():
            return shares + wanted
        shares = np.where(is_full, capacity, shares)
        is_open &= ~is_full
    return shares


def _largest_remainder(weights: IntArray, places: int) -> IntArray:
    whole, remainder = np.divmod(weights * places, int(weights.sum()))
    largest = np.argsort(-remainder, kind="stable")
    whole[largest[: places - int(whole.sum())]] += 1
    return whole


def interleave(shares: IntArray) -> IntArray:
    """Give the cluster of each place of the playlist, evenly spread in proportion to the shares.

    The k-th of a cluster's s songs stands at (k + 1/2) / s of the way; where
    two meet, the cluster with the larger share goes first, then the lower.

    Returns
    -------
    (shares.sum(),) int
        Cluster numbers; empty where all shares are zero.
    """
    clusters = np.repeat(np.arange(len(shares)), shares)
    nth = np.concatenate([np.arange(share) for share in shares])
    position = (nth + 0.5) / shares[clusters]
    return clusters[np.lexsort((clusters, -shares[clusters], position))]
