"""Small catalogues and datasets written by hand, and the real ones where they are present."""

import csv
import functools
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.catalogue.arrays import DoubleArray
from recommender.catalogue.build import Build, load_build
from recommender.catalogue.catalogue import Catalogue, build_catalogue
from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Model
from recommender.song import Song
from training.columns import NamesColumn, TextColumn
from training.dataset import Dataset
from training.genre_vectors import list_genres
from training.layout import build_arrays
from training.train import train

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"


def song_id(number: int) -> str:
    """Make an id of the length of Spotify's."""
    return f"{number:022d}"


@dataclass(frozen=True)
class Row:
    """A catalogue song; `at` are its first standardised features, the others are 0; 0 ms is not known.

    has_year : whether its year is known; else `year` is a guess
    """

    title: str
    artists: tuple[str, ...]
    at: tuple[float, ...] = (1.0,)
    year: int = 2000
    popularity: int = 50
    duration_ms: int = 0
    explicit: bool = False
    has_year: bool = True


def make_dataset(rows: Sequence[Any], features: DoubleArray) -> Dataset:
    """Make the dataset of n songs with `title` and `artists`, and (n, 15) features; ids are `song_id(place)`."""
    return Dataset(
        ids=TextColumn.hold([song_id(place) for place in range(len(rows))]),
        titles=TextColumn.hold([row.title for row in rows]),
        artists=NamesColumn.hold(row.artists for row in rows),
        features=features,
        bad={},
    )


def small(
    rows: Sequence[Row], n_clusters: int = 2, genres: Mapping[str, Sequence[str]] | None = None
) -> tuple[Catalogue, Model]:
    """Make a catalogue in which a song belongs to the cluster of its largest feature.

    The centres stand one step out on the first `n_clusters` axes. The n-th of
    `rows` has the id `song_id(n)`; its catalogue row follows from its cluster.
    `genres` are those of the artists, none by default.
    """
    standardised = np.zeros((len(rows), len(NAMES)), dtype=np.float32)
    features = np.zeros((len(rows), len(NAMES)))
    for place, row in enumerate(rows):
        standardised[place, : len(row.at)] = row.at
        features[place, NAMES.index("year")] = row.year
        features[place, NAMES.index("popularity")] = row.popularity
        features[place, NAMES.index("duration_ms")] = row.duration_ms
        features[place, NAMES.index("explicit")] = row.explicit
    centres = np.eye(n_clusters, len(NAMES))
    words = tuple(f"Taste {number}" for number in range(n_clusters))
    genres = genres or {}
    model = Model(
        np.zeros(len(NAMES)), np.ones(len(NAMES)), centres, words, genres=(), genre_names=list_genres(genres)
    )
    has_year = np.array([row.has_year for row in rows], dtype=bool)
    dataset = replace(make_dataset(rows, features), has_year=has_year)
    clusters = model.find_nearest_cluster(standardised)
    order = np.argsort(clusters, kind="stable")
    starts = np.searchsorted(clusters[order], np.arange(n_clusters + 1))
    arrays = build_arrays(dataset.select(order), standardised[order], starts, genres)
    return build_catalogue(arrays), model


def many(n: int, n_clusters: int = 5, seed: int = 0) -> tuple[Catalogue, Model]:
    """Make a catalogue of n different songs by n / 4 artists, anywhere in the space."""
    places = np.random.default_rng(seed).normal(size=(n, len(NAMES))).round(3)
    rows = [Row(f"Song {at}", (f"Artist {at % (n // 4)}",), tuple(places[at].tolist())) for at in range(n)]
    return small(rows, n_clusters)


def saved(number: int, title: str = "", artists: tuple[str, ...] = (), year: int | None = None) -> Song:
    """Make a library song known by its id alone, unless more is given."""
    return Song(song_id(number), title, artists, year)


KAGGLE = {
    "valence": "0.5", "year": "1999", "acousticness": "0.25", "artists": "['Somebody']",
    "danceability": "0.5", "duration_ms": "200000", "energy": "0.5", "explicit": "0", "id": "",
    "instrumentalness": "0.0", "key": "5", "liveness": "0.1", "loudness": "-7.5", "mode": "1", "name": "",
    "popularity": "40", "release_date": "1999-03-01", "speechiness": "0.05", "tempo": "120.0",
}  # fmt: skip


def kaggle_rows(n: int) -> list[dict[str, str]]:
    """Make n good rows of the Kaggle schema, no two alike."""
    rng = np.random.default_rng(0)
    return [
        KAGGLE
        | {
            "id": song_id(number),
            "name": f"Song {number}",
            "valence": f"{rng.random():.3f}",
            "energy": f"{rng.random():.3f}",
            "loudness": f"{rng.uniform(-30, 0):.3f}",
            "tempo": f"{rng.uniform(60, 200):.3f}",
            "year": str(1950 + number % 70),
        }
        for number in range(n)
    ]


TRACKS = (
    "id,name,popularity,duration_ms,explicit,artists,id_artists,release_date,danceability,energy,key,loudness,"
    "mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature"
).split(",")
TRACKS_FEATURES = (
    "id,name,album,album_id,artists,artist_ids,track_number,disc_number,explicit,danceability,energy,key,"
    "loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,duration_ms,"
    "time_signature,year,release_date"
).split(",")


def as_csv(rows: Iterable[dict[str, str]], columns: Iterable[str] = KAGGLE) -> str:
    """Write rows as the text of a CSV with the given columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def real_data(name: str) -> Path:
    """Return the path of a file of the real data beside the checkout, or skip the test."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip("needs the real data, and there is no ../shared/data")
    return path


def real_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train on the real data, once for all tests."""
    return _trained_in(tmp_path_factory.getbasetemp() / "real-models")


def real_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Load what is trained on the real data, once for all tests."""
    return _loaded_from(real_models(tmp_path_factory))


@functools.cache
def _trained_in(out: Path) -> Path:
    train([real_data("data.csv.gz")], out, real_data("data_w_genres.csv.gz"))
    return out


_loaded_from = functools.cache(load_build)
