"""Tables of songs in Parquet, read a few rows at a time, as text: so they are checked as any other table."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recommender.errors import BadDataset

# Rows that are decoded at one time.
BATCH_ROWS = 10_000


def read_names(path: Path) -> tuple[str, ...]:
    """Return the names of the columns.

    Raises
    ------
    BadDataset
        If the file cannot be read.
    """
    with _naming(path):
        return tuple(pq.read_schema(path).names)


def read_rows(path: Path, places: Collection[int]) -> Iterator[list[str]]:
    """Yield the cells of each row; what is not known, and what stands at none of `places`, is "".

    Raises
    ------
    BadDataset
        If the file cannot be read, or a column at one of `places` holds no cells.
    """
    # Around the reading alone: what fails where the rows are used is no fault of the file's.
    with _naming(path):
        file = pq.ParquetFile(path)
    with file:
        names = file.schema_arrow.names
        needed = list(dict.fromkeys(names[place] for place in places))
        batches = file.iter_batches(BATCH_ROWS, columns=needed)
        while True:
            with _naming(path):
                batch = next(batches, None)
                if batch is None:
                    return
                # With "artists" comes "artists.name". Of columns of one name the first counts.
                columns = dict(zip(reversed(batch.schema.names), reversed(batch.columns), strict=True))
                cells = {name: _write_cells(columns[name]) for name in needed}
            nothing = [""] * len(batch)
            yield from map(list, zip(*(cells.get(name, nothing) for name in names), strict=True))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name the file where it is damaged, or has types that are no cells."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise BadDataset(f"{path} cannot be read: {str(error).strip()}; fetch or export it again") from error


def _write_cells(column: Any) -> list[str]:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        # As the Kaggle dataset writes several artists.
        return [str(names) if names else "" for names in column.to_pylist()]
    return [(text or "").strip() for text in pc.cast(column, pa.string()).to_pylist()]
