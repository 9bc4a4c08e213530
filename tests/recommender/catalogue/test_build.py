import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recommender.catalogue.build import (
    ENTRIES,
    FORMAT,
    MANIFEST,
    MODEL_ARRAYS,
    compute_sha256,
    load_build,
    require_files,
)
from recommender.catalogue.catalogue import ARRAYS
from recommender.catalogue.features import NAMES
from recommender.errors import BadModels
from tests.support.limited_user import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, give_up


def test_the_arrays_are_mapped_and_cannot_be_written(trained):
    catalogue = load_build(trained).catalogue

    for name in ARRAYS:
        array = getattr(catalogue, name)
        assert isinstance(array.base, np.memmap)
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = array[:1]


def test_a_build_tells_whether_its_songs_are_invented(trained, invented):
    assert [load_build(folder).is_invented for folder in (trained, invented / "models")] == [False, True]


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


def test_whether_a_build_is_still_there_is_told_without_reading_it(models):
    require_files(models)
    for pickled in models.glob("*.pkl"):
        pickled.unlink()
    require_files(models)
    next(models.glob("arrays-*/ids.npy")).unlink()

    with pytest.raises(BadModels, match=r"ids.npy is missing; build it"):
        require_files(models)


def test_a_build_that_may_not_be_entered_is_not_there(models):
    [arrays] = models.glob("arrays-*")
    arrays.chmod(0)
    script = "import sys; from pathlib import Path; from recommender.catalogue import build; "

    try:
        asked = subprocess.run(
            [sys.executable, "-c", f"{script}build.require_files(Path(sys.argv[1]))", models],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            preexec_fn=give_up(CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH),
        )
    finally:
        arrays.chmod(0o700)

    refused = asked.stderr.splitlines()[-1]
    assert refused.startswith("recommender.errors.BadModels:")
    assert re.search(r"\.npy (cannot be opened: Permission denied|is missing); build it", refused)


def test_a_file_that_the_system_will_not_look_at_is_told_with_its_reason(models):
    manifest = models / MANIFEST
    digests = {f"{'x' * 300}.npy": ""}
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "sha256": digests}))

    with pytest.raises(BadModels, match=r"x\.npy cannot be opened: File name too long"):
        require_files(models)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"sha256": []}'])
def test_a_build_whose_manifest_is_damaged_meanwhile_is_not_there(models, content):
    (models / MANIFEST).write_text(content)

    with pytest.raises(BadModels, match="damaged"):
        require_files(models)


def test_a_cut_array_is_noticed(models):
    path = next(models.glob("arrays-*/texts.npy"))
    path.write_bytes(path.read_bytes()[:-10])

    assert "texts.npy is damaged" in refusal(models)


def test_an_array_that_is_cut_off_in_use_is_noticed_until_it_is_whole_again(models):
    build = load_build(models)
    [path] = models.glob("arrays-*/years.npy")
    whole = path.read_bytes()

    os.truncate(path, len(whole) - 1)

    with pytest.raises(BadModels, match="years was cut off"):
        build.require_whole()
    path.write_bytes(whole)
    build.require_whole()


def test_a_build_that_is_moved_away_stays_whole(models):
    build = load_build(models)

    models.rename(models.with_name("elsewhere"))

    build.require_whole()


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


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_a_manifest_that_lacks_an_entry_is_refused(models, entry):
    manifest = json.loads((models / MANIFEST).read_text())
    del manifest[entry]
    (models / MANIFEST).write_text(json.dumps(manifest))

    assert "manifest.json is damaged" in refusal(models)


#: Every type of JSON, and lists and objects of each.
VALUES = [
    None,
    True,
    0,
    -1.5,
    "",
    "..",
    "/",
    "a\0b",
    "x" * 5_000,
    [],
    {},
    [None],
    [[]],
    [[7]],
    [{}],
    ["x"],
    {"x": 7},
    {"x": None},
]
#: Entry -> the values that it may have.
FITTING = {
    "is_invented": [True],
    "playlists": [None, {}],
    "rows": [0],
    "dataset": ["", "..", "/", "a\0b", "x" * 5_000],
    "genre_names": [[], ["x"]],
}


@pytest.mark.parametrize("entry", sorted({*ENTRIES, "format", "features"}))
def test_an_entry_of_another_type_is_refused_in_a_sentence(models, entry):
    manifest = json.loads((models / MANIFEST).read_text())

    for value in VALUES:
        (models / MANIFEST).write_text(json.dumps(manifest | {entry: value}))
        # True is not 1 here, as it is in Python.
        if repr(value) not in map(repr, FITTING.get(entry, [])):
            refusal(models)


@pytest.mark.parametrize(
    "content", ["[" * 200_000, '{"a":' * 200_000, "NaN", '{"format": 1e999}', '"x"'], ids=range(5)
)
def test_odd_json_is_no_manifest(models, content):
    (models / MANIFEST).write_text(content)

    refusal(models)


def test_names_of_fewer_clusters_than_there_are_are_refused(models):
    manifest = json.loads((models / MANIFEST).read_text())
    for entry in ("cluster_names", "cluster_genres"):
        (models / MANIFEST).write_text(json.dumps(manifest | {entry: manifest[entry][1:]}))

        assert "manifest.json is damaged" in refusal(models)


@pytest.mark.parametrize(
    "content", [b"", b"\x93NUMPY", b"PK\x03\x04", pickle.dumps({}), b"no array"], ids=range(5)
)
def test_what_is_no_array_is_refused_though_its_digest_was_changed_with_it(models, content):
    [path] = models.glob("arrays-*/centres.npy")
    path.write_bytes(content)
    manifest = json.loads((models / MANIFEST).read_text())
    manifest["sha256"][path.relative_to(models).as_posix()] = compute_sha256(path)
    (models / MANIFEST).write_text(json.dumps(manifest))

    assert "centres.npy is damaged" in refusal(models)


def test_an_array_of_objects_runs_nothing(models, tmp_path):
    [path] = models.glob("arrays-*/centres.npy")
    np.save(path, np.array([Path(tmp_path)], dtype=object), allow_pickle=True)
    manifest = json.loads((models / MANIFEST).read_text())
    manifest["sha256"][path.relative_to(models).as_posix()] = compute_sha256(path)
    (models / MANIFEST).write_text(json.dumps(manifest))

    assert "centres.npy is damaged" in refusal(models)


def test_a_folder_in_place_of_a_file_is_refused(models):
    [path] = models.glob("arrays-*/centres.npy")
    path.unlink()
    path.mkdir()
    assert "centres.npy is damaged" in refusal(models)

    (models / MANIFEST).unlink()
    (models / MANIFEST).mkdir()
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
