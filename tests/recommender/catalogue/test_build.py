import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recommender.catalogue.build import MANIFEST, MODEL_ARRAYS, load, write_build
from recommender.catalogue.catalogue import ARRAYS
from recommender.catalogue.features import NAMES
from recommender.errors import BadModels
from tests.support.songs import as_csv, kaggle_rows
from training.train import train


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    data = folder / "data.csv"
    data.write_text(as_csv(kaggle_rows(60)), encoding="utf-8")
    train([data], folder / "models")
    return folder / "models"


@pytest.fixture
def models(trained, tmp_path):
    """A build that a test may damage."""
    return shutil.copytree(trained, tmp_path / "models")


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
}


def test_what_is_written_is_what_is_read(trained, tmp_path):
    arrays = load_arrays(load(trained))

    write_build(tmp_path / "new" / "models", arrays, {"scaling.pkl": b"any"}, FACTS)

    build = load(tmp_path / "new" / "models")
    for name, array in load_arrays(build).items():
        np.testing.assert_array_equal(array, arrays[name])
        assert array.dtype == arrays[name].dtype
    assert build.is_invented
    assert build.model.names == ("a", "b", "c", "d", "e")
    assert build.model.genres == (("pop",), (), (), (), ())
    assert build.model.genre_names == ("pop", "rock")


def test_the_arrays_are_mapped_and_cannot_be_written(trained):
    catalogue = load(trained).catalogue

    for name in ARRAYS:
        array = getattr(catalogue, name)
        assert isinstance(array.base, np.memmap)
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = array[:1]


def test_every_file_s_digest_is_in_the_manifest(trained):
    manifest = json.loads((trained / MANIFEST).read_text())

    files = {path.as_posix() for path in contents(trained)} - {MANIFEST}
    assert set(manifest["sha256"]) == files
    assert len(files) == len(ARRAYS) + len(MODEL_ARRAYS) + 2


def refusal(models):
    with pytest.raises(BadModels) as refused:
        load(models)
    assert str(models) in str(refused.value)
    assert str(refused.value).endswith("build it with ./run train")
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("name", [*ARRAYS, *MODEL_ARRAYS])
def test_one_damaged_byte_is_noticed(models, name):
    [path] = models.glob(f"arrays-*/{name}.npy")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    assert f"{name}.npy is damaged" in refusal(models)


@pytest.mark.parametrize("name", ["ids", "centres"])
def test_a_missing_array_is_noticed(models, name):
    next(models.glob(f"arrays-*/{name}.npy")).unlink()

    assert f"{name}.npy is missing" in refusal(models)


def test_a_cut_array_is_noticed(models):
    path = next(models.glob("arrays-*/texts.npy"))
    path.write_bytes(path.read_bytes()[:-10])

    assert "texts.npy is damaged" in refusal(models)


def test_no_models_are_an_error_that_says_what_to_do(tmp_path):
    assert "there is no model" in refusal(tmp_path)
    assert "there is no model" in refusal(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    assert "there is no model" in refusal(tmp_path / "file")


@pytest.mark.parametrize(
    "change",
    [
        {"format": 0},
        {"format": None},
        {"features": list(NAMES[::-1])},
        {"features": list(NAMES[:-1])},
        {"features": None},
    ],
)
def test_a_build_of_another_version_is_refused(models, change):
    manifest = json.loads((models / MANIFEST).read_text())
    (models / MANIFEST).write_text(json.dumps(manifest | change))

    assert "another version of this program" in refusal(models)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"7"])
def test_a_damaged_manifest_is_refused(models, content):
    (models / MANIFEST).write_bytes(content)

    assert "manifest.json is damaged" in refusal(models)


@pytest.mark.parametrize(
    "entry", ["arrays", "sha256", "is_invented", "cluster_names", "cluster_genres", "genre_names"]
)
def test_a_manifest_that_lacks_an_entry_is_refused(models, entry):
    manifest = json.loads((models / MANIFEST).read_text())
    del manifest[entry]
    (models / MANIFEST).write_text(json.dumps(manifest))

    assert "manifest.json is damaged" in refusal(models)


def test_a_new_build_replaces_the_old_and_removes_its_arrays(models):
    arrays = load_arrays(load(models))
    [old] = models.glob("arrays-*")
    (models / "arrays-left-by-a-crash").mkdir()
    (models / "README.txt").write_text("not ours to remove")

    write_build(models, arrays | {"mean": arrays["mean"] + 1}, {"kmeans.pkl": b"new"}, FACTS)

    [new] = models.glob("arrays-*")
    assert new != old
    assert load(models).model.mean.tolist() == (arrays["mean"] + 1).tolist()
    assert (models / "kmeans.pkl").read_bytes() == b"new"
    assert {path.name for path in models.iterdir()} == {
        MANIFEST, "README.txt", "kmeans.pkl", "scaling.pkl", new.name,
    }  # fmt: skip


def test_what_is_mapped_stays_readable_when_a_new_build_replaces_it(models):
    build = load(models)
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
    arrays = load_arrays(load(models)) | change
    before = contents(models)

    with pytest.raises((ValueError, TypeError, OSError)):
        write_build(models, arrays, pickles, facts)

    assert contents(models) == before
    assert len(list(models.glob("arrays-*"))) == 1
    load(models)


def test_reading_needs_neither_pandas_nor_scikit_learn():
    script = (
        "import sys, recommender, recommender.catalogue.build;"
        "print([name for name in ('pandas', 'sklearn', 'scipy', 'flask') if name in sys.modules])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed.strip() == "[]"


def test_a_file_where_the_folder_should_be_is_left_alone(tmp_path):
    (tmp_path / "models").write_text("mine", encoding="utf-8")

    with pytest.raises(BadModels, match="is a file"):
        write_build(tmp_path / "models", {}, {}, FACTS)

    assert (tmp_path / "models").read_text(encoding="utf-8") == "mine"
