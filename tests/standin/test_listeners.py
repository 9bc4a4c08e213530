"""The demo's listeners, and the stand-in as a process."""

import csv
import gzip
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import requests

from formats.errors import FormatError
from formats.library_csv import read_library
from invented.catalogue import write_invented_catalogue
from standin.listeners import choose_demo_listeners, read_listener

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    """The invented catalogue's table."""
    folder = tmp_path_factory.mktemp("invented")
    write_invented_catalogue(folder)
    return folder / "data.csv"


@pytest.fixture(scope="module")
def listeners(catalogue):
    return {listener.name: listener for listener in choose_demo_listeners(catalogue, read_library(catalogue))}


@pytest.fixture(scope="module")
def compute_mean(catalogue):
    """A function for the mean of a column over a library's songs whose ids the catalogue has."""
    with catalogue.open(encoding="utf-8", newline="") as lines:
        rows = {row["id"]: row for row in csv.DictReader(lines)}

    def compute_mean(listener, column):
        return np.mean([float(rows[song.id][column]) for song in listener.saved if song.id in rows])

    return compute_mean


def test_there_are_six_of_very_different_sizes(listeners):
    sizes = {name: len(listener.saved) for name, listener in listeners.items()}

    assert sizes["Wren Halloway"] == 180
    assert sizes["Bruno Castellan"] == 420
    assert 850 <= sizes["Imani Sorby"] <= 950
    assert 4500 <= sizes["Teodor Vance"] <= 5300
    assert sizes["Pia Lund"] == 7
    assert sizes["Noor Okafor"] == 0
    assert all(listener.about for listener in listeners.values())


def test_their_libraries_sound_like_their_tastes(listeners, compute_mean):
    quiet, loud, new = (listeners[name] for name in ("Wren Halloway", "Bruno Castellan", "Pia Lund"))

    assert compute_mean(quiet, "energy") < 0.4 < 0.7 < compute_mean(loud, "energy")
    assert compute_mean(quiet, "acousticness") > 0.7 > 0.3 > compute_mean(loud, "acousticness")
    assert compute_mean(quiet, "loudness") < compute_mean(loud, "loudness") - 5
    assert compute_mean(new, "valence") > 0.7


def test_a_library_is_made_of_whole_artists(listeners):
    quiet = listeners["Wren Halloway"]

    assert len({song.artists[0] for song in quiet.saved}) < len(quiet.saved) / 3


@pytest.mark.parametrize("name", ["Wren Halloway", "Imani Sorby", "Teodor Vance"])
def test_no_song_is_saved_twice_and_some_are_other_releases(listeners, catalogue, name):
    known = {song.id for song in read_library(catalogue)}
    ids = [song.id for song in listeners[name].saved]

    assert len(set(ids)) == len(ids)
    assert sum(song_id not in known for song_id in ids if song_id) == len(ids) // 20


def test_the_same_catalogue_gives_the_same_listeners(listeners, catalogue):
    songs = read_library(catalogue)

    assert choose_demo_listeners(catalogue, songs) == list(listeners.values())
    assert choose_demo_listeners(catalogue, songs, seed=1) != list(listeners.values())


def test_a_small_catalogue_gives_small_libraries(catalogue, tmp_path):
    small = tmp_path / "small.csv.gz"
    with catalogue.open(encoding="utf-8") as lines, gzip.open(small, "wt", encoding="utf-8") as copy:
        copy.writelines(line for number, line in enumerate(lines) if number % 40 == 0)

    sizes = [len(listener.saved) for listener in choose_demo_listeners(small, read_library(small))]

    assert max(sizes) <= 500 / 4 + 1
    assert sum(size > 0 for size in sizes) == 5


def test_a_table_without_sound_is_refused(tmp_path):
    table = tmp_path / "data.csv"
    table.write_text("id,name,artists,year\n", encoding="utf-8")

    with pytest.raises(FormatError, match=r"data\.csv has no column acousticness"):
        choose_demo_listeners(table, [])


@pytest.mark.slow
def test_a_real_catalogue_has_songs_for_every_listener(shared_data):
    table = shared_data / "data.csv.gz"

    listeners = choose_demo_listeners(table, read_library(table))

    assert [len(listener.saved) for listener in listeners] == [180, 420, 901, 5300, 7, 0]


def test_a_library_file_is_a_listener_named_after_it(tmp_path):
    file = tmp_path / "Aunt Petra.csv"
    file.write_text(f"id,name,artists\nspotify:local:a,Tape,Us\n{0:022},One,A;B\n", encoding="utf-8")

    listener = read_listener(file)

    assert listener.name == "Aunt Petra"
    assert [(song.id, song.title, song.artists) for song in listener.saved] == [
        ("", "Tape", ("Us",)),
        (f"{0:022}", "One", ("A", "B")),
    ]


SETTINGS = {
    "SPOTIFY_CLIENT_ID": "demo",
    "SPOTIFY_CLIENT_SECRET": "a-secret-of-the-tests",
    "PUBLIC_URL": "http://127.0.0.1:8000",
}


def start(*words, settings=SETTINGS):
    # Settings of the machine that runs the tests must not be used.
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return subprocess.Popen(
        [sys.executable, "-m", "standin", *map(str, words)],
        cwd=ROOT,
        env=environment | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_process_says_when_it_is_ready_and_stops_when_told(catalogue, tmp_path, how):
    library = tmp_path / "petra.csv"
    library.write_text("id,name,artists\n,Tape,Us\n", encoding="utf-8")

    with start("--catalogue", catalogue, "--library", library, "--port", 0) as process:
        line = process.stdout.readline()
        asked = {
            "client_id": "demo",
            "response_type": "code",
            "redirect_uri": "http://127.0.0.1:8000/callback",
        }
        page = requests.get(f"{line.split()[-1]}/authorize", params=asked, timeout=5)
        process.send_signal(how)
        rest, complaints = process.communicate(timeout=5)

    assert "7 listeners" in line
    # The listener from the file comes first, and is preselected.
    assert page.text.index("petra") < page.text.index("Wren Halloway")
    assert (process.returncode, rest, complaints) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "settings", "code", "sentence"),
    [
        (["--catalogue", "nowhere.csv"], SETTINGS, 1, "there is no file nowhere.csv"),
        (["--catalogue", "nowhere.csv"], {}, 2, "SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and PUBLIC_URL"),
    ],
)
def test_the_process_says_why_it_cannot_start(words, settings, code, sentence):
    with start(*words, settings=settings) as process:
        _, complaints = process.communicate(timeout=5)

    assert process.returncode == code
    assert sentence in complaints
