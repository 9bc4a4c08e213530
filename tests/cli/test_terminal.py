"""Terminals that cannot show a letter, and readers who leave before the end."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from cli.__main__ import COMMANDS
from formats.library_csv import read_library
from formats.source_playlist import SourcePlaylist
from tests.support.playlists import write_slice
from training.train import train

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
# What a shell reports of a program that a closed pipe ended.
CLOSED_PIPE = 128 + signal.SIGPIPE


def run(words, encoding="utf-8", **options):
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)],
        cwd=ROOT,
        # What is printed waits in a buffer, as everywhere but where Python is told otherwise.
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUNBUFFERED": ""},
        stderr=subprocess.PIPE,
        timeout=120,
        **options,
    )


def run_into_closed_pipe(words):
    """Run a command whose output has no reader any more, as after `| head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return run(words, stdout=writing)
    finally:
        os.close(writing)


def write_rows(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def songs_of_many_scripts(tmp_path_factory, invented, trained):
    """A folder with a catalogue, models, a library and playlists, whose names no Latin-1 terminal can show."""
    folder = tmp_path_factory.mktemp("Łona — Ночь 夜")
    with (invented / "data.csv").open(encoding="utf-8", newline="") as file:
        rows = [{**row, "name": f"夜 {row['name']}"} for row in islice(csv.DictReader(file), 1_000)]
    write_rows(folder / "данные.csv", rows)
    write_rows(folder / "библиотека.csv", rows[::10])
    train([folder / "данные.csv"], folder / "модель")
    # A bundle takes no invented songs.
    shutil.copytree(trained, folder / "другая модель")
    songs = read_library(folder / "данные.csv")
    playlists = [
        SourcePlaylist(f"夜 {place}", tuple(songs[place : place + 60])) for place in range(0, 600, 60)
    ]
    write_slice(folder, playlists, "плейлисты.json")
    return folder


def list_commands(folder, database):
    """Return a run of each command that prints something of its own and starts no server."""
    models, library = folder / "модель", folder / "библиотека.csv"
    return {
        "recommend": ["recommend", "--library", library, "--models", models],
        "recommend-json": ["recommend", "--library", library, "--models", models, "--json"],
        "train": ["train", "--data", folder / "данные.csv", "--out", database.parent / "модель"],
        "evaluate": ["evaluate", folder / "плейлисты.json", "--models", models],
        "db": ["db", "upgrade"],
        "bundle": ["bundle", "--models", folder / "другая модель", "--out", database.parent / "связка.zip"],
    }


NAMES = [
    pytest.param(name, marks=pytest.mark.slow) if name in ("train", "evaluate") else name
    for name in list_commands(Path("x"), Path("x"))
]
HELPS = [[], *([name] for name in COMMANDS if name != "test")]


@pytest.fixture
def commands(songs_of_many_scripts, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/база.db")
    return list_commands(songs_of_many_scripts, tmp_path / "база.db")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "latin-1:strict"])
def test_a_terminal_that_cannot_show_a_letter_gets_a_question_mark(commands, encoding):
    whole = run(commands["recommend"], stdout=subprocess.PIPE).stdout.decode("utf-8")

    done = run(commands["recommend"], encoding, stdout=subprocess.PIPE)

    assert "夜" in whole
    assert done.stdout == whole.encode(encoding.partition(":")[0], "replace")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_ends_well_on_a_terminal_that_cannot_show_a_letter(commands, name):
    done = run(commands[name], "ascii", stdout=subprocess.PIPE)

    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout.decode("ascii")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_a_failure_is_one_sentence_on_any_terminal(songs_of_many_scripts, encoding):
    words = ["recommend", "--library", "夜.csv", "--models", songs_of_many_scripts / "модель"]

    done = run(words, encoding, stdout=subprocess.PIPE)

    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"run: there is no file ?.csv\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_closed_pipe_ends_a_command_quietly(commands, name):
    done = run_into_closed_pipe(commands[name])

    assert done.returncode == CLOSED_PIPE
    assert b"run: " not in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


@pytest.mark.parametrize("words", HELPS, ids=" ".join)
def test_a_closed_pipe_ends_the_help_quietly(words):
    done = run_into_closed_pipe([*words, "--help"])

    assert (done.returncode, done.stderr) == (CLOSED_PIPE, b"")


def test_no_output_at_all_is_no_failure(commands):
    done = run(commands["recommend-json"], stdout=subprocess.PIPE)
    closed = subprocess.run(
        [
            "sh",
            "-c",
            'exec "$@" >&-',
            "sh",
            sys.executable,
            "-m",
            "cli",
            *map(str, commands["recommend-json"]),
        ],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        timeout=60,
    )

    assert json.loads(done.stdout)["picks"]
    assert (closed.returncode, closed.stderr) == (0, b"")
