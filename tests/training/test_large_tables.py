"""Songs from Parquet, and tables larger than what is read or worked on at a time."""

import ast

import numpy as np
import pandas as pd
import pytest

from formats.columns import name_songs
from invented.catalogue import write_invented_catalogue
from recommender.catalogue.build import load_build
from recommender.catalogue.catalogue import ARRAYS
from recommender.errors import BadDataset
from tests.support.songs import as_csv, kaggle_rows
from training import columns, dataset, parquet, phrases
from training.dataset import read_dataset
from training.tables import open_rows
from training.train import train


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """Write an invented catalogue, and train on it in the plain way."""
    folder = tmp_path_factory.mktemp("invented")
    data = write_invented_catalogue(folder, n_songs=2_000)
    train([data], folder / "models")
    return data


def write_parquet(data):
    """Write a table as Parquet beside it, with numbers as numbers and artists as lists."""
    songs = pd.read_csv(data, keep_default_na=False)
    songs["artists"] = songs["artists"].map(ast.literal_eval)
    songs["explicit"] = songs["explicit"].astype(bool)
    songs.to_parquet(data.with_suffix(".parquet"))
    return data.with_suffix(".parquet")


def assert_equal_builds(one, other):
    one, other = load_build(one), load_build(other)
    for name in ARRAYS:
        first, second = getattr(one.catalogue, name), getattr(other.catalogue, name)
        assert first.dtype == second.dtype, name
        assert first.tobytes() == second.tobytes(), name
    assert one.model.centres.tobytes() == other.model.centres.tobytes()
    for entry in ("cluster_sizes", "cluster_names", "cluster_genres", "rows", "bad_rows"):
        assert one.manifest[entry] == other.manifest[entry]


def test_parquet_in_small_batches_gives_the_same_build_as_csv(invented, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "BATCH_ROWS", 97)

    train([write_parquet(invented)], tmp_path / "models")

    assert_equal_builds(tmp_path / "models", invented.with_name("models"))


def test_small_blocks_give_the_same_build(invented, tmp_path, monkeypatch):
    for module, name, size in (
        (dataset, "CHUNK_ROWS", 61),
        (dataset, "CHUNKS_AT_ONCE", 2),
        (dataset, "MAX_KNOWN_CELLS", 3),
        (columns, "BLOCK", 83),
        (phrases, "BLOCK", 71),
    ):
        monkeypatch.setattr(module, name, size)

    train([invented], tmp_path / "models")

    assert_equal_builds(tmp_path / "models", invented.with_name("models"))


def test_clusters_may_be_found_from_samples(invented, tmp_path):
    report = train([invented], tmp_path / "models", mini_batch=True)

    build = load_build(tmp_path / "models")
    assert sum(report.cluster_sizes) == len(build.catalogue) == 2_000
    assert len(build.model.centres) == 5
    assert not np.array_equal(build.model.centres, load_build(invented.with_name("models")).model.centres)


def test_what_is_null_in_parquet_is_missing(tmp_path):
    songs = pd.DataFrame(kaggle_rows(200))
    songs.loc[3, "name"] = None
    songs["tempo"] = songs["tempo"].astype(float)
    songs.loc[5, "tempo"] = None
    songs.to_parquet(tmp_path / "songs.parquet")

    read = read_dataset(tmp_path / "songs.parquet")

    assert (len(read.ids), read.bad) == (198, {"missing_value": 2})


def test_columns_that_are_not_needed_may_hold_anything_in_parquet(tmp_path):
    songs = pd.DataFrame(kaggle_rows(5))
    songs["available"] = [[{"market": "DE"}]] * 5
    songs["artists.ids"] = [{"first": 1}] * 5
    songs.insert(0, "album", [{"name": "x"}] * 5)
    songs.to_parquet(tmp_path / "songs.parquet")

    read = read_dataset(tmp_path / "songs.parquet")

    plain = tmp_path / "data.csv"
    plain.write_text(as_csv(kaggle_rows(5)))
    expected = read_dataset(plain)
    assert (*read.ids,) == (*expected.ids,)
    assert (*read.artists,) == (*expected.artists,)
    assert np.array_equal(read.features, expected.features)


def test_what_fails_where_the_rows_are_used_is_not_told_of_the_file(tmp_path):
    pd.DataFrame(kaggle_rows(5)).to_parquet(tmp_path / "songs.parquet")

    with (
        pytest.raises(OSError, match="the disk is full"),
        open_rows(tmp_path / "songs.parquet", name_songs) as table,
    ):
        for _ in table.read(range(len(table.names))):
            raise OSError("the disk is full")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: None, "there is no file"),
        (lambda path: path.write_text(as_csv(kaggle_rows(5))), "cannot be read.*fetch or export it again"),
        (lambda path: pd.DataFrame({"name": ["x"]}).to_parquet(path), "no columns of songs.*only name"),
        (
            lambda path: pd.DataFrame(kaggle_rows(5)).assign(name=[{"en": "x"}] * 5).to_parquet(path),
            "cannot be read",
        ),
    ],
    ids=["missing", "no Parquet", "other columns", "a column of records"],
)
def test_a_parquet_file_that_cannot_be_used_is_refused(tmp_path, write, message):
    write(tmp_path / "songs.parquet")

    with pytest.raises(BadDataset, match=message):
        read_dataset(tmp_path / "songs.parquet")
