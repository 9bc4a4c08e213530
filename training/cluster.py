"""The passes over songs and playlists on the workers of a Dask cluster, with the results of the plain way."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from distributed import Client, LocalCluster
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.preprocessing import StandardScaler

from recommender.catalogue.arrays import DoubleArray
from recommender.errors import NoCluster
from training import SEED

P = TypeVar("P")
S = TypeVar("S")
R = TypeVar("R")
# A cluster of processes on this machine, one for each core.
LOCAL = "local"
# So many songs are one part: 6 MB, so that even a hundred thousand are more than one worker's.
PART_SONGS = 50_000
# A scheduler that is there answers at once.
TIMEOUT_S = 10
# As scikit-learn has them by default.
MAX_ITERATIONS, TOLERANCE = 300, 1e-4


@contextmanager
def connect(address: str) -> Iterator["Cluster"]:
    """Connect to the scheduler at an address, or start a cluster of this machine's cores for `LOCAL`.

    Raises
    ------
    NoCluster
        If there is no scheduler, or it has no worker.
    """
    with ExitStack() as opened:
        here = (
            LocalCluster(threads_per_worker=1, dashboard_address="127.0.0.1:0") if address == LOCAL else None
        )
        if here:
            opened.enter_context(here)
        try:
            client = opened.enter_context(Client(here or address, timeout=TIMEOUT_S))
        except (OSError, ValueError) as error:
            raise NoCluster(
                f"no Dask scheduler answers at {address}: check the address, or use {LOCAL}"
            ) from error
        try:
            client.wait_for_workers(1, timeout=TIMEOUT_S)
        except TimeoutError as error:
            raise NoCluster(
                f"the Dask cluster at {address} has no worker: start one, or use {LOCAL}"
            ) from error
        yield Cluster(client)


class Cluster:
    """Workers that a function is called on."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def fit(self, features: DoubleArray, n_clusters: int) -> tuple[StandardScaler, KMeans]:
        """Fit the scaler on (n, 15) features and the clusters on the scaled ones, by scikit-learn's steps.

        Sums are added up part by part, so that the last digits may differ from the plain way.
        """
        return _fit(self, features, n_clusters)

    def hold(self, parts: Iterable[DoubleArray]) -> list[Any]:
        """Send each part to a worker, to stay there as long as what is returned."""
        return [self._client.scatter(part, hash=False) for part in parts]

    def keep_each(self, function: Callable[[P, S], R], held: Sequence[P], shared: S) -> list[Any]:
        """Call a function with each part that is held, and hold the results instead; it does not wait."""
        return self._client.map(function, held, [shared] * len(held), pure=False)

    def call_each(self, function: Callable[[P, S], R], parts: Sequence[P], shared: S) -> Iterable[R]:
        """Call a function with each part, or what is held of it, on whichever worker is free or has it."""
        [everywhere] = self._client.scatter([shared], broadcast=True, hash=False)
        # By place, as the name of what is shared differs between functions.
        calls = self._client.map(function, parts, [everywhere] * len(parts), pure=False)
        results: list[R] = self._client.gather(calls)
        return results


def _fit(cluster: Cluster, features: DoubleArray, n_clusters: int) -> tuple[StandardScaler, KMeans]:
    n_songs = len(features)
    held = cluster.hold(_split(features))
    mean = np.sum(list(cluster.call_each(_add_up, held, None)), axis=0) / n_songs
    variance = np.sum(list(cluster.call_each(_add_up_squares, held, mean)), axis=0) / n_songs
    scaler = _build_scaler(mean, variance, n_songs)
    # The workers scale what they hold, while the first centres are chosen here.
    held = cluster.keep_each(_scale, held, scaler)
    centres, _ = kmeans_plusplus(scaler.transform(features), n_clusters, random_state=SEED)
    tolerance = TOLERANCE * float((variance / scaler.scale_**2).mean())
    labelled: list[bytes] = []
    n_iterations = 0
    while n_iterations < MAX_ITERATIONS:
        n_iterations += 1
        sums, counts, labels = zip(*cluster.call_each(_assign, held, centres), strict=True)
        n_songs_in = np.sum(counts, axis=0)
        if not n_songs_in.all():
            raise NoCluster("a cluster of songs ran empty while it was found: train without --scheduler")
        before, centres = centres, np.sum(sums, axis=0) / n_songs_in[:, np.newaxis]
        if list(labels) == labelled or ((centres - before) ** 2).sum() <= tolerance:
            break
        labelled = list(labels)
    found = list(cluster.call_each(_label, held, centres))
    kmeans = KMeans(n_clusters=n_clusters, init="k-means++", random_state=SEED, copy_x=False)
    kmeans.cluster_centers_, kmeans.n_iter_ = centres, n_iterations
    kmeans.labels_ = np.concatenate([labels for labels, _ in found])
    kmeans.inertia_ = sum(inertia for _, inertia in found)
    kmeans.n_features_in_ = features.shape[1]
    kmeans._n_threads = 1
    return scaler, kmeans


def _split(songs: DoubleArray) -> list[DoubleArray]:
    return [songs[start : start + PART_SONGS] for start in range(0, len(songs), PART_SONGS)]


def _scale(songs: DoubleArray, scaler: StandardScaler) -> DoubleArray:
    return np.asarray(scaler.transform(songs))


def _add_up(songs: DoubleArray, _: None) -> DoubleArray:
    return np.asarray(songs.sum(axis=0))


def _add_up_squares(songs: DoubleArray, mean: DoubleArray) -> DoubleArray:
    return np.asarray(((songs - mean) ** 2).sum(axis=0))


def _build_scaler(mean: DoubleArray, variance: DoubleArray, n_songs: int) -> StandardScaler:
    """Build the scaler that scikit-learn would fit; what is the same for all songs is left as it is."""
    scaler = StandardScaler()
    is_constant = (
        variance
        <= n_songs * np.finfo(np.float64).eps * variance + (n_songs * mean * np.finfo(np.float64).eps) ** 2
    )
    scaler.mean_, scaler.var_ = mean, variance
    scaler.scale_ = np.where(is_constant, 1.0, np.sqrt(variance))
    scaler.n_samples_seen_, scaler.n_features_in_ = n_songs, len(mean)
    return scaler


def _find_nearest(songs: DoubleArray, centres: DoubleArray) -> npt.NDArray[np.int32]:
    # |x - c|² = |x|² - 2xc + |c|², and |x|² is the same for every centre.
    distances = (centres**2).sum(axis=1) - 2 * songs @ centres.T
    return np.asarray(distances.argmin(axis=1), dtype=np.int32)


def _assign(songs: DoubleArray, centres: DoubleArray) -> tuple[DoubleArray, DoubleArray, bytes]:
    """Return the sum and number of the songs nearest to each centre, and a digest of which these are."""
    labels = _find_nearest(songs, centres)
    sums = [np.bincount(labels, column, len(centres)) for column in songs.T]
    counts = np.bincount(labels, minlength=len(centres)).astype(np.float64)
    return np.stack(sums, axis=1), counts, blake2b(labels.tobytes()).digest()


def _label(songs: DoubleArray, centres: DoubleArray) -> tuple[npt.NDArray[np.int32], float]:
    labels = _find_nearest(songs, centres)
    return labels, float(((songs - centres[labels]) ** 2).sum())
