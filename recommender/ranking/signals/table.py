"""A signal as a look-up table: few values, and which of them is each row's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import BLOCK, FloatArray, IntArray


class Places(Protocol):
    """Places that are looked up by row: an array, or what finds them when asked."""

    def __getitem__(self, rows: slice) -> npt.NDArray[np.integer[Any]]:
        """Return the places of the rows of a slice."""

    def take(self, rows: IntArray) -> npt.NDArray[np.integer[Any]]:
        """Return the places of some rows."""


@dataclass(frozen=True, eq=False)
class Table:
    """A signal over the n rows of the catalogue.

    values : (n_values,) float32, from 0 to 1
    places : (n,) not negative, which of the values is each row's; or what finds that when it is asked
    groups : (n_places,) which of the values is that of each place; None where each has its own
    """

    values: FloatArray
    places: Places
    groups: npt.NDArray[np.integer[Any]] | None = None

    def at(self, rows: IntArray | slice) -> FloatArray:
        """Look up the values of some rows."""
        # Taking costs less than half of what indexing by small integers does.
        places = self.places[rows] if isinstance(rows, slice) else self.places.take(rows)
        values: FloatArray = self.values.take(places if self.groups is None else self.groups.take(places))
        return values


def add_up(weighted: Sequence[tuple[np.float32, Table]]) -> Table:
    """Return the weighted sum of one or more tables over the same places."""
    [(fraction, table), *others] = weighted
    if not others:
        return Table(fraction * table.values, table.places, table.groups)
    n_places = len(table.values if table.groups is None else table.groups)
    sums = np.zeros(n_places, dtype=np.float32)
    for fraction, one in weighted:
        for start in range(0, n_places, BLOCK):
            some = slice(start, start + BLOCK)
            sums[some] += fraction * (
                one.values[some] if one.groups is None else one.values.take(one.groups[some])
            )
    return Table(sums, table.places)


def scale_by_logarithm(density: npt.NDArray[np.floating[Any]], floor: float) -> FloatArray:
    """Map 0 to 0 and 1 to 1 by the logarithm, which keeps densities apart down to about `floor`."""
    logarithm: FloatArray = (np.log1p(density / floor) / np.log1p(1 / floor)).astype(np.float32)
    return logarithm
