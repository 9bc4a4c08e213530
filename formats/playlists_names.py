"""Playlists by names alone: one CSV with a line for each song of each user's playlists."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path

from formats.errors import FormatError
from formats.packed import UNPACK_ERRORS, open_table
from formats.source_playlist import SourcePlaylist
from recommender.song import Song

#: What the column names are, whatever spaces and quotation marks stand around them.
COLUMNS = ("user_id", "artistname", "trackname", "playlistname")
MEMBER = "spotify_dataset.csv"
MAX_HEADER = 10_000  # characters; a file of another kind may be a single line
MAX_BAD_SHARE = 0.01  # with more bad lines it is the wrong file, not a few errors


def is_names_table(path: Path) -> bool:
    """Return whether the header of a table names users, artists, tracks and playlists."""
    if not path.is_file():
        return False
    try:
        with open_table(path, MEMBER) as file, TextIOWrapper(file, "utf-8-sig") as lines:
            return set(COLUMNS) <= set(_parse(lines.readline(MAX_HEADER)))
    except (*UNPACK_ERRORS, UnicodeDecodeError, csv.Error):
        return False  # whoever reads it says what is wrong


def read_playlists(path: Path) -> Iterator[SourcePlaylist]:
    """Yield the playlists, one for each user and playlist name, their songs in the order of the file.

    Only lines that stand together are held at a time: a playlist whose lines do
    not comes in several parts of the same name. Lines of another number of
    cells, and songs without title or artist, are left out.

    Raises
    ------
    FormatError
        If the file is damaged, is not UTF-8 text, or more than 1 % of its lines are bad; while reading.
    """
    try:
        with open_table(path, MEMBER) as file, TextIOWrapper(file, "utf-8-sig") as lines:
            header = _parse(lines.readline())
            yield from _group(lines, header, path)
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not UTF-8 text") from error
    except (*UNPACK_ERRORS, csv.Error) as error:
        raise FormatError(f"{path} cannot be read: {error}") from error


def _group(lines: TextIOWrapper, header: list[str], path: Path) -> Iterator[SourcePlaylist]:
    user, artist, title, playlist = map(header.index, COLUMNS)
    n_lines = n_bad = 0

    def read_rows() -> Iterator[list[str]]:
        nonlocal n_lines, n_bad
        for line in lines:
            cells = _parse(line)
            n_lines += 1
            if len(cells) == len(header):
                yield cells
            else:
                n_bad += bool(line.strip())

    for (by, name), rows in groupby(read_rows(), key=lambda cells: (cells[user], cells[playlist])):
        songs = tuple(
            Song("", cells[title], (cells[artist],)) for cells in rows if cells[title] and cells[artist]
        )
        yield SourcePlaylist(f"{path.name} {by} {name}", songs)
    if n_bad > MAX_BAD_SHARE * n_lines:
        raise FormatError(
            f"{path}: {n_bad:,} of {n_lines:,} lines do not have {len(header)} cells: is it a whole download?"
        )


def _parse(line: str) -> list[str]:
    """Parse one line by itself, so that a stray quotation mark spoils no other."""
    cells = next(csv.reader((line,), escapechar="\\", skipinitialspace=True), [])
    return [cell.strip() for cell in cells]
