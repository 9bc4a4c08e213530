"""The notebook: it runs from top to bottom, and what is committed of it shows no song."""

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from songs import real_data

from library_files import read_library
from recommender.artefacts import load
from standin.invented import write_invented_catalogue

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "train.ipynb"


@pytest.mark.slow
# The kernel's client lends itself an event loop in ways that Python has begun to frown upon.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_it_runs_from_top_to_bottom_and_writes_models_that_load(tmp_path, monkeypatch):
    data = write_invented_catalogue(tmp_path, n_songs=3_000)
    for name, value in {"TRAIN_DATA": data, "TRAIN_OUT": tmp_path / "models", "TRAIN_SAMPLE": 500}.items():
        monkeypatch.setenv(name, str(value))
    notebook = nbformat.read(NOTEBOOK, as_version=4)

    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()

    build = load(tmp_path / "models")
    assert len(build.catalogue) == 3_000
    assert build.is_invented


def committed_outputs():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    return [output for cell in cells for output in cell.get("outputs", [])]


def test_it_is_committed_with_its_pictures_and_without_errors():
    outputs = committed_outputs()

    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 6
    assert not [
        output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert NOTEBOOK.stat().st_size < 1_000_000


def test_it_carries_no_path_of_the_machine_that_made_it():
    text = re.sub(r'"image/png": "[^"]+"', "", NOTEBOOK.read_text(encoding="utf-8"))

    assert not re.findall(r"/(?:home|root|tmp|work|Users|usr)/", text)
    assert os.path.expanduser("~") not in text


def test_no_song_and_no_artist_of_the_dataset_is_shown():
    songs = read_library(real_data("data.csv.gz"))
    shown = " ".join(
        text
        for output in committed_outputs()
        for kind, text in output.get("data", {}).items()
        if kind.startswith("text/")
    )
    shown += " ".join(output.text for output in committed_outputs() if output.output_type == "stream")
    words = {name for song in songs for name in (song.title, *song.artists) if len(name) >= 8 and " " in name}

    found = {name for name in words if re.search(rf"\b{re.escape(name)}\b", shown)} if shown else words

    assert found <= {"vocal jazz", "hip hop"}  # genres that are titles, too
