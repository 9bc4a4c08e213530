"""The tastes of one listener: groups of the saved songs by sound and genre, all songs of an artist in one.

The model's clusters are the same for everybody and tear artists apart. So the
artists are grouped, not the songs: each is a point, the mean sound of the
listener's songs by that artist beside the artist's genres.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import NAMES

# What sets tastes apart, and what a standard deviation of it weighs beside the distance of 1
# between artists of unrelated genres.
SOUND = {
    "valence": 0.15,
    "acousticness": 0.15,
    "danceability": 0.15,
    "energy": 0.15,
    "instrumentalness": 0.15,
    "loudness": 0.15,
    "speechiness": 0.15,
    "year": 0.2,
    "explicit": 0.075,
}
COLUMNS = [NAMES.index(name) for name in SOUND]
WEIGHTS = np.array(list(SOUND.values()), dtype=np.float32)
# Single songs lie further out, those of an export's year 1000 for example.
MAX_DEVIATION = 3.0
# Artists who are grouped, those of most songs; the others join the nearest group.
MAX_ARTISTS = 1000
N_GROUPS = 24
MAX_ROUNDS = 10
MIN_TASTES, MAX_TASTES = 3, 8
# A smaller taste would get a place or two of fifty.
MIN_SHARE = 0.03
MIN_SONGS = 4
# Measured (docs/quality.md): of two groups that are one by less than this part of what is between
# all artists, another half of the artists does not tell apart.
MIN_GAIN = 0.05


@dataclass(frozen=True, eq=False)
class OwnTastes:
    """The tastes of one listener, that of most songs first.

    members : (n_known,) the taste of each song with known features, in library order
    counts : (n_clusters, n_tastes) songs of each cluster and taste
    medoids : (n_tastes,) the song, a place in `members`, that is nearest to the middle of each
    middles : (n_tastes, 9 + d) float32, the mean sound of each, weighted, and the direction of its genres
    by_artist : (m,) int8, the taste of each artist of the catalogue, -1 where nothing is saved
    """

    members: IntArray
    counts: IntArray
    medoids: IntArray
    middles: FloatArray
    by_artist: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.medoids)

    @property
    def sizes(self) -> IntArray:
        """The songs of each taste: (n_tastes,)."""
        sizes: IntArray = self.counts.sum(axis=0)
        return sizes

    def assign(self, rows: IntArray, catalogue: Catalogue) -> IntArray:
        """Return the taste of each catalogue row: that of its first artist, else the nearest (n,)."""
        artists = catalogue.first_artists[rows].astype(np.int64)
        tastes = self.by_artist.take(artists).astype(np.int64)
        others = np.flatnonzero(tastes < 0)
        if not len(others):
            return tastes
        sounds = _weigh_sounds(catalogue.standardised[rows[others]])
        genres = catalogue.embed(artists[others])
        points = np.concatenate([sounds, genres], axis=1)
        tastes[others] = _rate_nearness(points, self.middles).argmax(axis=1)
        return tastes

    def assign_all(self, catalogue: Catalogue) -> npt.NDArray[np.int8]:
        """Return the taste of each row of the catalogue, as `assign` does: (n,)."""
        by_genre = np.zeros((len(self.by_artist), len(self)), dtype=np.float32)
        vectors = catalogue.genre_vectors[: len(catalogue.genre_artists)]
        by_genre[catalogue.genre_artists] = vectors @ self.middles[:, len(COLUMNS) :].T
        nearness = _rate_nearness(_weigh_sounds(catalogue.standardised), self.middles[:, : len(COLUMNS)])
        nearness += by_genre[catalogue.first_artists]
        of_artists = self.by_artist.take(catalogue.first_artists)
        return np.where(of_artists >= 0, of_artists, nearness.argmax(axis=1).astype(np.int8))

    def measure_distances(self, vectors: FloatArray, artists: IntArray, catalogue: Catalogue) -> FloatArray:
        """Return how far each song is from the middle of its taste: (n_known,); the medoids are nearest.

        Parameters
        ----------
        vectors, artists : those that the tastes were found for
        """
        points = _build_points(vectors, artists, catalogue)
        return _measure_distances(points, self.members, self.middles)


def compute_shares(weights: DoubleArray) -> DoubleArray:
    """Compute the share of each taste in each cluster: (n_clusters, n_tastes), zeros for an empty one.

    Parameters
    ----------
    weights : (n_clusters, n_tastes) float
        What the songs of each cluster and taste weigh.
    """
    totals = weights.sum(axis=1, keepdims=True)
    shares: DoubleArray = weights / np.where(totals > 0, totals, 1)
    return shares


def find_own_tastes(
    vectors: FloatArray,
    artists: IntArray,
    clusters: IntArray,
    catalogue: Catalogue,
    n_tastes: int | None = None,
) -> OwnTastes:
    """Group the listener's artists: k-means for many small groups, then Ward's method for few.

    Groups are merged, the two that are least apart first, down to `MAX_TASTES`,
    and further as long as the two differ by less than `MIN_GAIN` and there are
    more than `MIN_TASTES`. One of less than `MIN_SHARE` or `MIN_SONGS` songs
    always merges with that which it is least apart from. So there are three to
    eight tastes, fewer only for a few songs or artists. Equal input gives equal
    tastes.

    Parameters
    ----------
    vectors : (n_known, 15) float32
        Standardised features of the songs that have any; at least one song.
    artists : (n_known,) int
        The first artist of each, a place in `Catalogue.artist_keys`, or -1: such
        a song joins the nearest taste by sound.
    clusters : (n_known,) int
        The model's cluster of each.
    n_tastes : int
        The number of tastes, if there are as many groups that are large enough;
        None for as many as differ.
    """
    has_artist = artists >= 0
    own, numbers, n_songs = np.unique(artists[has_artist], return_inverse=True, return_counts=True)
    points = _build_points(vectors, artists, catalogue)
    if not len(own):
        return _describe(np.zeros(len(vectors), dtype=np.int64), points, clusters, own, own, catalogue)
    sounds = points[has_artist, : len(COLUMNS)]
    genres = catalogue.embed(own)
    means = np.concatenate([_average(sounds, numbers, n_songs), genres], axis=1)
    grouped = np.argsort(-n_songs, kind="stable")[:MAX_ARTISTS]
    labels = _group(means[grouped], n_songs[grouped], n_tastes)
    weights = np.sqrt(n_songs[grouped]).astype(np.float32)
    middles = _find_middles(_add_up(means[grouped], weights, labels, int(labels.max()) + 1))
    tastes = _rate_nearness(means, middles).argmax(axis=1)
    tastes[grouped] = labels
    members = np.empty(len(vectors), dtype=np.int64)
    members[has_artist] = tastes[numbers]
    members[~has_artist] = _rate_nearness(points[~has_artist], middles).argmax(axis=1)
    by_size = np.argsort(-np.bincount(members), kind="stable")
    places = np.argsort(by_size)
    return _describe(places[members], points, clusters, own, places[tastes], catalogue)


def _describe(
    members: IntArray,
    points: FloatArray,
    clusters: IntArray,
    own: IntArray,
    tastes: IntArray,
    catalogue: Catalogue,
) -> OwnTastes:
    """Count and measure the tastes whose members are known; `tastes` are those of the artists `own`."""
    n_tastes = int(members.max()) + 1
    counts = np.zeros((catalogue.n_clusters, n_tastes), dtype=np.int64)
    np.add.at(counts, (clusters, members), 1)
    middles = _find_middles(_add_up(points, np.ones(len(points), dtype=np.float32), members, n_tastes))
    # Within a taste the nearest to the middle is the one of which all others are least far in the mean.
    distances = _measure_distances(points, members, middles)
    medoids = [np.where(members == taste, distances, np.inf).argmin() for taste in range(n_tastes)]
    by_artist = np.full(len(catalogue.artist_keys), -1, dtype=np.int8)
    by_artist[own] = tastes
    return OwnTastes(members, counts, np.array(medoids), middles, by_artist)


def _build_points(vectors: FloatArray, artists: IntArray, catalogue: Catalogue) -> FloatArray:
    """Build the (n, 9 + d) sounds and genres of songs, zeros for the genres of unknown artists."""
    genres = np.zeros((len(vectors), catalogue.genre_vectors.shape[1]), dtype=np.float32)
    genres[artists >= 0] = catalogue.embed(artists[artists >= 0])
    return np.concatenate([_weigh_sounds(vectors), genres], axis=1)


def _weigh_sounds(vectors: FloatArray) -> FloatArray:
    """Return what of each song's features sets tastes apart, weighted: (n, 9)."""
    sounds: FloatArray = np.clip(vectors[:, COLUMNS], -MAX_DEVIATION, MAX_DEVIATION) * WEIGHTS
    return sounds


def _average(points: FloatArray, numbers: IntArray, counts: IntArray) -> FloatArray:
    """Return the mean of the points of each of n numbers, which occur `counts` times: (n, d)."""
    order = np.argsort(numbers, kind="stable")
    sums: FloatArray = np.add.reduceat(points[order], np.cumsum(counts) - counts, axis=0)
    means: FloatArray = (sums / counts[:, np.newaxis]).astype(np.float32)
    return means


def _group(means: FloatArray, n_songs: IntArray, n_tastes: int | None) -> IntArray:
    """Return the taste of each artist: (n_artists,) from 0; see `find_own_tastes`.

    An artist weighs as the root of the number of songs: an artist of a hundred
    songs is no taste by itself, and forty artists of one song each can be.
    """
    fewest, most = (n_tastes, n_tastes) if n_tastes else (MIN_TASTES, MAX_TASTES)
    weights = np.sqrt(n_songs).astype(np.float32)
    spread = _measure_spread(means, weights)
    labels = _find_groups(means, weights)
    places = np.arange(int(labels.max()) + 1)
    groups = _add_up(means, weights, labels, len(places))
    sizes = np.bincount(labels, n_songs)
    minimum = max(MIN_SONGS, MIN_SHARE * n_songs.sum())
    while len(sizes) > 1:
        distances, growth = _compare_groups(groups)
        kept, gone = sorted(np.unravel_index(growth.argmin(), growth.shape))
        if sizes.min() < minimum:
            smallest = sizes.argmin()
            kept, gone = sorted((smallest, distances[smallest].argmin()))
        elif len(sizes) <= fewest or (len(sizes) <= most and growth[kept, gone] > MIN_GAIN * spread):
            break
        places[places == gone] = kept
        places[places > gone] -= 1
        for numbers in (groups, sizes):
            numbers[kept] += numbers[gone]
        is_left = np.arange(len(sizes)) != gone
        groups, sizes = groups[is_left], sizes[is_left]
    return places[labels]


def _measure_spread(means: FloatArray, weights: FloatArray) -> float:
    """Return the weighted sum of the distances to the middle of all."""
    middle = _find_middles(_add_up(means, weights, np.zeros(len(means), dtype=np.int64), 1))
    return float(weights @ (_measure_lengths(means) - _rate_nearness(means, middle)[:, 0]))


def _find_groups(means: FloatArray, weights: FloatArray) -> IntArray:
    """Return the group of each of some artists by k-means, at most `N_GROUPS`, numbered from 0.

    It starts at the artist of most songs, then each time at the one that is, weighted, furthest from
    those before, so that nothing is left to chance.
    """
    lengths = _measure_lengths(means)
    seeds = [int(weights.argmax())]
    distances = np.full(len(means), np.inf, dtype=np.float32)
    for _ in range(min(N_GROUPS, len(means)) - 1):
        distances = np.minimum(distances, lengths - _rate_nearness(means, means[seeds[-1:]])[:, 0])
        seeds.append(int((distances * weights).argmax()))
    labels = _rate_nearness(means, means[seeds]).argmax(axis=1)
    for _ in range(MAX_ROUNDS):
        before = labels
        middles = _find_middles(_add_up(means, weights, labels, len(seeds)))
        labels = _rate_nearness(means, middles).argmax(axis=1)
        if np.array_equal(labels, before):
            break
    return np.unique(labels, return_inverse=True)[1]


def _add_up(points: FloatArray, weights: FloatArray, labels: IntArray, n: int) -> FloatArray:
    """Return the weighted sum of the points of each of n groups and, last, its weight: (n, d + 1)."""
    table = np.zeros((n, len(points)), dtype=np.float32)
    table[labels, np.arange(len(points))] = weights
    return np.concatenate([table @ points, table.sum(axis=1, keepdims=True)], axis=1)


def _find_middles(groups: FloatArray) -> FloatArray:
    """Return the mean sound of each group and the direction of its genres, zeros for an empty one."""
    tiny = np.finfo(np.float32).tiny
    sounds, genres, totals = groups[:, : len(COLUMNS)], groups[:, len(COLUMNS) : -1], groups[:, -1:]
    lengths = np.sqrt((genres**2).sum(axis=1, keepdims=True))
    return np.concatenate([sounds / np.maximum(totals, tiny), genres / np.maximum(lengths, tiny)], axis=1)


def _rate_nearness(points: FloatArray, middles: FloatArray) -> FloatArray:
    """Rate how near each point is to each middle: (n, n_middles), the more the nearer.

    The distance is that of the sounds, squared, and 1 less the cosine of the
    genres; what is the same for all middles is left out.
    """
    sounds = middles[:, : len(COLUMNS)]
    factors = np.concatenate([2 * sounds, middles[:, len(COLUMNS) :]], axis=1)
    nearness: FloatArray = points @ factors.T - (sounds**2).sum(axis=1)
    return nearness


def _measure_distances(points: FloatArray, members: IntArray, middles: FloatArray) -> FloatArray:
    """Return how far each point is from the middle of its own taste: (n,)."""
    nearness = _rate_nearness(points, middles)[np.arange(len(members)), members]
    distances: FloatArray = _measure_lengths(points) - nearness
    return distances


def _measure_lengths(points: FloatArray) -> FloatArray:
    """Return what nearness leaves out: the distance of each point is this less its nearness (n,)."""
    has_genres = points[:, len(COLUMNS) :].any(axis=1)
    lengths: FloatArray = (points[:, : len(COLUMNS)] ** 2).sum(axis=1) + has_genres
    return lengths


def _compare_groups(groups: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the distance of any two of n groups, and what the spread grows by if they become one.

    Both are (n, n), and infinite for a group and itself. The second is the
    criterion of Ward (Hierarchical grouping to optimize an objective function, 1963).
    """
    middles = _find_middles(groups)
    lengths = _measure_lengths(middles)
    has_genres = np.asarray(middles[:, len(COLUMNS) :].any(axis=1))
    # Groups are not apart by genre where those of one are unknown.
    distances = lengths[:, np.newaxis] - _rate_nearness(middles, middles)
    distances -= has_genres[:, np.newaxis] & ~has_genres
    totals = groups[:, -1]
    shared = totals[:, np.newaxis] * totals / (totals[:, np.newaxis] + totals)
    np.fill_diagonal(distances, np.inf)
    return distances, shared * distances
