"""Tables of songs in Parquet, read a few rows at a time, as text: so they are checked as any other table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# Rows that are decoded at one time.
BATCH_ROWS = 10_000
#: What a damaged file raises, or one of types that are no cells.
PARQUET_ERRORS = (pa.ArrowException, OSError)


def read_names(path: Path) -> tuple[str, ...]:
    """Return the names of the columns."""
    return tuple(pq.read_schema(path).names)


def read_rows(path: Path) -> Iterator[list[str]]:
    """Yield the cells of each row; what is not known is an empty one."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            yield from map(list, zip(*map(_write_cells, batch.columns), strict=True))


def _write_cells(column: Any) -> list[str]:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        # As the Kaggle dataset writes several artists.
        return [str(names) if names else "" for names in column.to_pylist()]
    return [(text or "").strip() for text in pc.cast(column, pa.string()).to_pylist()]
