"""The notebook runs from top to bottom, and the committed one shows no song."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import requests
from nbclient import NotebookClient
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from formats.library_csv import read_library
from invented.catalogue import write_invented_catalogue
from recommender.catalogue.build import load_build
from tests.support.songs import real_data

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "train.ipynb"


def collect_text(outputs):
    """Return all text of the outputs, with tables, without pictures."""
    texts = [output.text for output in outputs if output.output_type == "stream"]
    for output in outputs:
        texts += [text for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join(texts)


def list_outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.fixture
def committed():
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.mark.slow
# From Python 3.12 on, the way nbclient gets its event loop is deprecated.
@pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")
@pytest.mark.parametrize(
    ("folder", "shows_songs"), [("notebooks", False), (".", True)], ids=["in notebooks", "in the root"]
)
def test_it_runs_from_top_to_bottom_and_writes_models_that_load(
    committed, tmp_path, monkeypatch, folder, shows_songs
):
    data = write_invented_catalogue(tmp_path, n_songs=3_000)
    for name, value in {
        "TRAIN_DATA": data,
        "TRAIN_GENRES": data.with_name("data_w_genres.csv"),
        "TRAIN_OUT": tmp_path / "models",
        "TRAIN_SAMPLE": 500,
        "SHOW_SONGS": int(shows_songs),
        # So that nothing is left in the home folder.
        "IPYTHONDIR": tmp_path / "ipython",
        "JUPYTER_RUNTIME_DIR": tmp_path / "jupyter",
    }.items():
        monkeypatch.setenv(name, str(value))

    NotebookClient(committed, timeout=300, resources={"metadata": {"path": str(ROOT / folder)}}).execute()

    build = load_build(tmp_path / "models")
    assert len(build.catalogue) == 3_000
    assert build.is_invented
    assert len(build.model.names) == 5
    typical = next(cell for cell in committed.cells if cell.id == "typical-songs")
    listed = collect_text(typical.outputs).splitlines()
    assert len([line for line in listed if line.startswith("  ")]) == (25 if shows_songs else 0)


def test_it_is_committed_as_it_ran_with_its_pictures_and_without_errors(committed):
    outputs = list_outputs(committed)

    counts = [cell.execution_count for cell in committed.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert len([output for output in outputs if "image/png" in output.get("data", {})]) >= 6
    assert not [
        output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert NOTEBOOK.stat().st_size < 1_000_000


def test_it_carries_no_path_of_the_machine_that_made_it():
    text = re.sub(r'"image/png": "[^"]+"', "", NOTEBOOK.read_text(encoding="utf-8"))

    assert not re.findall(r"/(?:home|root|tmp|work|Users|usr|opt|var|private)/", text)
    assert str(Path.home()) + "/" not in text


@pytest.mark.slow
def test_no_song_and_no_artist_of_the_dataset_is_shown(committed):
    songs = read_library(real_data("data.csv.gz"))
    shown = collect_text(list_outputs(committed))
    names = {name for song in songs for name in (song.title, *song.artists) if len(name) >= 8}

    # The quick look first: a hundred thousand regular expressions take minutes.
    found = {name for name in names if name in shown and re.search(rf"\b{re.escape(name)}\b", shown)}

    assert shown
    assert len(names) > 100_000
    assert found <= {"Energetic"}  # a word of a cluster's name that is a title, too


def test_a_reader_finds_every_section_in_the_table_of_contents_and_every_picture_described(committed):
    text = "\n".join(cell.source for cell in committed.cells if cell.cell_type == "markdown")
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    links = re.findall(r"^- \[(.+)\]\(#(.+)\)$", text, re.MULTILINE)
    pictures = [output for output in list_outputs(committed) if "image/png" in output.get("data", {})]

    assert links == [(section, section.replace(" ", "-")) for section in sections]
    assert all(len(picture.metadata["image/png"]["alt"]) > 40 for picture in pictures)


def test_the_command_serves_it(tmp_path):
    pytest.importorskip("jupyterlab", reason="./run notebook installs JupyterLab")
    command = [sys.executable, "-m", "cli", "notebook", "--no-browser"]
    # CI may run as root, which Jupyter refuses; and nothing is left in the home folder.
    (tmp_path / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}')
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **dict.fromkeys(folders, str(tmp_path))}

    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            address = next(line for line in server.stderr if "http://localhost" in line)
            origin, token = re.search(r"(http://localhost:\d+)/lab\S*\?token=(\w+)", address).groups()
            with requests.Session() as session:
                # It prints its address a moment before it listens.
                session.mount(origin, HTTPAdapter(max_retries=Retry(connect=8, backoff_factor=0.1)))
                found = session.get(
                    f"{origin}/api/contents/train.ipynb", params={"token": token, "content": 0}, timeout=30
                )
        finally:
            os.killpg(server.pid, signal.SIGKILL)

    assert found.json()["type"] == "notebook"
