"""Columns of texts, held as UTF-8 by NumPy: of ten million songs Python's own texts would fill gigabytes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, overload

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import BoolArray, IntArray
from recommender.catalogue.catalogue import TEXT_SEPARATOR

# Rows that are texts of Python's at one time.
BLOCK = 65_536
TEXT = np.dtypes.StringDType()


def split_into_blocks(n_rows: int) -> Iterator[slice]:
    """Yield the slices of at most `BLOCK` rows that make up `n_rows`."""
    for start in range(0, n_rows, BLOCK):
        yield slice(start, min(start + BLOCK, n_rows))


@dataclass(frozen=True, eq=False)
class TextColumn(Sequence[str]):
    """A text for each of n rows; a slice of it is a list."""

    texts: npt.NDArray[Any]

    @classmethod
    def hold(cls, texts: Sequence[str]) -> Self:
        """Make a column of these texts."""
        return cls(np.array(texts, dtype=TEXT))

    @classmethod
    def concatenate(cls, columns: Sequence[Self]) -> Self:
        """Make one column of several."""
        return cls(np.concatenate([column.texts for column in columns]))

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, rows: int) -> str: ...
    @overload
    def __getitem__(self, rows: slice) -> list[str]: ...
    def __getitem__(self, rows: int | slice) -> str | list[str]:
        found = self.texts[rows]
        return found.tolist() if isinstance(rows, slice) else str(found)

    def __iter__(self) -> Iterator[str]:
        for block in split_into_blocks(len(self)):
            yield from self[block]

    def take(self, rows: IntArray) -> list[str]:
        """Return the texts of some rows."""
        return list(self.texts[rows].tolist())

    def select(self, rows: IntArray | BoolArray) -> Self:
        """Return a column of these rows, by number or by whether to keep each."""
        return type(self)(self.texts[rows])


@dataclass(frozen=True, eq=False)
class NamesColumn(Sequence[tuple[str, ...]]):
    """Names for each of n rows, at least one."""

    joined: TextColumn

    @classmethod
    def hold(cls, names: Iterable[Iterable[str]]) -> Self:
        """Make a column of these names."""
        return cls(TextColumn.hold(list(map(TEXT_SEPARATOR.join, names))))

    @classmethod
    def concatenate(cls, columns: Sequence[Self]) -> Self:
        """Make one column of several."""
        return cls(TextColumn.concatenate([column.joined for column in columns]))

    def __len__(self) -> int:
        return len(self.joined)

    @overload
    def __getitem__(self, rows: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, rows: slice) -> list[tuple[str, ...]]: ...
    def __getitem__(self, rows: int | slice) -> tuple[str, ...] | list[tuple[str, ...]]:
        found = self.joined[rows]
        return _part(found) if isinstance(found, str) else list(map(_part, found))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return map(_part, self.joined)

    def take(self, rows: IntArray) -> list[tuple[str, ...]]:
        """Return the names of some rows."""
        return list(map(_part, self.joined.take(rows)))

    def select(self, rows: IntArray | BoolArray) -> Self:
        """Return a column of these rows, by number or by whether to keep each."""
        return type(self)(self.joined.select(rows))


def _part(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(TEXT_SEPARATOR))
