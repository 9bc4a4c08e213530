"""Training: scale the features, find the clusters, and write the build that the server loads."""

import pickle
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import sklearn
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray
from recommender.catalogue.build import compute_sha256
from recommender.catalogue.catalogue import build_catalogue
from recommender.catalogue.model import Model
from recommender.catalogue.together import list_arrays
from recommender.errors import BadDataset
from recommender.tastes.fit_estimator import fit_estimator
from training import SEED
from training.columns import split_into_blocks
from training.genre_vectors import list_genres
from training.genres import find_genres, read_genres
from training.layout import build_arrays
from training.names import find_typical_genres, name_clusters
from training.passes import call_in_turn
from training.sources import Songs, read_songs
from training.together import Playlists, describe_playlists, read_playlists
from training.write_build import write_build

if TYPE_CHECKING:
    from training.cluster import Cluster

N_CLUSTERS = 5
INVENTED_ID = "invented"  # the beginning of every id of an invented catalogue


@dataclass(frozen=True)
class Report:
    """The outcome of training: the songs and their sources, the clusters, and what else was given.

    playlists : None where none were given
    together_mb : size of what is kept of them
    """

    songs: Songs
    cluster_sizes: tuple[int, ...]
    cluster_names: tuple[str, ...]
    has_genres: bool
    playlists: Playlists | None = None
    together_mb: float = 0.0

    @property
    def rows(self) -> int:
        """The number of songs kept."""
        return len(self.songs.dataset.ids)

    @property
    def bad(self) -> Mapping[str, int]:
        """The number of rows left out, by reason."""
        return self.songs.dataset.bad


def train(
    data: Sequence[Path],
    out: Path,
    genres: Path | None = None,
    allow_bad_rows: bool = False,
    playlists: Sequence[Path] = (),
    mini_batch: bool = False,
    scheduler: str | None = None,
) -> Report:
    """Train on files of songs, one of artists' genres and playlists, and write the build to `out`.

    The kinds of files of songs are listed in `training.kinds`. Without `genres`
    the first data_w_genres.csv beside a file of songs is taken, else the first
    file whose songs have genres; where there is none, clusters and artists have
    no genres. `playlists` are files and folders in any format of
    `formats.registry`; without them nothing stands together.

    Raises
    ------
    BadDataset, FormatError
        If the songs, or the playlists, cannot be used; `out` is then left as it was.
    """
    # With several threads the order of summation, and with it the last digits, vary:
    # one thread takes no longer and builds the same files every time. The cluster comes first:
    # whoever has mistyped its address should not wait until the songs are read.
    with threadpool_limits(1), _connect(scheduler) as cluster:
        songs = read_songs(data, allow_bad_rows)
        genres = genres or find_genres(data)
        genres_by_artist = read_genres(genres) if genres else {}
        if cluster and not mini_batch:
            check_features(songs.dataset.features)
            scaler, kmeans = cluster.fit(songs.dataset.features, N_CLUSTERS)
        else:
            scaler, kmeans = fit(songs.dataset.features, mini_batch=mini_batch)
        centres = kmeans.cluster_centers_
        model = Model(scaler.mean_, scaler.scale_, centres, name_clusters(centres), genres=())
        songs, standardised, starts = _sort_by_cluster(songs, model)
        arrays = build_arrays(songs.dataset, standardised, starts, genres_by_artist)
        catalogue = build_catalogue(arrays)
        estimator = fit_estimator(catalogue)
        call_each = cluster.call_each if cluster else call_in_turn
        read = read_playlists(playlists, catalogue, call_each) if playlists else None
    arrays |= {"mean": model.mean, "scale": model.scale, "centres": model.centres}
    arrays |= {"by_genre": estimator.by_genre, "within_artist": estimator.within_artist}
    together = list_arrays(read.together) if read else {}
    sizes = np.diff(starts)
    facts = {
        **_describe_origin(songs, genres),
        "playlists": {"names": [file.name for file in playlists], **describe_playlists(read)}
        if read
        else None,
        "cluster_sizes": sizes.tolist(),
        "cluster_names": model.names,
        "cluster_genres": find_typical_genres(
            np.repeat(np.arange(len(sizes)), sizes), songs.dataset.artists, genres_by_artist, len(sizes)
        ),
        "genre_names": list_genres(genres_by_artist),
    }
    write_build(
        out,
        arrays | together,
        {"scaling.pkl": pickle.dumps(scaler), "kmeans.pkl": pickle.dumps(kmeans)},
        facts,
    )
    n_bytes = sum(array.nbytes for array in together.values())
    return Report(songs, tuple(sizes.tolist()), model.names, genres is not None, read, n_bytes / 1e6)


@contextmanager
def _connect(scheduler: str | None) -> Iterator["Cluster | None"]:
    if scheduler is None:
        yield None
        return
    # Who needs no cluster does not wait until Dask is loaded.
    from training.cluster import connect

    with connect(scheduler) as cluster:
        yield cluster


def _sort_by_cluster(songs: Songs, model: Model) -> tuple[Songs, FloatArray, IntArray]:
    """Order songs by cluster, then as they were.

    Returns
    -------
    The songs, their (n, 15) standardised features, and where each cluster begins: (n_clusters + 1,).
    """
    features = songs.dataset.features
    standardised = np.empty(features.shape, dtype=np.float32)
    clusters = np.empty(len(features), dtype=np.int64)
    for rows in split_into_blocks(len(features)):
        standardised[rows] = model.standardise(features[rows])
        clusters[rows] = model.find_nearest_cluster(standardised[rows])
    order = np.argsort(clusters, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(clusters, minlength=len(model.centres)))])
    return replace(songs, dataset=songs.dataset.select(order)), standardised[order], starts


def _describe_origin(songs: Songs, genres: Path | None) -> dict[str, Any]:
    """Describe for the manifest what the build was made from, and with which versions."""
    return {
        "dataset": " + ".join(source.name for source in songs.sources),
        **songs.describe(),
        "genres": {"name": genres.name, "sha256": compute_sha256(genres)} if genres else None,
        "rows": len(songs.dataset.ids),
        "bad_rows": songs.dataset.bad,
        "is_invented": any(song_id.startswith(INVENTED_ID) for song_id in songs.dataset.ids),
        "seed": SEED,
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "scikit-learn": sklearn.__version__,
        },
    }


def fit(
    features: DoubleArray, n_clusters: int = N_CLUSTERS, mini_batch: bool = False
) -> tuple[StandardScaler, KMeans | MiniBatchKMeans]:
    """Fit the scaler on (n, 15) features and the clusters on the scaled ones, or on samples of them.

    Raises
    ------
    BadDataset
        If there are fewer different songs than clusters.
    """
    check_features(features, n_clusters)
    scaler = StandardScaler().fit(features)
    kmeans = (
        MiniBatchKMeans(n_clusters=n_clusters, random_state=SEED)
        if mini_batch
        # The scaled features are a copy already.
        else KMeans(n_clusters=n_clusters, init="k-means++", random_state=SEED, copy_x=False)
    )
    return scaler, kmeans.fit(scaler.transform(features))


def check_features(features: DoubleArray, n_clusters: int = N_CLUSTERS) -> None:
    """Raise `BadDataset` if there are fewer different songs than clusters."""
    if _count_different(features, n_clusters) < n_clusters:
        raise BadDataset(f"{n_clusters} clusters need at least {n_clusters} different songs, there are fewer")


def _count_different(features: DoubleArray, enough: int) -> int:
    """Count the different rows until there are enough."""
    different: set[tuple[float, ...]] = set()
    for row in features:
        different.add(tuple(row.tolist()))
        if len(different) >= enough:
            break
    return len(different)


def training_table(report: Report, seconds: float) -> str:
    """Return the report as lines for a terminal."""
    n_bad = sum(report.bad.values())
    lines = [f"{report.rows:,} songs kept, {n_bad:,} bad rows left out, {seconds} s"]
    if len(report.songs.sources) > 1:
        lines += [f"  {one.kept:,} of the {one.rows:,} in {one.name}" for one in report.songs.sources]
    if report.songs.newest_year:
        lines.append(f"  the newest are from {report.songs.newest_year}")
    lines += [
        f"  {what} guessed for {count:,}, as their file does not tell"
        for what, count in report.songs.filled.items()
        if count
    ]
    if report.songs.dataset.repeated:
        lines.append(f"  {report.songs.dataset.repeated:,} rows of songs that came before")
    lines += [f"  left out, {reason.replace('_', ' ')}: {count:,}" for reason, count in report.bad.items()]
    clusters = zip(report.cluster_names, report.cluster_sizes, strict=True)
    lines += [f"  {size:>8,}  {name}" for name, size in clusters]
    if not report.has_genres:
        lines.append(
            "No data_w_genres.csv beside the songs: the tastes go without genres, the picks without"
            " likeness of genre"
        )
    lines.append(_describe_together(report))
    return "\n".join(lines)


def _describe_together(report: Report) -> str:
    if not report.playlists:
        return (
            "No --playlists: the picks go without what stands together in playlists,"
            " which finds most artists new to a listener"
        )
    read = report.playlists
    n_kept = read.together.n_playlists
    return (
        f"{n_kept:,} of {read.n_read:,} playlists kept: {read.n_known:,} of their {read.n_songs:,} songs are"
        f" in the catalogue; {report.together_mb:.1f} MB of what stands together"
    )


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as one JSON object."""
    return {
        "rows": report.rows,
        "bad": report.bad,
        **report.songs.describe(),
        "cluster_sizes": report.cluster_sizes,
        "has_genres": report.has_genres,
        "playlists": report.playlists and describe_playlists(report.playlists),
        "together_mb": round(report.together_mb, 1),
    }
