"""Words for clusters: what their centres sound like, and which genres are typical of them."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.catalogue.features import FEATURE_WORDS, NAMES

MIN_WORDS = 3
MAX_TYPICAL_GENRES = 3
# A genre must cover this share of a cluster's songs to be typical of it.
MIN_SHARE = 0.01
# With genres known for a smaller share of a cluster's songs, these few do not speak for the rest.
MIN_KNOWN_SHARE = 0.2


def name_clusters(centres: DoubleArray) -> tuple[str, ...]:
    """Name each of (n_clusters, 15) centres by its three strongest features.

    The strongest are furthest from the mean of all songs in standard deviations.
    Clusters that would share a name get one more word each until they differ,
    as far as there are words.
    """
    named = [place for place, name in enumerate(NAMES) if name in FEATURE_WORDS]
    strongest = [sorted(named, key=lambda place: -abs(centre[place])) for centre in centres]
    words = [
        [FEATURE_WORDS[NAMES[place]][int(centre[place] > 0)] for place in places]
        for centre, places in zip(centres, strongest, strict=True)
    ]
    n_words = MIN_WORDS
    while n_words < len(named) and len({tuple(each[:n_words]) for each in words}) < len(words):
        n_words += 1
    return tuple(", ".join(each[:n_words]).capitalize() for each in words)


def find_typical_genres(
    clusters: IntArray,
    artists: Sequence[tuple[str, ...]],
    genres_by_artist: Mapping[str, tuple[str, ...]],
    n_clusters: int,
) -> tuple[tuple[str, ...], ...]:
    """Find the genres most typical of each cluster, most typical first.

    None where fewer than a fifth of the cluster's songs have a known genre.
    The score of a genre is its lift, how many times more often the first
    artists of the cluster have it than those of all songs, times its share of
    the cluster, so that neither rare nor everyday genres win by themselves.

    Parameters
    ----------
    clusters : (n,) int
    artists : n tuples of names, first artist first
    """
    counts = [Counter[str]() for _ in range(n_clusters)]
    n_known = [0] * n_clusters
    for cluster, names in zip(clusters.tolist(), artists, strict=True):
        genres = genres_by_artist.get(names[0], ())
        counts[cluster].update(genres)
        n_known[cluster] += bool(genres)
    overall = sum(counts, Counter[str]())
    sizes = np.bincount(clusters, minlength=n_clusters).tolist()
    return tuple(
        _select_typical(of_cluster, size, overall, len(clusters)) if known >= MIN_KNOWN_SHARE * size else ()
        for of_cluster, size, known in zip(counts, sizes, n_known, strict=True)
    )


def _select_typical(counts: Counter[str], size: int, overall: Counter[str], n_songs: int) -> tuple[str, ...]:
    scores = {
        genre: (count / size) * (count / size) / (overall[genre] / n_songs)
        for genre, count in counts.items()
        if count >= MIN_SHARE * size
    }
    return tuple(sorted(scores, key=lambda genre: (-scores[genre], genre))[:MAX_TYPICAL_GENRES])
