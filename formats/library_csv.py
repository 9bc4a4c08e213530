"""Songs as a table: every exporter's CSV, whatever its delimiter, and the tables of the datasets."""

from collections.abc import Iterable, Mapping, Sequence
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from formats.artists_cell import parse_artists
from formats.cells import (
    MAX_SECONDS,
    is_no_track,
    parse_duration_ms,
    parse_flag,
    parse_number,
    parse_track_id,
    parse_year,
    unshield_formula,
)
from formats.errors import FormatError
from formats.packed import UNPACK_ERRORS, open_table
from formats.reading import NO_SONG, Collector
from formats.table_rows import (
    MAX_LINES_ABOVE,
    find_header,
    list_columns,
    read_lines,
    split_rows,
)
from formats.text import Text
from recommender.song import Song

# Rows that tell what unit a duration without one has.
N_SAMPLE = 200


def is_table(text: Text) -> bool:
    """Return whether a text has a header from which songs can be known."""
    return count_known_columns(text) > 0


def count_known_columns(text: Text) -> int:
    """Return how many kinds of columns of the header are known; 0 without a header."""
    with text.open() as file:
        header = find_header(islice(read_lines(file), MAX_LINES_ABOVE))
    return header.n_known if header else 0


def list_names(text: Text) -> list[str]:
    """Return the names in the first line that may be a header, to be shown to whoever made the file."""
    with text.open() as file:
        return list_columns(islice(read_lines(file), MAX_LINES_ABOVE))


def read_table(text: Text, songs: Collector) -> None:
    """Collect the songs of a table."""
    with text.open() as file:
        _read_songs(file, text.name, songs)


def read_library(path: Path) -> list[Song]:
    """Read the songs of a table in UTF-8, however large: a dataset's own, or an exported library.

    Plain, gzipped, or as the data.csv in a zip. Each song comes once, in the order
    of the file. A file with only a header has none.

    Raises
    ------
    FormatError
        If the file is missing, is not UTF-8 text, or lacks a needed column.
    """
    songs = Collector(str(path))
    try:
        with open_table(path, "data.csv") as file, TextIOWrapper(file, "utf-8-sig", newline="") as lines:
            _read_songs(lines, str(path), songs)
    except FileNotFoundError as error:
        raise FormatError(str(error)) from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not UTF-8 text: export the library again as CSV") from error
    except UNPACK_ERRORS as error:
        raise FormatError(f"{path} cannot be read: {error}") from error
    return list(songs.finish().songs)


def _read_songs(file: TextIO, name: str, songs: Collector) -> None:
    lines = read_lines(file)
    first = list(islice(lines, MAX_LINES_ABOVE))
    header = find_header(first)
    if header is None:
        raise FormatError(f"{name} has no columns for the name and the artists of songs")
    rows = split_rows(chain(first[header.n_lines :], lines), header, songs)
    sample = list(islice(rows, N_SAMPLE))
    duration = _choose_duration(header.columns, sample)
    for cells in chain(sample, rows):
        song = _build_song(cells, header.columns, duration)
        if song is None:
            songs.leave_out(NO_SONG)
        else:
            songs.add(song)


def _choose_duration(
    columns: Mapping[str, tuple[int, ...]], sample: Sequence[Sequence[str]]
) -> tuple[tuple[int, ...], int]:
    """Return the columns of the duration, and the milliseconds of its unit."""
    if columns["duration_ms"]:
        return columns["duration_ms"], 1
    if columns["duration_s"]:
        return columns["duration_s"], 1000
    texts = (
        cells[at].removesuffix("s") for cells in sample for at in columns["duration"][:1] if at < len(cells)
    )
    numbers = sorted(number for text in texts if (number := parse_number(text)) is not None)
    is_in_ms = bool(numbers) and numbers[len(numbers) // 2] >= MAX_SECONDS
    return columns["duration"], 1 if is_in_ms else 1000


def _build_song(
    cells: Sequence[str], columns: Mapping[str, tuple[int, ...]], duration: tuple[tuple[int, ...], int]
) -> Song | None:
    """Build the song of a row; None if its address is of something else."""
    addresses = [cells[at] for at in columns["id"] if at < len(cells)]
    song_id = next((found for found in map(parse_track_id, addresses) if found), "")
    if not song_id and any(map(is_no_track, addresses)):
        return None
    places, unit_ms = duration
    return Song(
        id=song_id,
        title=_find(cells, columns["title"]),
        artists=parse_artists(_find(cells, columns["artists"]))
        + parse_artists(_find(cells, columns["more_artists"])),
        year=parse_year(_find(cells, columns["released"])),
        duration_ms=parse_duration_ms(_find(cells, places), unit_ms),
        is_explicit=parse_flag(_find(cells, columns["explicit"])),
    )


def _find(cells: Sequence[str], places: Iterable[int]) -> str:
    """Return the first cell with anything in it."""
    for at in places:
        if at < len(cells) and cells[at]:
            return unshield_formula(cells[at])
    return ""
