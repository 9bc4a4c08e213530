"""Tables of songs and of artists, read as rows of text."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from formats.packed import UNPACK_ERRORS, open_table
from formats.reading import TOO_LONG, TOO_MANY_CELLS, UNCLOSED_QUOTE, Collector
from formats.table_rows import MAX_LINES_ABOVE, find_header, list_columns, read_lines, split_rows
from formats.text import MAX_MARK_BYTES, find_mark
from recommender.errors import BadDataset

# Why a row could not be told from the others, in a word.
REASONS = {UNCLOSED_QUOTE: "unclosed_quote", TOO_MANY_CELLS: "too_many_cells", TOO_LONG: "too_long"}


@dataclass(frozen=True)
class Table:
    """The header of a table and its rows; `collector` counts the lines that are no row of it.

    has_decimal_commas : whether a comma may stand for the decimal point, as it does not part the cells
    read : yields the cells of each row, stripped: as many as `names`, or fewer. It is told the places of the
        columns that are needed; what stands at others may be ""
    """

    names: tuple[str, ...]
    has_decimal_commas: bool
    read: Callable[[Collection[int]], Iterator[list[str]]]
    collector: Collector

    def count_unreadable(self) -> dict[str, int]:
        """Return why lines could not be read, and how many; once the rows are."""
        return {REASONS[reason]: n for reason, n in self.collector.finish().left_out.items()}


@contextmanager
def open_rows(path: Path, is_header: Callable[[Sequence[str]], bool], *members: str) -> Iterator[Table]:
    """Open a table, or one of `members` in a zip: in UTF-8 or UTF-16, whatever its delimiter, or in Parquet.

    The header is the first line that is one by `is_header`, else the first line at all.
    It may come again between the rows, where files were put together.

    Raises
    ------
    BadDataset
        If the file cannot be read; while its rows are read, too.
    """
    if path.suffix == ".parquet":
        yield _open_parquet(path)
        return
    try:
        with open_table(path, *members) as file:
            encoding = find_mark(file.peek(MAX_MARK_BYTES)[:MAX_MARK_BYTES]) or "utf-8"
            with TextIOWrapper(file, encoding, newline="") as text:
                yield _parse(read_lines(text), is_header, path)
    except FileNotFoundError as error:
        raise BadDataset(str(error)) from error
    except UnicodeDecodeError as error:
        raise BadDataset(f"{path} is not UTF-8 text: save it as CSV in UTF-8") from error
    except UNPACK_ERRORS as error:
        raise BadDataset(f"{path} cannot be read: {str(error).strip()}; fetch or export it again") from error


def _open_parquet(path: Path) -> Table:
    # Who has no such file need not wait until what reads it is loaded.
    from training.parquet import read_names, read_rows

    if not path.exists():
        raise BadDataset(f"there is no file {path}")
    return Table(read_names(path), False, partial(read_rows, path), Collector(str(path)))


def _parse(lines: Iterator[str], is_header: Callable[[Sequence[str]], bool], path: Path) -> Table:
    first = list(islice(lines, MAX_LINES_ABOVE))
    header = find_header(first, is_header)
    if header is None:
        names = tuple(list_columns(first))
        if not names:
            raise BadDataset(f"{path} is empty")
        return Table(names, False, lambda _: iter(()), Collector(str(path)))
    collector = Collector(str(path))
    rows = split_rows(chain(first[header.n_lines :], lines), header, collector, shortens=False)
    return Table(header.names, header.delimiter != ",", lambda _: rows, collector)
