"""The dataset: downloaded from Kaggle or taken from a download made by hand, checked, and stored."""

import csv
import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path

import kagglehub
import requests
from kagglehub.exceptions import BackendError, DataCorruptionError

from recommender.catalogue.features import NAMES
from recommender.errors import BadDataset

DATASET = "vatsalmavani/spotify-dataset"
PAGE = f"https://www.kaggle.com/datasets/{DATASET}"
SONGS, GENRES = "data.csv", "data_w_genres.csv"
COLUMNS = {SONGS: {"id", "name", "artists", *NAMES}, GENRES: {"genres", "artists"}}
MIN_ROWS = {SONGS: 100_000, GENRES: 10_000}  # the dataset has about 170,000 songs and 28,000 artists
BY_HAND = f"Or download {PAGE} in a browser and pass it on: ./run fetch-data --from archive.zip"


def fetch(folder: Path, source: Path | None = None) -> None:
    """Fetch data.csv and data_w_genres.csv, check them, and replace each in `folder` as a whole.

    Without `source` kagglehub downloads them from Kaggle; it keeps what it has
    when the connection breaks, and resumes from there the next time. `source`
    is a zip or a folder downloaded by hand.

    Raises
    ------
    BadDataset
        If the files cannot be had, lack a column or have too few rows; `folder`
        then stays as it was.
    """
    with tempfile.TemporaryDirectory() as unpacked:
        found = _unpack(source, Path(unpacked)) if source else _download()
        counts = {name: _count_rows(found / name) for name in COLUMNS}
        folder.mkdir(exist_ok=True)
        for name, rows in counts.items():
            beside = folder / f"{name}.new"
            shutil.copyfile(found / name, beside)
            os.replace(beside, folder / name)
            with (folder / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            print(f"{folder / name}: {rows:,} rows, SHA-256 {digest}")
    print(f"Licence: the one that {PAGE} names; the songs' features came from Spotify (see data/README.md)")


def _download() -> Path:
    """Download the dataset into the cache of kagglehub, and return the folder with the files."""
    try:
        return _find_folder(SONGS, Path(kagglehub.dataset_download(DATASET)))
    except (requests.RequestException, BackendError, OSError) as error:
        raise BadDataset(
            f"Kaggle cannot be reached or broke off ({type(error).__name__}). Is the network up?"
            f" Run ./run fetch-data again: it goes on where it stopped. {BY_HAND}"
        ) from error
    # kagglehub compares checksums where Kaggle sends them; else unpacking fails, with an error per format.
    except (DataCorruptionError, zipfile.BadZipFile, zlib.error, ValueError) as error:
        raise BadDataset(
            f"the download was damaged ({error}); run ./run fetch-data again. {BY_HAND}"
        ) from error


def _unpack(source: Path, unpacked: Path) -> Path:
    """Return the folder with the files of a download made by hand; a zip is unpacked first."""
    if source.is_dir():
        return _find_folder(SONGS, source)
    try:
        with zipfile.ZipFile(source) as archive:
            for name in COLUMNS:
                inside = next((entry for entry in archive.namelist() if Path(entry).name == name), None)
                if inside is None:
                    raise BadDataset(f"{source} holds no {name}: it is not a download of {PAGE}")
                with archive.open(inside) as packed, (unpacked / name).open("wb") as file:
                    shutil.copyfileobj(packed, file)
    except FileNotFoundError as error:
        raise BadDataset(f"there is no {source}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise BadDataset(f"{source} is not a whole zip ({error}): download it again from {PAGE}") from error
    return unpacked


def _find_folder(name: str, folder: Path) -> Path:
    found = next(iter(sorted(folder.rglob(name))), None)
    if found is None:
        raise BadDataset(f"{folder} holds no {name}: it is not a download of {PAGE}")
    return found.parent


def _count_rows(path: Path) -> int:
    """Check the columns of a file, and count its rows.

    Raises
    ------
    BadDataset
        If it is missing, is not CSV in UTF-8, lacks a column or has too few rows.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            missing = COLUMNS[path.name] - set(next(lines, []))
            rows = sum(1 for _ in lines)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(f"{path} cannot be read ({error}): download it again from {PAGE}") from error
    if missing:
        raise BadDataset(f"{path} lacks the column {', '.join(sorted(missing))}: is it a download of {PAGE}?")
    if rows < MIN_ROWS[path.name]:
        raise BadDataset(f"{path} has only {rows:,} rows: was the download cut? Get it again from {PAGE}")
    return rows
