"""Songs as CSV: our own export, Exportify's of every year, and the table of the dataset."""

import csv
import re
import zlib
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from zipfile import BadZipFile

from formats.artists_cell import parse_artists
from formats.errors import FormatError
from formats.packed import open_table
from recommender.song import Song

# Column names of the formats we know, by the field they fill: our own export
# and the Kaggle dataset, then Exportify's present and former headers.
COLUMNS = {
    "id": ("id", "Track URI", "Spotify URI", "Spotify ID", "Track ID"),
    "title": ("name", "Track Name"),
    "artists": ("artists", "Artist Name(s)"),
    "released": ("release_date", "year", "Release Date", "Album Release Date"),
    "duration_ms": ("duration_ms", "Duration (ms)", "Track Duration (ms)"),
    "explicit": ("explicit", "Explicit"),
}
NEEDED = ("id", "title", "artists")
FLAGS = {"1": True, "true": True, "0": False, "false": False}


def read_library(path: Path) -> list[Song]:
    """Read the songs of an exported library, in the order of the file.

    Reads our own columns (`id, name, artists, release_date, duration_ms,
    explicit`), Exportify's and the Kaggle dataset's; plain, gzipped, or as the
    data.csv in a zip. Empty cells become None; a title is any text, "NA" and
    "1999" included. A file with only a header is an empty library.

    Raises
    ------
    FormatError
        If the file is missing, is not UTF-8 text, or lacks a needed column.
    """
    try:
        with open_table(path, "data.csv") as file, TextIOWrapper(file, "utf-8-sig", newline="") as lines:
            return list(_read_songs(csv.reader(lines), path))
    except FileNotFoundError as error:
        raise FormatError(str(error)) from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not UTF-8 text: export the library again as CSV") from error
    # RuntimeError: a zip with a password.
    except (OSError, EOFError, zlib.error, BadZipFile, RuntimeError, csv.Error) as error:
        raise FormatError(f"{path} cannot be read: {error}") from error


def _read_songs(rows: Iterator[list[str]], path: Path) -> Iterator[Song]:
    header = next(rows, [])
    columns = {
        field: next((header.index(name) for name in names if name in header), None)
        for field, names in COLUMNS.items()
    }
    missing = [COLUMNS[field][0] for field in NEEDED if columns[field] is None]
    if missing:
        raise FormatError(
            f"{path} has no column {', '.join(missing)}: a CSV with id, name and artists is needed"
        )
    for row in rows:
        cells = {
            field: row[at].strip() if at is not None and at < len(row) else ""
            for field, at in columns.items()
        }
        if not any(cells.values()):
            continue
        yield Song(
            id=_parse_track_id(cells["id"]),
            title=cells["title"],
            artists=parse_artists(cells["artists"]),
            year=_parse_year(cells["released"]),
            duration_ms=_parse_int(cells["duration_ms"]),
            is_explicit=FLAGS.get(cells["explicit"].lower()),
        )


def _parse_track_id(text: str) -> str:
    """Return the ID of `spotify:track:ID`; a local file has none."""
    if text.startswith("spotify:local:"):
        return ""
    return text.rpartition(":")[2]


def _parse_year(released: str) -> int | None:
    found = re.match(r"[12]\d{3}(?!\d)", released)
    return int(found[0]) if found else None


def _parse_int(text: str) -> int | None:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None
