"""Training: scale the features, find the clusters, and write all that the server reads."""

import pickle
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import sklearn
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from recommender.artefacts import write_build
from recommender.dataset import genres_beside, read_dataset, read_genres
from recommender.errors import BadDataset
from recommender.model import Model
from recommender.names import cluster_genres, cluster_names
from recommender.training import SEED
from recommender.training.genre_vectors import genre_names
from recommender.training.layout import catalogue_arrays

N_CLUSTERS = 5
INVENTED_ID = "invented"  # every id of an invented catalogue begins so

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Report:
    """What training did: songs kept, bad rows by reason, the clusters, and whether they have genres."""

    rows: int
    bad: Mapping[str, int]
    cluster_sizes: tuple[int, ...]
    cluster_names: tuple[str, ...]
    has_genres: bool


def train(data: Path, out: Path, genres: Path | None = None, allow_bad_rows: bool = False) -> Report:
    """Build `out` from a dataset in the Kaggle schema and a file of artists' genres.

    Without `genres` the file data_w_genres.csv beside the dataset is taken;
    where there is none, clusters and artists go without genres.

    Raises
    ------
    BadDataset
        If the input cannot be used; `out` is then left as it was.
    """
    dataset = read_dataset(data, allow_bad_rows)
    genres = genres or genres_beside(data)
    genres_of = read_genres(genres) if genres else {}
    # Several threads add up in whichever order they end, and the last digits
    # with them: one thread takes no longer, and builds the same files every time.
    with threadpool_limits(1):
        scaler, kmeans = fit(dataset.features)
        centres = kmeans.cluster_centers_
        model = Model(scaler.mean_, scaler.scale_, centres, cluster_names(centres), genres=())
        standardised = model.standardise(dataset.features).astype(np.float32)
        clusters = model.nearest_cluster(standardised)
        arrays = catalogue_arrays(dataset, standardised, clusters, len(centres), genres_of)
    arrays |= {"mean": model.mean, "scale": model.scale, "centres": model.centres}

    sizes = np.bincount(clusters, minlength=len(centres))
    facts = {
        "dataset": data.name,
        "rows": len(dataset.ids),
        "bad_rows": dataset.bad,
        "is_invented": any(song_id.startswith(INVENTED_ID) for song_id in dataset.ids),
        "seed": SEED,
        "cluster_sizes": sizes.tolist(),
        "cluster_names": model.names,
        "cluster_genres": cluster_genres(clusters, dataset.artists, genres_of, len(centres)),
        "genre_names": genre_names(genres_of),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "scikit-learn": sklearn.__version__,
        },
    }
    write_build(out, arrays, {"scaling.pkl": pickle.dumps(scaler), "kmeans.pkl": pickle.dumps(kmeans)}, facts)
    return Report(len(dataset.ids), dataset.bad, tuple(sizes.tolist()), model.names, genres is not None)


def fit(features: FloatArray, n_clusters: int = N_CLUSTERS) -> tuple[StandardScaler, KMeans]:
    """Fit the scaler on (n, 15) features and the clusters on the scaled ones.

    Raises
    ------
    BadDataset
        If there are fewer different songs than clusters.
    """
    if len(np.unique(features, axis=0)) < n_clusters:
        raise BadDataset(f"{n_clusters} clusters need at least {n_clusters} different songs, there are fewer")
    scaler = StandardScaler().fit(features)
    kmeans = KMeans(n_clusters=n_clusters, init="k-means++", random_state=SEED)
    return scaler, kmeans.fit(scaler.transform(features))


def training_table(report: Report, seconds: float) -> str:
    """Give the report as lines for a terminal."""
    n_bad = sum(report.bad.values())
    lines = [f"{report.rows:,} songs kept, {n_bad:,} bad rows left out, {seconds} s"]
    lines += [f"  left out, {reason.replace('_', ' ')}: {count:,}" for reason, count in report.bad.items()]
    clusters = zip(report.cluster_names, report.cluster_sizes, strict=True)
    lines += [f"  {size:>8,}  {name}" for name, size in clusters]
    if not report.has_genres:
        lines.append(
            "No data_w_genres.csv beside the dataset: the tastes go without genres, the picks without"
            " likeness of genre"
        )
    return "\n".join(lines)
