"""Training: scale the features, find the clusters, and write all that the server reads."""

import pickle
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sklearn
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from recommender.artefacts import write_build
from recommender.catalogue import TEXT_SEPARATOR
from recommender.dataset import Dataset, genres_beside, read_dataset, read_genres
from recommender.errors import BadDataset
from recommender.features import NAMES
from recommender.keys import find, keys_of, plain, song_title
from recommender.model import Model
from recommender.names import cluster_genres, cluster_names

N_CLUSTERS = 5
SEED = 0
INVENTED_ID = "invented"  # every id of an invented catalogue begins so
YEAR, POPULARITY = NAMES.index("year"), NAMES.index("popularity")

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
    where there is none, the clusters go without genres.

    Raises
    ------
    BadDataset
        If the input cannot be used; `out` is then left as it was.
    """
    dataset = read_dataset(data, allow_bad_rows)
    genres = genres or genres_beside(data)
    genres_of = read_genres(genres) if genres else {}
    scaler, kmeans = fit(dataset.features)
    centres = kmeans.cluster_centers_
    model = Model(scaler.mean_, scaler.scale_, centres, cluster_names(centres), genres=())
    standardised = model.standardise(dataset.features).astype(np.float32)
    clusters = model.nearest_cluster(standardised)

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
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "scikit-learn": sklearn.__version__,
        },
    }
    arrays = catalogue_arrays(dataset, standardised, clusters, len(centres))
    arrays |= {"mean": model.mean, "scale": model.scale, "centres": model.centres}
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


def catalogue_arrays(
    dataset: Dataset,
    standardised: npt.NDArray[np.float32],
    clusters: npt.NDArray[np.int64],
    n_clusters: int,
) -> dict[str, npt.NDArray[Any]]:
    """Lay the songs out as the fields of `Catalogue`, ordered by cluster, then as in the dataset."""
    order = np.argsort(clusters, kind="stable")
    standardised, features = standardised[order], dataset.features[order]
    ids = np.array([dataset.ids[row].encode() for row in order], dtype="S22")
    texts = [TEXT_SEPARATOR.join((dataset.titles[row], *dataset.artists[row])).encode() for row in order]
    titles = [song_title(dataset.titles[row]) for row in order]
    plain_of = {name: plain(name) for names in dataset.artists for name in names}
    artists = [tuple(plain_of[name] for name in dataset.artists[row]) for row in order]
    years = features[:, YEAR].astype(np.int16)

    artist_keys = np.unique(keys_of((name,) for names in artists for name in names))
    version_keys, versions = np.unique(
        keys_of((title, names[0]) for title, names in zip(titles, artists, strict=True)), return_inverse=True
    )
    # Later assignments win: from the least popular to the most, and of equals the first row last.
    by_popularity = np.argsort(features[:, POPULARITY][::-1], kind="stable")
    by_popularity = len(order) - 1 - by_popularity
    version_rows = np.empty(len(version_keys), dtype=np.int32)
    version_rows[versions[by_popularity]] = by_popularity

    credits = [(row, name) for row, names in enumerate(artists) for name in names]
    credit_keys = keys_of((titles[row], str(years[row]), name) for row, name in credits)
    by_key = np.argsort(credit_keys, kind="stable")
    return {
        "standardised": standardised,
        "norms": np.linalg.norm(standardised, axis=1),
        "cluster_starts": np.searchsorted(clusters[order], np.arange(n_clusters + 1)),
        "ids": ids,
        "id_order": np.argsort(ids, kind="stable").astype(np.int32),
        "years": years,
        "texts": np.frombuffer(b"".join(texts), dtype=np.uint8),
        "text_ends": np.cumsum([len(text) for text in texts]),
        "artist_keys": artist_keys,
        "first_artists": find(keys_of((names[0],) for names in artists), artist_keys).astype(np.int32),
        "version_keys": version_keys,
        "versions": versions.astype(np.int32),
        "version_rows": version_rows,
        "credit_keys": credit_keys[by_key],
        "credit_rows": np.array([row for row, _ in credits], dtype=np.int32)[by_key],
    }


def training_table(report: Report, seconds: float) -> str:
    """Give the report as lines for a terminal."""
    n_bad = sum(report.bad.values())
    lines = [f"{report.rows:,} songs kept, {n_bad:,} bad rows left out, {seconds} s"]
    lines += [f"  left out, {reason.replace('_', ' ')}: {count:,}" for reason, count in report.bad.items()]
    clusters = zip(report.cluster_names, report.cluster_sizes, strict=True)
    lines += [f"  {size:>8,}  {name}" for name, size in clusters]
    if not report.has_genres:
        lines.append("No data_w_genres.csv beside the dataset: the tastes go without genres")
    return "\n".join(lines)
