"""The share of each cluster in the places of the playlist, and the turns in which these are filled.

Places are of two kinds, too: for songs by known artists (0) and by new ones (1).
"""

import numpy as np

from recommender.catalogue.arrays import IntArray


def allocate(weights: IntArray, places: int, capacity: IntArray) -> IntArray:
    """Allocate `places` among the clusters in proportion to their weights.

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
        raise ValueError("cannot allocate places among clusters that are all empty")
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


def allocate_with_pinned(weights: IntArray, places: int, capacity: IntArray, n_pinned: IntArray) -> IntArray:
    """Allocate `places` among the clusters as `allocate` does, but no less than is pinned in each.

    A cluster with more pinned songs than its share gets places for just these,
    unless the others cannot hold what is left. Without any weight only pinned
    songs get places.

    Parameters
    ----------
    n_pinned : (n_clusters,) int
        Pinned songs of each cluster; at most `places` in all, and in none more than its capacity.
    """
    is_open = weights > 0
    while is_open.any():
        n_left = places - int(n_pinned[~is_open].sum())
        wanted = allocate(np.where(is_open, weights, 0), n_left, capacity)
        is_over = is_open & (n_pinned > wanted)
        if not is_over.any():
            shares = np.where(is_open, wanted, n_pinned)
            return shares + allocate(weights, places - int(shares.sum()), capacity - shares)
        is_open &= ~is_over
    return n_pinned


def allocate_kinds(shares: IntArray, n_new: int, capacity: IntArray, n_pinned: IntArray) -> IntArray:
    """Split the share of each cluster between songs by known artists and by new ones.

    The `n_new` places for new artists are allocated in proportion to the shares, by largest
    remainder. A cluster that has too few candidates of one kind swaps places with others;
    only where that is not enough, one kind gives way to the other.

    Parameters
    ----------
    shares : (n_clusters,) int
        Places of each cluster, at most its capacity and no less than is pinned.
    n_new : int
        How many of the places are wished for new artists.
    capacity, n_pinned : (n_clusters, 2) int
        Songs that can be picked, and those that are pinned: by known artists, by new ones.

    Returns
    -------
    (n_clusters, 2) int
        Places of each kind.
    """
    fewest = np.maximum(n_pinned[:, 1], shares - capacity[:, 0])
    most = np.minimum(capacity[:, 1], shares - n_pinned[:, 0])
    n_possible = min(max(n_new, int(fewest.sum())), int(most.sum()))
    new = allocate_with_pinned(shares, n_possible, most, fewest)
    return np.stack([shares - new, new], axis=1)


def _largest_remainder(weights: IntArray, places: int) -> IntArray:
    whole, remainder = np.divmod(weights * places, int(weights.sum()))
    largest = np.argsort(-remainder, kind="stable")
    whole[largest[: places - int(whole.sum())]] += 1
    return whole


def interleave_kinds(shares: IntArray) -> IntArray:
    """Return whose turn it is to pick, place by place, as numbers 2 * cluster + kind.

    The two kinds are spread evenly over the places, and the clusters over the places
    of each kind.

    Parameters
    ----------
    shares : (n_clusters, 2) int
        Places of each cluster for known artists and for new ones.
    """
    kinds = interleave(shares.sum(axis=0))
    cells = np.empty(len(kinds), dtype=np.int64)
    for kind in (0, 1):
        cells[kinds == kind] = 2 * interleave(shares[:, kind]) + kind
    return cells


def interleave(shares: IntArray) -> IntArray:
    """Return the cluster of each place, evenly spread in proportion to the shares.

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
    wanted: dict[int, int] = {cluster: share for cluster, share in enumerate(shares.tolist()) if share}
    slack = max(2 * len(wanted) - 2, 1)
    given = dict.fromkeys(wanted, 0)

    def due(cluster: int) -> float:
        return (slack * (given[cluster] + 1) - 1) / wanted[cluster]

    clusters = np.empty(n_places, dtype=np.int64)
    for place in range(n_places):
        may_have = [
            cluster
            for cluster, share in wanted.items()
            if slack * ((place + 1) * share - given[cluster] * n_places) >= n_places
        ]
        chosen = min(may_have, key=due)
        clusters[place] = chosen
        given[chosen] += 1
    return clusters
