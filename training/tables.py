"""Tables of songs and of artists, read as text in chunks."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from formats.packed import open_table
from recommender.errors import BadDataset

# A number takes 50 bytes as text and 8 as a float: the rows that are text at one
# time decide how much memory a large file needs.
CHUNK_ROWS = 100_000


def read_chunks(path: Path, *members: str) -> Iterator[pd.DataFrame]:
    """Yield the rows of a CSV, or of one of `members` in a zip, all columns as text: a title may be "NA".

    A table without rows is one empty chunk.

    Raises
    ------
    BadDataset
        If the file cannot be read.
    """
    try:
        with open_table(path, *members) as file:
            yield from pd.read_csv(
                file,
                dtype=str,
                keep_default_na=False,
                na_filter=False,
                encoding="utf-8",
                chunksize=CHUNK_ROWS,
            )
    except FileNotFoundError as error:
        raise BadDataset(str(error)) from error
    except UnicodeDecodeError as error:
        raise BadDataset(f"{path} is not UTF-8 text: save it as CSV in UTF-8") from error
    except pd.errors.EmptyDataError as error:
        raise BadDataset(f"{path} is empty") from error
    # A zip with a password is a RuntimeError.
    except (pd.errors.ParserError, zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError) as error:
        raise BadDataset(f"{path} cannot be read: {str(error).strip()}; fetch or export it again") from error


def select_columns(table: pd.DataFrame, columns: tuple[str, ...], path: Path) -> pd.DataFrame:
    """Return these columns of a table.

    Raises
    ------
    BadDataset
        If it lacks one; the text names `path`.
    """
    if missing := [name for name in columns if name not in table.columns]:
        raise BadDataset(f"{path} lacks the column {', '.join(missing)}")
    return table[list(columns)]
