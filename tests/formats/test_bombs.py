"""Small files that unpack to a thousand times their size: one sentence, wherever something is unpacked."""

import gzip
import zipfile

import pytest

from cli.dataset_download import CATALOGUE, PLAYLISTS, fetch
from formats import library, library_csv, playlists_json, playlists_names, registry
from formats.errors import FormatError
from formats.packed import open_table
from recommender.errors import BadDataset
from tests.support.dataset_files import COLUMNS
from training.dataset import read_dataset
from training.genres import read_genres

pytestmark = pytest.mark.slow

MB = 2**20
N_MB = 2_048
HEADERS = {
    "songs": b"id,name,artists,release_date\n",
    "slice": b'{"playlists": [',
    "names": b'"user_id","artistname","trackname","playlistname"\n',
    "dataset": ",".join(COLUMNS["data.csv"][0]).encode() + b"\n",
    "genres": b"genres,artists\n",
}


def read_all(read):
    return lambda path: list(read(path))


#: Whoever unpacks -> what reads, what the file begins with, its name, and the error.
GZIPPED = {
    "a library": (library.read_library, "songs", "a.csv.gz", FormatError),
    "a library of any format": (registry.load_library, "songs", "a.csv.gz", FormatError),
    "a table of songs": (library_csv.read_library, "songs", "a.csv.gz", FormatError),
    "a slice of playlists": (registry.load_playlists, "slice", "a.json.gz", FormatError),
    "a slice": (playlists_json.read_playlists, "slice", "a.json.gz", FormatError),
    "playlists by names": (read_all(playlists_names.read_playlists), "names", "a.csv.gz", FormatError),
    "a dataset": (read_dataset, "dataset", "data.csv.gz", BadDataset),
    "genres": (read_genres, "genres", "data_w_genres.csv.gz", BadDataset),
}
#: As above, with the name of the file in the zip.
ZIPPED = {
    "a library": (library.read_library, "songs", "a.csv", FormatError),
    "a table of songs": (library_csv.read_library, "dataset", "data.csv", FormatError),
    "playlists by names": (
        read_all(playlists_names.read_playlists),
        "names",
        "spotify_dataset.csv",
        FormatError,
    ),
    "a dataset": (read_dataset, "dataset", "data.csv", BadDataset),
    "genres": (read_genres, "genres", "data_w_genres.csv", BadDataset),
}
MEMBERS = {name: header for _, header, name, _ in ZIPPED.values()}
REFUSED = "unpacks to more than 50 times its size|is larger than 100 MB"


@pytest.fixture(scope="module")
def zip_bomb(tmp_path_factory):
    """A zip with 256 MB of rows in each of its files."""
    path = tmp_path_factory.mktemp("bomb") / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, header in MEMBERS.items():
            with archive.open(name, "w") as file:
                file.write(HEADERS[header])
                for _ in range(256):
                    file.write((b"x" * 1023 + b"\n") * 1024)
    yield path
    path.unlink()


@pytest.mark.parametrize("what", GZIPPED)
def test_two_megabytes_that_are_two_gigabytes_are_refused_in_a_sentence(tmp_path, what):
    read, header, name, error = GZIPPED[what]
    (tmp_path / name).write_bytes(gzip.compress(HEADERS[header]) + gzip.compress(b" " * MB) * N_MB)
    assert (tmp_path / name).stat().st_size < 3 * MB

    with pytest.raises(error, match=REFUSED) as refused:
        read(tmp_path / name)

    assert name in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("what", ZIPPED)
def test_a_zip_of_far_more_than_it_seems_is_refused_in_a_sentence(zip_bomb, what):
    read, _, _, error = ZIPPED[what]

    with pytest.raises(error, match=REFUSED) as refused:
        read(zip_bomb)

    assert "archive.zip" in str(refused.value)


@pytest.mark.parametrize("dataset", [CATALOGUE, PLAYLISTS], ids=lambda dataset: dataset.name)
def test_a_download_that_is_such_a_zip_is_refused_and_nothing_is_stored(zip_bomb, tmp_path, dataset):
    with pytest.raises(BadDataset, match="unpacks to more than 50 times its size"):
        fetch(tmp_path / "data", zip_bomb, dataset)

    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "content", ["[" * 1_000_000, '{"a":' * 1_000_000, '"x"', "[[]]", "null", '{"tracks": 7}'], ids=range(6)
)
def test_brackets_without_end_are_no_slice(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_text(f'{{"playlists": {content}')

    with pytest.raises(FormatError, match=r"a\.json"):
        playlists_json.read_playlists(path)


def test_a_file_that_is_packed_as_tables_are_is_read_however_large(tmp_path):
    rows = "".join(
        f"{number:022d},Song {number * 7919},Artist {number % 977}\n" for number in range(60_000)
    ).encode()
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(rows, 1) * 30)

    with open_table(path) as file:
        n_read = sum(map(len, iter(lambda: file.read(MB), b"")))

    assert n_read == 30 * len(rows) > 64 * MB


def test_a_zip_with_a_password_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, header in MEMBERS.items():
            archive.writestr(name, HEADERS[header] + b"x,x,x,x\n")
    content = bytearray(path.read_bytes())
    # Of each file's own header and of the directory's, the flag that says so.
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 1)
    path.write_bytes(content)

    for read, _, _, error in ZIPPED.values():
        with pytest.raises(error, match="password"):
            read(path)
    with pytest.raises(BadDataset, match="password"):
        fetch(tmp_path / "data", path, CATALOGUE)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
@pytest.mark.parametrize("what", ZIPPED)
def test_a_zip_that_unpacks_before_it_can_be_counted_is_refused_in_a_sentence(tmp_path, what, method):
    read, _, _, error = ZIPPED[what]
    with zipfile.ZipFile(tmp_path / "archive.zip", "w", method) as archive:
        for name, header in MEMBERS.items():
            archive.writestr(name, HEADERS[header])

    with pytest.raises(error, match="packed in an unusual way"):
        read(tmp_path / "archive.zip")


@pytest.mark.parametrize(
    "content",
    ["[" + "[]," * 1_000_001 + "[]]", "[" + "{}," * 1_000_001 + "{}]", "\n" * 600_000 + "Ann - Hurt\n"],
    ids=["lists", "objects", "blank lines"],
)
def test_many_empty_things_are_refused_in_a_sentence(content):
    with pytest.raises(FormatError):
        library.read_content("songs", content.encode())


def test_an_xspf_of_many_empty_things_is_refused_in_a_sentence():
    content = "<playlist><trackList>" + "<a/>" * 1_000_001 + "</trackList></playlist>"

    with pytest.raises(FormatError, match="too many for a playlist"):
        library.read_content("songs.xspf", content.encode())


def test_a_table_of_blank_rows_is_refused_in_a_sentence():
    with pytest.raises(FormatError, match="more than 500,000 entries"):
        library.read_content("songs.csv", b"Track Name,Artist Name(s)\n" + b"\n" * 600_000)
