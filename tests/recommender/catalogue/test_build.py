import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recommender.catalogue.build import FORMAT, MANIFEST, MODEL_ARRAYS, load_build
from recommender.catalogue.catalogue import ARRAYS
from recommender.catalogue.features import NAMES
from recommender.errors import BadModels


def test_the_arrays_are_mapped_and_cannot_be_written(trained):
    catalogue = load_build(trained).catalogue

    for name in ARRAYS:
        array = getattr(catalogue, name)
        assert isinstance(array.base, np.memmap)
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = array[:1]


def refusal(models):
    with pytest.raises(BadModels) as refused:
        load_build(models)
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
        {"format": FORMAT - 1},
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
