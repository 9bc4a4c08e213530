"""The order of rank of a mix: the best first, but every cluster and both kinds of artists in fair turns."""

from collections.abc import Sequence

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray

# So many songs a cluster may be ahead of or behind its proportion. Ordered by score alone the first ten
# songs may be of one cluster; held to less than one song they find 2 % less than so (NDCG@50).
MAX_LEAD = 2


def order_best_first(clusters: IntArray, is_new: BoolArray, scores: FloatArray, rows: IntArray) -> IntArray:
    """Order n picks: the places of the two kinds are spread evenly, each kind has its best songs first.

    In any k successive places the songs by new artists are as many as their proportion,
    less than one song more or less. Of each kind a song with a higher score comes first, unless its
    cluster has been ahead of its proportion of that kind by `MAX_LEAD` songs, or another
    is behind by as many. Equal scores go to the lower row.

    Returns
    -------
    (n,) int
        The places of the picks, best first.
    """
    n_picks = len(clusters)
    order = np.empty(n_picks, dtype=np.int64)
    is_new_place = np.diff(np.arange(n_picks + 1) * np.count_nonzero(is_new) // max(n_picks, 1)) > 0
    for kind in (False, True):
        places = np.flatnonzero(is_new == kind)
        best_first = places[np.lexsort((rows[places], -scores[places]))]
        turns = _take_turns(clusters[best_first].tolist())
        order[is_new_place == kind] = best_first[turns]
    return order


def _take_turns(clusters: Sequence[int]) -> list[int]:
    """Return the places of clusters, which come best first, as their turns come."""
    waiting: dict[int, list[int]] = {}
    for place, cluster in reversed(list(enumerate(clusters))):
        waiting.setdefault(cluster, []).append(place)
    shares = {cluster: len(places) / len(clusters) for cluster, places in waiting.items()}
    taken = dict.fromkeys(waiting, 0)
    turns: list[int] = []
    while waiting:
        due = {cluster: (len(turns) + 1) * shares[cluster] - taken[cluster] for cluster in waiting}
        behind = max(due, key=lambda cluster: (due[cluster], -cluster))
        allowed = [cluster for cluster in waiting if due[cluster] > 1 - MAX_LEAD]
        best = min(allowed, key=lambda cluster: waiting[cluster][-1])
        chosen = behind if due[behind] >= MAX_LEAD else best
        turns.append(waiting[chosen].pop())
        taken[chosen] += 1
        if not waiting[chosen]:
            del waiting[chosen]
    return turns
