"""Words for clusters: what their centres sound like, which genres and years are typical of them."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.catalogue.features import NAMES

# Feature -> what a song with little and with much of it is like. The key, the
# mode and the length of a song say little to a listener.
WORDS = {
    "valence": ("dark", "cheerful"),
    "year": ("older", "recent"),
    "acousticness": ("electric", "acoustic"),
    "popularity": ("little known", "well known"),
    "danceability": ("free-flowing", "danceable"),
    "energy": ("calm", "energetic"),
    "explicit": ("clean", "explicit"),
    "instrumentalness": ("sung", "instrumental"),
    "liveness": ("studio", "live"),
    "loudness": ("quiet", "loud"),
    "speechiness": ("melodic", "spoken"),
    "tempo": ("slow", "fast"),
}
N_WORDS = 3
TYPICAL_GENRES = 3
# A genre must cover this share of a cluster's songs to be called typical of it.
MIN_SHARE = 0.01
# Where fewer of a cluster's songs have a known genre, the few speak for no one else.
MIN_KNOWN = 0.2


def cluster_names(centres: DoubleArray) -> tuple[str, ...]:
    """Name each of (n_clusters, 15) centres by its three strongest features.

    Strongest is furthest from the mean of all songs in standard deviations.
    Clusters that would share a name get one more word each until they differ,
    as far as there are words.
    """
    said = [place for place, name in enumerate(NAMES) if name in WORDS]
    strongest = [sorted(said, key=lambda place: -abs(centre[place])) for centre in centres]
    phrases = [
        [WORDS[NAMES[place]][int(centre[place] > 0)] for place in places]
        for centre, places in zip(centres, strongest, strict=True)
    ]
    n_words = N_WORDS
    while n_words < len(said) and len({tuple(phrase[:n_words]) for phrase in phrases}) < len(phrases):
        n_words += 1
    return tuple(", ".join(phrase[:n_words]).capitalize() for phrase in phrases)


def cluster_genres(
    clusters: IntArray,
    artists: Sequence[tuple[str, ...]],
    genres_by_artist: Mapping[str, tuple[str, ...]],
    n_clusters: int,
) -> tuple[tuple[str, ...], ...]:
    """Give the genres most typical of each cluster, most typical first.

    None where fewer than a fifth of the cluster's songs have a known genre.
    Typical is a genre by how many times more often the cluster's first
    artists have it than all songs' do, times its share of the cluster, so that
    neither rare nor everyday genres win by themselves.
    """
    counts = [Counter[str]() for _ in range(n_clusters)]
    n_known = [0] * n_clusters
    for cluster, names in zip(clusters.tolist(), artists, strict=True):
        genres = genres_by_artist.get(names[0], ())
        counts[cluster].update(genres)
        n_known[cluster] += bool(genres)
    everywhere = sum(counts, Counter[str]())
    sizes = np.bincount(clusters, minlength=n_clusters).tolist()
    return tuple(
        _typical(of_cluster, size, everywhere, len(clusters)) if known >= MIN_KNOWN * size else ()
        for of_cluster, size, known in zip(counts, sizes, n_known, strict=True)
    )


def cluster_decades(years: npt.NDArray[np.int16], starts: IntArray) -> tuple[str, ...]:
    """Say of each cluster when the middle half of its songs was made: "1970s" or "1950s–1970s".

    Parameters
    ----------
    years : (n,) int, by cluster
    starts : (n_clusters + 1,) first place of each cluster, then n
        A cluster without songs has the empty text.
    """
    return tuple(map(_decades, np.split(years, starts[1:-1])))


def _decades(years: npt.NDArray[np.int16]) -> str:
    if not len(years):
        return ""
    first, last = (int(year) // 10 * 10 for year in np.quantile(years, (0.25, 0.75), method="nearest"))
    return f"{first}s" if first == last else f"{first}s–{last}s"


def _typical(of_cluster: Counter[str], size: int, everywhere: Counter[str], n_songs: int) -> tuple[str, ...]:
    typicality = {
        genre: (count / size) * (count / size) / (everywhere[genre] / n_songs)
        for genre, count in of_cluster.items()
        if count >= MIN_SHARE * size
    }
    return tuple(sorted(typicality, key=lambda genre: (-typicality[genre], genre))[:TYPICAL_GENRES])
