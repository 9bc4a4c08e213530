import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cli.dataset_download import COLUMNS, GENRES, MIN_ROWS, NEWER, SONGS, fetch, fetch_newer
from recommender.errors import BadDataset
from tests.support.dataset_files import COLUMNS as COLUMNS_BY_KIND
from tests.support.dataset_files import make_rows, write
from training.sources import read_songs

ROOT = Path(__file__).parents[2]
FETCH = (
    "import sys; from pathlib import Path; from cli.dataset_download import fetch; from recommender.errors import BadDataset\n"
    "try: fetch(Path(sys.argv[1]))\n"
    "except BadDataset as error: sys.exit(str(error))"
)


def write_table(folder, name, n_rows, columns=None):
    """Write a table with the columns of the dataset and short rows."""
    columns = sorted(columns or COLUMNS[name])
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        rows.writerows([number, *("0" for _ in columns[1:])] for number in range(n_rows))


@pytest.fixture(scope="module")
def download(tmp_path_factory):
    """A folder with what Kaggle has: both tables, of the least length that is accepted."""
    folder = tmp_path_factory.mktemp("download")
    for name, n_rows in MIN_ROWS.items():
        write_table(folder, name, n_rows)
    return folder


def zipped(source, path, inside=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (SONGS, GENRES):
            if (source / name).exists():
                archive.write(source / name, inside + name)
    return path


def is_fetched(folder, download):
    return all((folder / name).read_bytes() == (download / name).read_bytes() for name in (SONGS, GENRES))


@pytest.fixture
def old(tmp_path):
    """A data folder that holds files from before."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in (SONGS, GENRES):
        (folder / name).write_text("from before")
    return folder


def refused(old, source):
    """Fetch what must be refused, check that the old files are untouched, and return the sentence."""
    with pytest.raises(BadDataset) as caught:
        fetch(old, source)
    assert {file.name: file.read_text() for file in old.iterdir()} == {
        SONGS: "from before",
        GENRES: "from before",
    }
    return str(caught.value)


@pytest.mark.parametrize("inside", ["", "archive/", "a/b/", "a\\b\\"])
def test_a_zip_is_taken_wherever_the_tables_lie_in_it(download, tmp_path, inside, capsys):
    fetch(tmp_path / "data", zipped(download, tmp_path / "archive.zip", inside))

    assert is_fetched(tmp_path / "data", download)
    printed = capsys.readouterr().out
    assert "100,000 rows, SHA-256 " in printed
    assert "Licence" in printed


@pytest.mark.parametrize("inside", [".", "archive"])
def test_a_folder_is_taken_wherever_the_tables_lie_in_it(download, tmp_path, inside):
    folder = tmp_path / "unpacked" / inside
    folder.mkdir(parents=True)
    for name in (SONGS, GENRES):
        os.link(download / name, folder / name)

    fetch(tmp_path / "data", tmp_path / "unpacked")

    assert is_fetched(tmp_path / "data", download)


def test_new_files_replace_old_ones(download, old):
    fetch(old, download)

    assert is_fetched(old, download)
    assert sorted(file.name for file in old.iterdir()) == sorted((SONGS, GENRES))


def test_what_is_not_there_is_refused(old, tmp_path):
    assert "there is no" in refused(old, tmp_path / "none.zip")


def test_a_cut_zip_is_refused(old, download, tmp_path):
    whole = zipped(download, tmp_path / "archive.zip")
    whole.write_bytes(whole.read_bytes()[:-1000])

    assert "not a whole zip" in refused(old, whole)


def test_a_zip_with_a_spoilt_byte_is_refused(old, download, tmp_path):
    whole = zipped(download, tmp_path / "archive.zip")
    content = bytearray(whole.read_bytes())
    content[2000:2100] = bytes(100)
    whole.write_bytes(content)

    assert "not a whole zip" in refused(old, whole)


def test_a_file_that_is_no_zip_is_refused(old, download):
    assert "not a whole zip" in refused(old, download / SONGS)


def test_another_zip_is_refused(old, tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("holiday.jpg", b"")

    assert f"holds no {SONGS}" in refused(old, tmp_path / "other.zip")


def test_a_folder_without_the_songs_is_refused(old, tmp_path):
    (tmp_path / "empty").mkdir()

    assert f"holds no {SONGS}" in refused(old, tmp_path / "empty")


def test_a_folder_without_the_genres_is_refused(old, download, tmp_path):
    (tmp_path / "half").mkdir()
    os.link(download / SONGS, tmp_path / "half" / SONGS)

    assert GENRES in refused(old, tmp_path / "half")


def test_every_missing_column_is_named(old, download, tmp_path):
    (tmp_path / "short").mkdir()
    write_table(tmp_path / "short", SONGS, 100_000, COLUMNS[SONGS] - {"tempo", "artists"})
    os.link(download / GENRES, tmp_path / "short" / GENRES)

    assert "lacks the column artists, tempo" in refused(old, tmp_path / "short")


@pytest.mark.parametrize(("name", "rows"), [(SONGS, "99,999"), (GENRES, "9,999")])
def test_one_row_too_few_is_refused(old, download, tmp_path, name, rows):
    (tmp_path / "short").mkdir()
    for each in (SONGS, GENRES):
        if each != name:
            os.link(download / each, tmp_path / "short" / each)
    write_table(tmp_path / "short", name, MIN_ROWS[name] - 1)

    assert f"has only {rows} rows" in refused(old, tmp_path / "short")


def test_a_table_that_is_no_text_is_refused(old, download, tmp_path):
    (tmp_path / "binary").mkdir()
    (tmp_path / "binary" / SONGS).write_bytes(b"\xff\xfe\x00binary")
    os.link(download / GENRES, tmp_path / "binary" / GENRES)

    assert "cannot be read" in refused(old, tmp_path / "binary")


#: The newer datasets as they are, but for their length.
SHORT = [replace(dataset, min_rows=dict.fromkeys(dataset.columns, 20)) for dataset in NEWER]


def write_newer(folder, kinds):
    folder.mkdir(exist_ok=True)
    for kind in kinds:
        (folder / kind).write_text(write(kind, make_rows(kind, 20)), encoding="utf-8")
    return folder


NEWER_FILES = ["dataset.csv", "spotify_data.csv", "universal_top_spotify_songs.csv"]


def test_every_newer_dataset_is_a_kind_that_training_knows():
    names = [name for dataset in NEWER for name in dataset.columns]

    assert names == NEWER_FILES
    for dataset in NEWER:
        for name, columns in dataset.columns.items():
            assert columns <= set(COLUMNS_BY_KIND[name][0])


@pytest.mark.parametrize("kinds", [NEWER_FILES, *([name] for name in NEWER_FILES)], ids="+".join)
@pytest.mark.parametrize("is_zip", [False, True])
def test_the_newer_datasets_that_a_download_holds_are_stored_with_their_licence(
    old, tmp_path, capsys, kinds, is_zip
):
    source = write_newer(tmp_path / "downloads", kinds)
    if is_zip:
        source = Path(shutil.make_archive(str(tmp_path / "archive"), "zip", source))

    fetch_newer(old, source, SHORT)

    printed = capsys.readouterr().out
    assert sorted(file.name for file in old.iterdir()) == sorted([SONGS, GENRES, *kinds])
    assert printed.count("Licence: the one that https://www.kaggle.com/datasets/") == len(kinds)
    words = [f"--data {old / name}" for name in (SONGS, *kinds)]
    assert printed.splitlines()[-1].endswith(f"./run train {' '.join(words)}")
    assert (old / SONGS).read_text() == "from before"


def test_what_fetch_data_newer_has_stored_trains_together(tmp_path, capsys):
    fetch_newer(tmp_path / "data", write_newer(tmp_path / "downloads", NEWER_FILES), SHORT)
    words = capsys.readouterr().out.splitlines()[-1].split("./run train ")[1].split()

    songs = read_songs([Path(word) for word in words if word != "--data"])

    assert [source.kind for source in songs.sources] == NEWER_FILES
    assert len(songs.dataset.ids) == 20


def test_a_download_of_no_newer_dataset_is_refused(old, download, tmp_path):
    sentence = "holds none of dataset.csv, spotify_data.csv, universal_top_spotify_songs.csv"
    for source in (download, zipped(download, tmp_path / "archive.zip")):
        with pytest.raises(BadDataset, match=sentence):
            fetch_newer(old, source)
    with pytest.raises(BadDataset, match="there is no"):
        fetch_newer(old, tmp_path / "none.zip")
    assert sorted(file.name for file in old.iterdir()) == sorted([SONGS, GENRES])


def test_a_newer_dataset_that_is_cut_is_refused(old, tmp_path):
    with pytest.raises(BadDataset, match=r"dataset\.csv has only 20 rows"):
        fetch_newer(old, write_newer(tmp_path / "downloads", ["dataset.csv"]))

    assert not (old / "dataset.csv").exists()


def fetched_from(proxy, folder):
    """Fetch in a process that reaches Kaggle, or its double, only through a proxy on this machine.

    kagglehub's own variable makes it ask plain http://localhost, which the
    proxy can answer in Kaggle's place.
    """
    environment = {
        **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        "HTTP_PROXY": proxy,
        "http_proxy": proxy,
        "KAGGLE_API_ENVIRONMENT": "LOCALHOST",
        "KAGGLEHUB_CACHE": str(folder / "cache"),
        "HOME": str(folder),
    }
    return subprocess.run(
        [sys.executable, "-c", FETCH, str(folder / "data")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


class Kaggle(BaseHTTPRequestHandler):
    """As much of Kaggle as a download needs; the first answer with the archive breaks off."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("GetDataset"):
            self._answer(
                200, json.dumps({"currentVersionNumber": 1}).encode(), {"Content-Type": "application/json"}
            )
        else:
            self._answer(302, b"", {"Location": "http://localhost/archive.zip"})

    def do_GET(self):
        archive, asked = self.server.archive, self.headers.get("Range")
        self.server.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        self.close_connection = True
        end = len(archive) * 3 // 4 if len(self.server.ranges) == 1 else len(archive)
        self._answer(
            206 if asked else 200, archive[start:end], {"Accept-Ranges": "bytes"}, len(archive) - start
        )

    def _answer(self, status, body, headers, promised=None):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(promised or len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # kagglehub hangs up when it sees that it can go on from where it stopped


@pytest.fixture
def kaggle(download, tmp_path):
    """A proxy that answers as Kaggle would."""
    with zipfile.ZipFile(tmp_path / "archive.zip", "w", zipfile.ZIP_STORED) as archive:
        for name in (SONGS, GENRES):
            archive.write(download / name, name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Kaggle)
    server.archive, server.ranges = (tmp_path / "archive.zip").read_bytes(), []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_download_that_was_cut_goes_on_where_it_stopped(kaggle, download, tmp_path):
    proxy = f"http://127.0.0.1:{kaggle.server_port}"

    first = fetched_from(proxy, tmp_path)
    kept = next((tmp_path / "cache").rglob("*.archive")).stat().st_size
    second = fetched_from(proxy, tmp_path)

    assert first.returncode == 1
    assert "./run fetch-data again: it goes on where it stopped" in first.stderr.splitlines()[-1]
    assert second.returncode == 0, second.stderr
    assert 0 < kept < len(kaggle.archive)
    assert kaggle.ranges[-1] == f"bytes={kept}-"
    assert is_fetched(tmp_path / "data", download)


def test_a_download_that_is_no_archive_is_one_sentence(kaggle, tmp_path):
    kaggle.archive = b"<html>Please sign in</html>"
    kaggle.ranges.append(None)

    done = fetched_from(f"http://127.0.0.1:{kaggle.server_port}", tmp_path)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "the download was damaged" in done.stderr.splitlines()[-1]


def test_without_network_the_sentence_says_what_to_do(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    done = fetched_from(f"http://127.0.0.1:{port}", tmp_path)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Is the network up?" in done.stderr
    assert "--from archive.zip" in done.stderr
    assert not (tmp_path / "data").exists()
