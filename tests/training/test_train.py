import csv
import gzip
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from recommender.catalogue.build import MANIFEST, compute_sha256, load_build
from recommender.catalogue.features import NAMES
from recommender.errors import BadDataset
from recommender.song import Song
from tests.support.songs import KAGGLE, TRACKS_FEATURES, as_csv, kaggle_rows, real_data, real_models, song_id
from training.columns import NamesColumn, TextColumn
from training.dataset import Dataset
from training.sources import Songs, Source
from training.train import Report, as_json, fit, train, training_table


@pytest.fixture
def data(tmp_path):
    """Write rows to a table to train from."""

    def write(rows, name="data.csv"):
        path = tmp_path / name
        path.write_text(as_csv(rows), encoding="utf-8")
        return path

    return write


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_training_builds_what_can_be_loaded(data, tmp_path):
    rows = kaggle_rows(200)
    rows[3] |= {"name": "NA", "artists": "['None', 'Кино']", "year": "1999"}
    rows[7]["tempo"] = "fast"

    report = train([data(rows)], tmp_path / "models")

    build = load_build(tmp_path / "models")
    assert report.rows == len(build.catalogue) == sum(report.cluster_sizes) == 199
    assert report.bad == {"not_a_number": 1}
    assert tuple(np.diff(build.catalogue.cluster_starts)) == report.cluster_sizes
    assert build.model.names == report.cluster_names
    assert build.model.genres == ((),) * 5
    assert build.catalogue.song(build.catalogue.find_rows([song_id(3)])[0]) == Song(
        song_id(3), "NA", ("None", "Кино"), 1999, 200_000, False
    )
    assert not build.is_invented


def test_each_feature_is_standardised_over_all_songs(data, tmp_path):
    rows = kaggle_rows(100)
    train([data(rows)], tmp_path / "models")

    build = load_build(tmp_path / "models")

    tempo = np.array([float(row["tempo"]) for row in rows])
    at = build.catalogue.find_rows([song_id(number) for number in range(100)])
    standardised = build.catalogue.standardised[at, NAMES.index("tempo")]
    np.testing.assert_allclose(standardised, (tempo - tempo.mean()) / tempo.std(), atol=1e-6)
    # All songs have the same key: scaled, it is 0.
    assert not build.catalogue.standardised[:, NAMES.index("key")].any()


def test_the_manifest_says_what_was_built_from_what(data, tmp_path):
    rows = kaggle_rows(150)
    rows[0]["year"] = "0"

    report = train([data(rows, "songs.csv")], tmp_path / "models")

    manifest = json.loads((tmp_path / "models" / MANIFEST).read_text())
    assert manifest["dataset"] == "songs.csv"
    assert manifest["genres"] is None
    assert manifest["filled"] == {"year": 0, "popularity": 0, "explicit": 0}
    assert manifest["newest_year"] == 2019
    assert manifest["rows"] == 149
    assert manifest["bad_rows"] == {"year_zero": 1}
    assert manifest["features"] == list(NAMES)
    assert manifest["seed"] == 0
    assert manifest["cluster_sizes"] == list(report.cluster_sizes)
    assert set(manifest["versions"]) == {"python", "numpy", "pandas", "scikit-learn"}


def test_the_pickles_assign_the_same_clusters(data, tmp_path):
    rows = kaggle_rows(300)
    train([data(rows)], tmp_path / "models")

    scaler = pickle.loads((tmp_path / "models" / "scaling.pkl").read_bytes())  # noqa: S301 - we have just written it
    kmeans = pickle.loads((tmp_path / "models" / "kmeans.pkl").read_bytes())  # noqa: S301

    catalogue = load_build(tmp_path / "models").catalogue
    features = np.array([[float(row[name]) for name in NAMES] for row in rows])
    clusters = kmeans.predict(scaler.transform(features))
    for number, row in enumerate(catalogue.find_rows([song_id(n) for n in range(300)]).tolist()):
        cluster = catalogue.cluster(clusters[number])
        assert cluster.start <= row < cluster.stop


def test_training_twice_gives_the_same_arrays(data, tmp_path):
    path = data(kaggle_rows(200))

    train([path], tmp_path / "one")
    train([path], tmp_path / "other")

    one, other = (json.loads((tmp_path / name / MANIFEST).read_text()) for name in ("one", "other"))
    assert sorted(one["sha256"].values()) == sorted(other["sha256"].values())


@pytest.mark.parametrize(("name", "is_named"), [("genres.csv", True), ("data_w_genres.csv", False)])
def test_genres_named_or_beside_the_dataset_are_kept_with_the_clusters(data, tmp_path, name, is_named):
    genres = tmp_path / name
    genres.write_text("artists,genres\nSomebody,pop\n")

    report = train([data(kaggle_rows(50))], tmp_path / "models", genres if is_named else None)

    assert report.has_genres
    build = load_build(tmp_path / "models")
    assert build.model.genres == (("pop",),) * 5
    assert build.model.genre_names == ("pop",)
    assert build.catalogue.artist_genres.tolist() == [0]
    assert build.catalogue.artist_genre_ends.tolist() == [1]
    assert build.catalogue.embed(np.array([0])).tolist() == [[1]]


def test_gzipped_genres_beside_the_dataset_are_found(data, tmp_path):
    (tmp_path / "data_w_genres.csv.gz").write_bytes(gzip.compress(b"artists,genres\nSomebody,pop\n"))

    assert train([data(kaggle_rows(50))], tmp_path / "models").has_genres


def test_an_invented_catalogue_is_known_by_its_ids(data, tmp_path):
    rows = [row | {"id": f"invented{number:014d}"} for number, row in enumerate(kaggle_rows(20))]

    train([data(rows)], tmp_path / "models")

    assert load_build(tmp_path / "models").is_invented


def test_five_clusters_need_five_different_songs(data, tmp_path):
    rows = [KAGGLE | {"id": song_id(number), "name": f"Song {number}"} for number in range(20)]
    for number in range(4):
        rows[number]["tempo"] = str(100 + number)
    assert len(fit(np.eye(15)[:5])[1].cluster_centers_) == 5
    rows[3]["tempo"] = KAGGLE["tempo"]  # tempos 100, 101, 102 and 120

    with pytest.raises(BadDataset, match="at least 5 different songs"):
        train([data(rows)], tmp_path / "models")

    assert not (tmp_path / "models").exists()


def test_five_different_songs_are_enough(data, tmp_path):
    report = train([data(kaggle_rows(5))], tmp_path / "models")

    assert report.cluster_sizes == (1, 1, 1, 1, 1)


@pytest.mark.parametrize("spoil", [{"tempo": "fast"}, {"year": "0"}])
def test_bad_input_leaves_the_old_models_untouched(data, tmp_path, spoil):
    rows = kaggle_rows(60)
    train([data(rows)], tmp_path / "models")
    before = contents(tmp_path / "models")
    rows[0] |= spoil

    with pytest.raises(BadDataset, match="1 of 60 rows are bad"):
        train([data(rows)], tmp_path / "models")

    assert contents(tmp_path / "models") == before
    assert train([data(rows)], tmp_path / "models", allow_bad_rows=True).rows == 59
    assert len(load_build(tmp_path / "models").catalogue) == 59


def test_bad_genres_leave_the_old_models_untouched(data, tmp_path):
    path = data(kaggle_rows(60))
    train([path], tmp_path / "models")
    before = contents(tmp_path / "models")

    with pytest.raises(BadDataset, match="lacks the column genres"):
        train([path], tmp_path / "models", path)

    assert contents(tmp_path / "models") == before


WITHOUT_PLAYLISTS = "No --playlists: the picks go without what stands together in playlists, which finds most artists new to a listener"


def make_songs(n, bad, sources=(), filled=None, repeated=0):
    """Make n songs with empty texts: only their number matters."""
    texts = TextColumn.hold([""] * n)
    dataset = Dataset(texts, texts, NamesColumn(texts), np.zeros((n, 15)), bad, repeated)
    return Songs(dataset, sources, filled or {}, newest_year=2023)


def test_the_report_says_how_many_songs_are_of_which_file():
    sources = (
        Source("data.csv", "d0", "data.csv", 1000, 1000, 0, 2020, {}),
        Source("larger.csv", "d1", "tracks_features.csv", 3000, 2500, 7, 2023, {}),
    )
    songs = make_songs(3500, {}, sources, {"year": 0, "popularity": 2500}, repeated=7)

    report = Report(songs, (3500,), ("All",), has_genres=True)

    assert training_table(report, 1.5).splitlines() == [
        "3,500 songs kept, 0 bad rows left out, 1.5 s",
        "  1,000 of the 1,000 in data.csv",
        "  2,500 of the 3,000 in larger.csv",
        "  the newest are from 2023",
        "  popularity guessed for 2,500, as their file does not tell",
        "  7 rows of songs that came before",
        "     3,500  All",
        WITHOUT_PLAYLISTS,
    ]


def test_several_files_make_one_catalogue_whose_manifest_names_them(data, tmp_path):
    rows = kaggle_rows(90)
    first = data(rows[:50])
    larger = tmp_path / "larger" / "tracks_features.csv"
    larger.parent.mkdir()
    larger.write_text(as_csv(rows[40:], TRACKS_FEATURES), encoding="utf-8")
    genres = larger.with_name("data_w_genres.csv")
    genres.write_text("artists,genres\nSomebody,pop\n")

    report = train([first, larger], tmp_path / "models")

    build = load_build(tmp_path / "models")
    assert report.rows == len(build.catalogue) == 90
    assert build.manifest["dataset"] == "data.csv + tracks_features.csv"
    assert build.manifest["sources"] == [
        {
            "name": path.name,
            "sha256": compute_sha256(path),
            "kind": path.name,
            "rows": 50,
            "kept": kept,
            "repeated": 0,
            "newest_year": newest,
            "bad": {},
        }
        for path, kept, newest in ((first, 50, 1999), (larger, 40, 2019))
    ]
    assert build.manifest["genres"] == {"name": "data_w_genres.csv", "sha256": compute_sha256(genres)}
    assert build.manifest["filled"] == {"year": 0, "popularity": 40, "explicit": 0}
    assert build.manifest["newest_year"] == 2019
    assert as_json(report)["sources"] == build.manifest["sources"]
    # All known songs have a popularity of 40, so that is the guess.
    assert build.catalogue.popularity.tolist() == [40] * 90


def test_the_report_is_a_table_for_people():
    report = Report(make_songs(1199, {"year_zero": 1}), (1000, 199), ("Calm", "Loud"), has_genres=True)

    table = training_table(report, 1.5)

    assert table.splitlines() == [
        "1,199 songs kept, 1 bad rows left out, 1.5 s",
        "  the newest are from 2023",
        "  left out, year zero: 1",
        "     1,000  Calm",
        "       199  Loud",
        WITHOUT_PLAYLISTS,
    ]


def test_the_report_says_that_genres_were_lacking(data, tmp_path):
    report = train([data(kaggle_rows(20))], tmp_path / "models")

    assert not report.has_genres
    assert training_table(report, 1.5).splitlines()[-2] == (
        "No data_w_genres.csv beside the songs: the tastes go without genres, the picks without likeness of genre"
    )
    assert load_build(tmp_path / "models").catalogue.embed(np.array([0])).shape == (1, 0)


def spoiled(folder, counts):
    """Copy the real dataset with `counts` of its rows spoiled in each way."""
    with gzip.open(real_data("data.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    changes = {
        "missing_value": {"energy": "NaN"},
        "not_a_number": {"tempo": "fast"},
        "year_zero": {"year": "0"},
        "out_of_range": {"danceability": "7"},
        "bad_id": {"id": "short"},
    }
    which = iter(np.random.default_rng(0).permutation(np.arange(1, len(rows))).tolist())
    for reason, count in counts.items():
        for _ in range(count):
            rows[next(which)] |= changes[reason]
    path = folder / "data.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path, len(rows)


@pytest.mark.slow
def test_1500_spoiled_rows_of_the_real_dataset_are_counted_exactly(tmp_path):
    counts = {
        "missing_value": 100, "not_a_number": 200, "year_zero": 300, "out_of_range": 400, "bad_id": 500,
    }  # fmt: skip
    path, n_rows = spoiled(tmp_path, counts)

    report = train([path], tmp_path / "models")

    assert report.bad == counts
    assert report.rows == len(load_build(tmp_path / "models").catalogue) == n_rows - 1500


@pytest.mark.slow
def test_2000_spoiled_rows_are_refused_and_the_old_models_keep_every_byte(tmp_path, tmp_path_factory):
    counts = dict.fromkeys(("missing_value", "not_a_number", "year_zero", "out_of_range", "bad_id"), 400)
    path, n_rows = spoiled(tmp_path, counts)
    models = real_models(tmp_path_factory)
    before = contents(models)

    with pytest.raises(BadDataset, match=f"2000 of {n_rows} rows are bad"):
        train([path], models)

    assert contents(models) == before
