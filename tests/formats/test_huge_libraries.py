"""Files far larger than any library: songs or one sentence, in bounded time and memory."""

import gzip
import json
import subprocess
import sys
import zipfile

import pytest

from tests.support.imports import ROOT
from tests.support.songs import song_id

MB = 2**20
MAX_SECONDS = 180  # for a machine that does other things, too
MAX_MB = 700  # parsed JSON takes most
HEADER = b"id,name,artists,release_date,duration_ms\n"
FIRST, LAST = (f"{song_id(number)},Song {number},Cash,1999,200000\n".encode() for number in (1, 2))
READ = """
import json, resource, sys, time
from pathlib import Path
from formats.errors import FormatError
from formats.registry import load_reading
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
try:
    songs, sentence = len(load_reading(Path(sys.argv[1])).songs), ""
except FormatError as error:
    songs, sentence = 0, str(error)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([songs, sentence, time.monotonic() - started, (after - before) / 1024]))
"""


def write(path, *parts):
    with path.open("wb") as file:
        for part in parts:
            file.write(part)


def write_200_mb(path):
    rows = b"".join(f"{song_id(n)},Song {n},Cash,1999,200000\n".encode() for n in range(20_000))
    write(path, HEADER, *[rows] * (200 * MB // len(rows) + 1))


def write_many_entries(path):
    write(path, HEADER, *(f'{song_id(n)},"Song {n},Cash,1999\n'.encode() for n in range(1_000_000)))


def write_zip_bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("songs.csv", "w", force_zip64=True) as file:
            for _ in range(1024):
                file.write(bytes(MB))


def write_zip_of_many(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"{number}.csv", HEADER + FIRST * 1_000_000)


def write_zip_of_names(path):
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(50_000):
            archive.writestr(f"{number}.csv", b"")


def write_gzip_bomb(path):
    with gzip.open(path, "wb") as file:
        for _ in range(1024):
            file.write(b"a," * (MB // 2))


KINDS = {
    "a 200 MB file": (write_200_mb, 0, "is larger than 100 MB"),
    "a line of 50 MB": (lambda path: write(path, HEADER, FIRST, b"x" * 50 * MB, b"\n", LAST), 2, ""),
    "a quoted line of 50 MB": (
        lambda path: write(path, HEADER, FIRST, b'"', b"x" * 50 * MB, b"\n", LAST),
        2,
        "",
    ),
    "one line of 50 MB": (lambda path: write(path, b"," * 50 * MB), 0, "has no columns that name songs"),
    "a million odd entries": (write_many_entries, 0, "more than 500,000 entries"),
    "a ZIP bomb": (write_zip_bomb, 0, "songs.csv in"),
    "a ZIP of many large files": (write_zip_of_many, 0, "more than 500,000 entries"),
    "a ZIP of many names": (write_zip_of_names, 0, "more than 10,000 files"),
    "a gzip bomb": (write_gzip_bomb, 0, "is larger than 100 MB"),
    "JSON of brackets": (lambda path: write(path, b"[", b"[]," * 8_000_000, b"[]]"), 0, "too many for JSON"),
    "JSON that is too large": (
        lambda path: write(path, b"[", b"{}," * 10_000_000, b"{}]"),
        0,
        "too large for JSON",
    ),
    "JSON without an end": (lambda path: write(path, b"[" * 20 * MB), 0, "too many for JSON"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_huge_file_ends_in_songs_or_one_sentence_in_bounded_time_and_memory(kind, tmp_path):
    make, n_songs, sentence = KINDS[kind]
    make(tmp_path / "library")

    done = subprocess.run(
        [sys.executable, "-c", READ, tmp_path / "library"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=MAX_SECONDS,
    )
    (tmp_path / "library").unlink()

    songs, refused, _, grown_mb = json.loads(done.stdout)
    assert songs == n_songs
    assert sentence in refused and "\n" not in refused
    assert bool(refused) == (n_songs == 0)
    assert grown_mb < MAX_MB
