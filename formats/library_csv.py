"""Songs as a table: every exporter's CSV, whatever its delimiter, and the tables of the datasets."""

import csv
import re
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import TextIO
from zipfile import BadZipFile

from formats.artists_cell import parse_artists
from formats.cells import is_no_track, parse_duration_ms, parse_flag, parse_number, parse_track_id, parse_year
from formats.columns import find_columns, name_songs
from formats.errors import FormatError
from formats.packed import open_table
from formats.reading import (
    NO_SONG,
    STRAY_QUOTE,
    TOO_LONG,
    TOO_MANY_CELLS,
    UNCLOSED_QUOTE,
    Collector,
)
from formats.text import Text
from recommender.song import Song

DELIMITERS = ",;\t|"
# Excel's own hint, which it writes and heeds.
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
# A list may have a title and blank lines above its header.
MAX_LINES_ABOVE = 10
# The longest field that csv takes is as long, and no song needs as much.
MAX_LINE = 131_072
# A title may go over several lines; a quotation mark that stays open for more is a stray one.
MAX_LINES_OF_ROW = 20
# Rows that tell what unit a duration without one has.
N_SAMPLE = 200
# Below this durations are in seconds: no song is as short in milliseconds, and hardly one as long in seconds.
MAX_SECONDS = 10_000
# Quotation marks of a line that are tried as the stray one.
MAX_TRIES = 8
# What must not be read from a row whose cells may stand in other columns.
UNCERTAIN = ("released", "duration_ms", "duration_s", "duration", "explicit")


@dataclass(frozen=True)
class Header:
    """Where the rows of a table begin, how their cells are told apart, and what the columns are.

    n_lines : lines up to the header and with it
    columns : field -> places, the surest first
    """

    n_lines: int
    delimiter: str
    names: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]

    @property
    def n_known(self) -> int:
        """How many fields have a column."""
        return sum(map(bool, self.columns.values()))


def is_table(text: Text) -> bool:
    """Return whether a text has a header from which songs can be known."""
    return count_known_columns(text) > 0


def count_known_columns(text: Text) -> int:
    """Return how many kinds of columns of the header are known; 0 without a header."""
    with text.open() as file:
        header = find_header(islice(_read_lines(file), MAX_LINES_ABOVE))
    return header.n_known if header else 0


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
    # RuntimeError: a zip with a password.
    except (OSError, EOFError, zlib.error, BadZipFile, RuntimeError) as error:
        raise FormatError(f"{path} cannot be read: {error}") from error
    return list(songs.finish().songs)


def find_header(lines: Iterable[str]) -> Header | None:
    """Find the first line that names the columns of songs, and the delimiter that shows most of them."""
    delimiters = DELIMITERS
    for number, line in enumerate(lines, start=1):
        if hint := SEPARATOR_LINE.fullmatch(line):
            delimiters = hint[1]
            continue
        headers = [_parse_header(line, number, delimiter) for delimiter in delimiters]
        header = max(headers, key=lambda header: header.n_known)
        if name_songs(header.names):
            return header
    return None


def list_columns(text: Text) -> list[str]:
    """Return the names in the first line that may be a header, to be shown to whoever made the file."""
    with text.open() as file:
        for line in islice(_read_lines(file), MAX_LINES_ABOVE):
            if line.strip() and not SEPARATOR_LINE.fullmatch(line):
                rows = [_parse_header(line, 0, delimiter).names for delimiter in DELIMITERS]
                return [name for name in max(rows, key=len) if name]
    return []


def _parse_header(line: str, n_lines: int, delimiter: str) -> Header:
    names = tuple(cell.strip() for cell in _split_cells([line], delimiter))
    return Header(n_lines, delimiter, names, find_columns(names))


def _read_lines(file: TextIO) -> Iterator[str]:
    """Yield the lines; of one too long for a row its beginning alone, so that memory stays bounded."""
    while line := file.readline(MAX_LINE):
        rest = line
        while len(rest) == MAX_LINE and rest[-1] not in "\r\n":
            rest = file.readline(MAX_LINE)
        yield line


def _read_songs(file: TextIO, name: str, songs: Collector) -> None:
    lines = _read_lines(file)
    first = list(islice(lines, MAX_LINES_ABOVE))
    header = find_header(first)
    if header is None:
        raise FormatError(f"{name} has no columns for the name and the artists of songs")
    rows = _split_rows(chain(first[header.n_lines :], lines), header, songs)
    sample = list(islice(rows, N_SAMPLE))
    duration = _choose_duration(header.columns, sample)
    for cells in chain(sample, rows):
        song = _build_song(cells, header.columns, duration)
        if song is None:
            songs.leave_out(NO_SONG)
        else:
            songs.add(song)


def _split_rows(lines: Iterator[str], header: Header, songs: Collector) -> Iterator[list[str]]:
    """Yield the cells of each row, stripped, as many as the header has or fewer.

    A quotation mark that is not closed before the next whole row spoils its own line alone.
    """
    n_columns, delimiter = len(header.names), header.delimiter
    waiting: deque[str] = deque()  # lines that were looked at too early
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        if len(line) == MAX_LINE:
            songs.leave_out(TOO_LONG)
            continue
        if '"' in line:
            cells = _split_quoted(line, lines, waiting, header)
            if cells is None:
                cells = _split_around_stray_quote(line, header)
                if not cells:
                    songs.leave_out(UNCLOSED_QUOTE)
                    continue
                songs.note_odd(STRAY_QUOTE)
        else:
            cells = line.split(delimiter)
        cells = [cell.strip() for cell in cells]
        if len(cells) > n_columns:
            cells = _shorten(cells, header, songs)
        if any(cells) and tuple(cells) != header.names:
            yield cells


def _split_quoted(line: str, lines: Iterator[str], waiting: deque[str], header: Header) -> list[str] | None:
    """Split a row that begins with `line` and may go on for some; None if its quotation mark stays open."""
    taken: list[str] = []
    is_open = False

    def read_row() -> Iterator[str]:
        nonlocal is_open
        yield line
        while len(taken) < MAX_LINES_OF_ROW:
            follower = waiting.popleft() if waiting else next(lines, None)
            if follower is None:
                break
            if len(follower) == MAX_LINE or _is_row(follower, line, header):
                waiting.appendleft(follower)
                break
            taken.append(follower)
            yield follower
        is_open = True

    try:
        return _split_cells(read_row(), header.delimiter, strict=True)
    # Text follows the closing mark, the end comes before it, or the cell is longer than any.
    except csv.Error:
        if not taken and not is_open:
            return _split_cells([line], header.delimiter)
    waiting.extendleft(reversed(taken))
    return None


def _is_row(line: str, first: str, header: Header) -> bool:
    """Return whether a line is a row of its own, not what follows `first` in an open quotation mark."""
    cells, cells_of_first = line.split(header.delimiter), first.split(header.delimiter)
    for at in header.columns["id"]:
        if at < min(len(cells), len(cells_of_first)) and all(
            parse_track_id(row[at].strip('" ')) for row in (cells, cells_of_first)
        ):
            return True
    return (
        len(cells) >= len(header.names)
        and line.count('"') % 2 == 0
        and len(_split_cells([line], header.delimiter)) >= len(header.names)
    )


def _split_around_stray_quote(line: str, header: Header) -> list[str]:
    """Split a line that has one quotation mark too many; empty if leaving out none of them makes a row."""
    marks = [at for at, character in enumerate(line) if character == '"']
    for at in marks[:MAX_TRIES]:
        without = line[:at] + line[at + 1 :]
        cells = _split_cells([without], header.delimiter)
        if len(cells) == len(header.names) and without.count('"') % 2 == 0:
            return cells
    return []


def _split_cells(lines: Iterable[str], delimiter: str, strict: bool = False) -> list[str]:
    return next(csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=strict), [])


def _shorten(cells: list[str], header: Header, songs: Collector) -> list[str]:
    """Return as many cells as the header has, of a row that has more.

    `"Royce Da 5'9",Joell Ortiz"` comes as two cells, of which the second ends in
    a stray mark, and is put together again. Empty ones at the end are dropped. In
    any other row, who knows from where on the cells stand too far right?
    """
    n_columns = len(header.names)
    for at in range(len(cells) - 1, 0, -1):
        if cells[at].endswith('"') and cells[at].count('"') % 2:
            cells[at - 1 : at + 1] = [f'{cells[at - 1]}"{header.delimiter}{cells[at][:-1]}']
            songs.note_odd(STRAY_QUOTE)
            break
    while len(cells) > n_columns and not cells[-1]:
        cells.pop()
    if len(cells) <= n_columns:
        return cells
    songs.note_odd(TOO_MANY_CELLS)
    uncertain = {place for field in UNCERTAIN for place in header.columns[field]}
    return ["" if at in uncertain else cell for at, cell in enumerate(cells[:n_columns])]


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
            return cells[at]
    return ""
