"""The datasets: downloaded from Kaggle or taken from a download made by hand, checked, and stored."""

import csv
import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import kagglehub
import requests
from kagglehub.exceptions import BackendError, DataCorruptionError

from formats import playlists_names
from formats.packed import UNPACK_ERRORS, NotInZip, UnpacksToTooMuch, name_entry, open_member
from recommender.catalogue.features import NAMES
from recommender.errors import BadDataset


@dataclass(frozen=True)
class Dataset:
    """A dataset on Kaggle.

    name : its owner and name there
    columns : file name -> the columns that it needs
    min_rows : file name -> the fewest rows of a whole file
    command : what fetches it
    licence : what is known of it
    escape : what stands before a quotation mark inside a cell; None where it is doubled
    """

    name: str
    columns: Mapping[str, set[str]]
    min_rows: Mapping[str, int]
    command: str
    licence: str
    escape: str | None = None

    @property
    def page(self) -> str:
        """Its page on Kaggle."""
        return f"https://www.kaggle.com/datasets/{self.name}"

    @property
    def by_hand(self) -> str:
        """The other way to get it, as a sentence."""
        return f"Or download {self.page} in a browser and pass it on: {self.command} --from archive.zip"


SONGS, GENRES = "data.csv", "data_w_genres.csv"
COLUMNS = {SONGS: {"id", "name", "artists", *NAMES}, GENRES: {"genres", "artists"}}
MIN_ROWS = {SONGS: 100_000, GENRES: 10_000}  # the dataset has about 170,000 songs and 28,000 artists
CATALOGUE = Dataset(
    "vatsalmavani/spotify-dataset",
    COLUMNS,
    MIN_ROWS,
    "./run fetch-data",
    "the songs' features came from Spotify (see data/README.md)",
)
#: Songs later than those of the catalogue's dataset, each in a file of another kind (`training.kinds`).
NEWER = (
    Dataset(
        "maharshipandya/-spotify-tracks-dataset",
        {"dataset.csv": {"track_id", "artists", "track_name", "track_genre", *NAMES} - {"year"}},
        {"dataset.csv": 100_000},  # of 114,000
        "./run fetch-data --newer",
        "as far as known the Open Database License, its contents © the original authors (see data/README.md)",
    ),
    Dataset(
        "amitanshjoshi/spotify-1million-tracks",
        {"spotify_data.csv": {"track_id", "artist_name", "track_name", "genre", *NAMES} - {"explicit"}},
        {"spotify_data.csv": 1_000_000},  # of 1,160,000
        "./run fetch-data --newer",
        "as far as known the Open Database License (see data/README.md)",
    ),
    Dataset(
        "asaniczka/top-spotify-songs-in-73-countries-daily-updated",
        {
            "universal_top_spotify_songs.csv": (
                {
                    "spotify_id",
                    "name",
                    "artists",
                    "snapshot_date",
                    "is_explicit",
                    "album_release_date",
                    *NAMES,
                }
                - {"explicit", "year"}
            )
        },
        {"universal_top_spotify_songs.csv": 1_000_000},  # of more than 2 million
        "./run fetch-data --newer",
        "as far as known the ODC Attribution License, which asks you to name its author (see data/README.md)",
    ),
)
PLAYLISTS = Dataset(
    "andrewmvd/spotify-playlists",
    {playlists_names.MEMBER: set(playlists_names.COLUMNS)},
    {playlists_names.MEMBER: 10_000_000},  # of 12.9 million
    "./run fetch-data --playlists",
    "as far as known CC BY 4.0, which asks you to name its authors (see data/README.md)",
    escape="\\",
)


def fetch(folder: Path, source: Path | None = None, dataset: Dataset = CATALOGUE) -> None:
    """Fetch the files of a dataset, check them, and replace each in `folder` as a whole.

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
        found = _unpack(source, Path(unpacked), dataset) if source else _download(dataset)
        counts = {name: _count_rows(found / name, dataset) for name in dataset.columns}
        folder.mkdir(exist_ok=True)
        for name, rows in counts.items():
            beside = folder / f"{name}.new"
            shutil.copyfile(found / name, beside)
            os.replace(beside, folder / name)
            with (folder / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            print(f"{folder / name}: {rows:,} rows, SHA-256 {digest}")
    print(f"Licence: the one that {dataset.page} names; {dataset.licence}")


def fetch_newer(folder: Path, source: Path | None = None, datasets: Sequence[Dataset] = NEWER) -> None:
    """Fetch the newer datasets one by one, and print how to train with all of them.

    `source` is a download of one of them, or a folder with several.

    Raises
    ------
    BadDataset
        If one cannot be had, as `fetch` says, or `source` is of none; those before it are stored.
    """
    names = [name for dataset in datasets for name in dataset.columns]
    chosen = [dataset for dataset in datasets if source is None or _holds(source, dataset)]
    if not chosen:
        raise BadDataset(f"{source} holds none of {', '.join(names)}: is it a download of a newer dataset?")
    for dataset in chosen:
        fetch(folder, source, dataset)
    files = [folder / name for name in (SONGS, *names)]
    words = " ".join(f"--data {file}" for file in files if file.exists())
    print(f"Each song once, with the best values of all: ./run train {words}")


def _holds(source: Path, dataset: Dataset) -> bool:
    """Return whether a folder or zip has the files of a dataset; a file that is neither may be of any."""
    if source.is_dir():
        return any(source.rglob(next(iter(dataset.columns))))
    try:
        with zipfile.ZipFile(source) as archive:
            return {name_entry(entry) for entry in archive.namelist()} >= set(dataset.columns)
    except (zipfile.BadZipFile, OSError):
        return True  # `fetch` says what is wrong with it


def _download(dataset: Dataset) -> Path:
    """Download the dataset into the cache of kagglehub, and return the folder with the files."""
    try:
        return _find_folder(Path(kagglehub.dataset_download(dataset.name)), dataset)
    except (requests.RequestException, BackendError, OSError) as error:
        raise BadDataset(
            f"Kaggle cannot be reached or broke off ({type(error).__name__}). Is the network up?"
            f" Run {dataset.command} again: it goes on where it stopped. {dataset.by_hand}"
        ) from error
    # kagglehub compares checksums where Kaggle sends them; else unpacking fails, with an error per format.
    except (DataCorruptionError, zipfile.BadZipFile, zlib.error, ValueError) as error:
        raise BadDataset(
            f"the download was damaged ({error}); run {dataset.command} again. {dataset.by_hand}"
        ) from error


def _unpack(source: Path, unpacked: Path, dataset: Dataset) -> Path:
    """Return the folder with the files of a download made by hand; a zip is unpacked first."""
    if source.is_dir():
        return _find_folder(source, dataset)
    try:
        for name in dataset.columns:
            with open_member(source, name) as packed, (unpacked / name).open("wb") as file:
                shutil.copyfileobj(packed, file)
    except NotInZip as error:
        raise BadDataset(f"{error}: it is not a download of {dataset.page}") from error
    except FileNotFoundError as error:
        raise BadDataset(f"there is no {source}") from error
    except UnpacksToTooMuch as error:
        raise BadDataset(f"{source} cannot be unpacked: {error}") from error
    except UNPACK_ERRORS as error:
        raise BadDataset(
            f"{source} is not a whole zip ({error}): download it again from {dataset.page}"
        ) from error
    return unpacked


def _find_folder(folder: Path, dataset: Dataset) -> Path:
    name = next(iter(dataset.columns))
    found = next(iter(sorted(folder.rglob(name))), None)
    if found is None:
        raise BadDataset(f"{folder} holds no {name}: it is not a download of {dataset.page}")
    return found.parent


def _count_rows(path: Path, dataset: Dataset) -> int:
    """Check the columns of a file, and count its rows.

    Raises
    ------
    BadDataset
        If it is missing, is not CSV in UTF-8, lacks a column or has too few rows.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file, escapechar=dataset.escape, skipinitialspace=True)
            missing = dataset.columns[path.name] - set(next(lines, []))
            rows = sum(1 for _ in lines)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(f"{path} cannot be read ({error}): download it again from {dataset.page}") from error
    if missing:
        raise BadDataset(
            f"{path} lacks the column {', '.join(sorted(missing))}: is it a download of {dataset.page}?"
        )
    if rows < dataset.min_rows[path.name]:
        raise BadDataset(
            f"{path} has only {rows:,} rows: was the download cut? Get it again from {dataset.page}"
        )
    return rows
