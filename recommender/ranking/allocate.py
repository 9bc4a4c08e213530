"""How many places of the playlist each cluster gets, and in which order they come."""

import numpy as np

from recommender.catalogue.arrays import IntArray


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


def allocate_around(kept: IntArray, weights: IntArray, places: int, capacity: IntArray) -> IntArray:
    """Give each cluster its share of `places`, as `allocate` does, but no less than is kept of it.

    A cluster of which more is kept than its share has just that, unless the
    others cannot hold what is left. Without any weight only the kept have places.

    Parameters
    ----------
    kept : (n_clusters,) int
        Songs of each cluster that stay; at most `places` in all, and in none more than its capacity.
    """
    is_open = weights > 0
    while is_open.any():
        wanted = allocate(np.where(is_open, weights, 0), places - int(kept[~is_open].sum()), capacity)
        is_over = is_open & (kept > wanted)
        if not is_over.any():
            shares = np.where(is_open, wanted, kept)
            return shares + allocate(weights, places - int(shares.sum()), capacity - shares)
        is_open &= ~is_over
    return kept


def _largest_remainder(weights: IntArray, places: int) -> IntArray:
    whole, remainder = np.divmod(weights * places, int(weights.sum()))
    largest = np.argsort(-remainder, kind="stable")
    whole[largest[: places - int(whole.sum())]] += 1
    return whole


def interleave(shares: IntArray) -> IntArray:
    """Give the cluster of each place of the playlist, evenly spread in proportion to the shares.

    After any number of places each cluster has had less than one song more or
    less than its proportion of them: with n clusters at most 1 - 1 / (2n - 2),
    the least that is always possible (Tijdeman, The chairman assignment
    problem, 1980). Of the clusters that may have the next place, it goes to
    the one that is first due; of equals to the lower.

    Returns
    -------
    (shares.sum(),) int
        Cluster numbers; empty where all shares are zero.
    """
    n_places = int(shares.sum())
    share_of: dict[int, int] = {cluster: share for cluster, share in enumerate(shares.tolist()) if share}
    slack = max(2 * len(share_of) - 2, 1)
    given = dict.fromkeys(share_of, 0)

    def due(cluster: int) -> float:
        return (slack * (given[cluster] + 1) - 1) / share_of[cluster]

    clusters = np.empty(n_places, dtype=np.int64)
    for place in range(n_places):
        may_have = [
            cluster
            for cluster, share in share_of.items()
            if slack * ((place + 1) * share - given[cluster] * n_places) >= n_places
        ]
        chosen = min(may_have, key=due)
        clusters[place] = chosen
        given[chosen] += 1
    return clusters
