import json

import numpy as np
import pytest

from recommender.catalogue.build import MANIFEST, MODEL_ARRAYS, load_build
from recommender.catalogue.catalogue import ARRAYS
from recommender.errors import BadModels
from training.write_build import write_build


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def load_arrays(build):
    arrays = {name: np.array(getattr(build.catalogue, name)) for name in ARRAYS}
    model, estimator = build.model, build.model.estimator
    learned = {"by_genre": estimator.by_genre, "within_artist": estimator.within_artist}
    return arrays | learned | {name: getattr(model, name) for name in MODEL_ARRAYS if name not in learned}


FACTS = {
    "is_invented": True,
    "cluster_names": list("abcde"),
    "cluster_genres": [["pop"], [], [], [], []],
    "genre_names": ["pop", "rock"],
    "playlists": None,
    "rows": 60,
    "dataset": "data.csv",
}


def test_what_is_written_is_what_is_read(trained, tmp_path):
    arrays = load_arrays(load_build(trained))

    write_build(tmp_path / "new" / "models", arrays, {"scaling.pkl": b"any"}, FACTS)

    build = load_build(tmp_path / "new" / "models")
    for name, array in load_arrays(build).items():
        np.testing.assert_array_equal(array, arrays[name])
        assert array.dtype == arrays[name].dtype
    assert build.is_invented
    assert build.model.names == ("a", "b", "c", "d", "e")
    assert build.model.genres == (("pop",), (), (), (), ())
    assert build.model.genre_names == ("pop", "rock")


def test_every_file_s_digest_is_in_the_manifest(trained):
    manifest = json.loads((trained / MANIFEST).read_text())

    files = {path.as_posix() for path in contents(trained)} - {MANIFEST}
    assert set(manifest["sha256"]) == files
    assert len(files) == len(ARRAYS) + len(MODEL_ARRAYS) + 2


def test_a_new_build_replaces_the_old_and_removes_its_arrays(models):
    arrays = load_arrays(load_build(models))
    [old] = models.glob("arrays-*")
    (models / "arrays-left-by-a-crash").mkdir()
    (models / "README.txt").write_text("not ours to remove")

    write_build(models, arrays | {"mean": arrays["mean"] + 1}, {"kmeans.pkl": b"new"}, FACTS)

    [new] = models.glob("arrays-*")
    assert new != old
    assert load_build(models).model.mean.tolist() == (arrays["mean"] + 1).tolist()
    assert (models / "kmeans.pkl").read_bytes() == b"new"
    assert {path.name for path in models.iterdir()} == {
        MANIFEST, "README.txt", "kmeans.pkl", "scaling.pkl", new.name,
    }  # fmt: skip


def test_what_is_mapped_stays_readable_when_a_new_build_replaces_it(models):
    build = load_build(models)
    songs = [build.catalogue.song(row) for row in range(60)]

    write_build(models, load_arrays(build), {}, FACTS)

    assert [build.catalogue.song(row) for row in range(60)] == songs


def test_another_user_may_read_the_arrays(trained):
    [inside] = trained.glob("arrays-*")

    assert inside.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("change", "pickles", "facts"),
    [
        # np.save refuses to pickle objects, JSON to write them.
        ({"texts": np.array([object()])}, {}, FACTS),
        ({}, {"kmeans.pkl": b"new", "no/such/folder.pkl": b"new"}, FACTS),
        ({}, {"kmeans.pkl": b"new"}, {"cluster_names": object()}),
    ],
)
def test_a_build_that_fails_leaves_the_old_one_byte_for_byte(models, change, pickles, facts):
    arrays = load_arrays(load_build(models)) | change
    before = contents(models)

    with pytest.raises((ValueError, TypeError, OSError)):
        write_build(models, arrays, pickles, facts)

    assert contents(models) == before
    assert len(list(models.glob("arrays-*"))) == 1
    load_build(models)


def test_a_file_where_the_folder_should_be_is_left_alone(tmp_path):
    (tmp_path / "models").write_text("mine", encoding="utf-8")

    with pytest.raises(BadModels, match="is a file"):
        write_build(tmp_path / "models", {}, {}, FACTS)

    assert (tmp_path / "models").read_text(encoding="utf-8") == "mine"
