"""The rows of a table: lines of bounded length, their cells, and what stray quotation marks do to them."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from formats.cells import parse_track_id
from formats.columns import find_columns, name_songs
from formats.reading import STRAY_QUOTE, TOO_LONG, TOO_MANY_CELLS, UNCLOSED_QUOTE, Collector

DELIMITERS = ",;\t|"
# Excel's own hint, which it writes and heeds; no other characters than these can separate.
SEPARATOR_LINE = re.compile(r'"?sep=([^" \r\n])"?\s*', re.IGNORECASE)
# A list may have a title and blank lines above its header.
MAX_LINES_ABOVE = 10
# The longest field that csv takes is as long, and no song needs as much.
MAX_LINE = 131_072
# No table of songs has as many; to compare tens of thousands with all known names takes seconds.
MAX_COLUMNS = 500
# A title may go over several lines; a quotation mark that stays open for more is a stray one.
MAX_LINES_OF_ROW = 20
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


def read_lines(file: TextIO) -> Iterator[str]:
    """Yield the lines; of one too long for a row its beginning alone, so that memory stays bounded."""
    while line := file.readline(MAX_LINE):
        rest = line
        while len(rest) == MAX_LINE and rest[-1] not in "\r\n":
            rest = file.readline(MAX_LINE)
        yield line


def find_header(
    lines: Iterable[str], is_header: Callable[[Sequence[str]], bool] = name_songs
) -> Header | None:
    """Find the first line whose names are those of a header, and the delimiter that shows most columns."""
    delimiters = DELIMITERS
    for number, line in enumerate(lines, start=1):
        if hint := SEPARATOR_LINE.fullmatch(line):
            delimiters = hint[1]
            continue
        headers = [parse_header(line, number, delimiter) for delimiter in delimiters]
        header = max(headers, key=lambda header: header.n_known)
        if is_header(header.names):
            return header
    return None


def list_columns(lines: Iterable[str]) -> list[str]:
    """Return the names in the first line that may be a header, to be shown to whoever made the file."""
    for line in lines:
        if line.strip() and not SEPARATOR_LINE.fullmatch(line):
            rows = [parse_header(line, 0, delimiter).names for delimiter in DELIMITERS]
            return [name for name in max(rows, key=len) if name]
    return []


def parse_header(line: str, n_lines: int, delimiter: str) -> Header:
    """Parse a line as a header that ends after `n_lines` lines, whether it names songs or not.

    More than `MAX_COLUMNS` cells name nothing.
    """
    cells = _split_cells([line], delimiter)
    names = tuple(map(str.strip, cells)) if len(cells) <= MAX_COLUMNS else ()
    return Header(n_lines, delimiter, names, find_columns(names))


def split_rows(
    lines: Iterator[str], header: Header, songs: Collector, shortens: bool = True
) -> Iterator[list[str]]:
    """Yield the cells of each row, stripped, as many as the header has or fewer.

    A quotation mark that is not closed before the next whole row spoils its own line alone.
    Of a row with too many cells those are kept that are certain, or none: `shortens` tells.
    """
    n_columns, delimiter, names = len(header.names), header.delimiter, list(header.names)
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
        cells = list(map(str.strip, cells))
        if len(cells) > n_columns:
            cells = _join_around_stray_quote(cells, header, songs)
        if len(cells) > n_columns:
            if not shortens:
                songs.leave_out(TOO_MANY_CELLS)
                continue
            songs.note_odd(TOO_MANY_CELLS)
            cells = _shorten(cells, header)
        if not any(cells):
            songs.skip_blank()
        elif cells != names:
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


def _join_around_stray_quote(cells: list[str], header: Header, songs: Collector) -> list[str]:
    """Return the cells of a row that has more than the header, as few as they are known to be.

    `"Royce Da 5'9",Joell Ortiz"` comes as two cells, of which the second ends in
    a stray mark, and is put together again. Empty ones at the end are dropped.
    """
    for at in range(len(cells) - 1, 0, -1):
        if cells[at].endswith('"') and cells[at].count('"') % 2:
            cells[at - 1 : at + 1] = [f'{cells[at - 1]}"{header.delimiter}{cells[at][:-1]}']
            songs.note_odd(STRAY_QUOTE)
            break
    while len(cells) > len(header.names) and not cells[-1]:
        cells.pop()
    return cells


def _shorten(cells: list[str], header: Header) -> list[str]:
    """Return as many cells as the header has, without those that may stand too far right."""
    uncertain = {place for field in UNCERTAIN for place in header.columns[field]}
    return ["" if at in uncertain else cell for at, cell in enumerate(cells[: len(header.names)])]
