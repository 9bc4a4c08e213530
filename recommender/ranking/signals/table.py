"""A signal as a look-up table: few values, and which of them is each row's."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Table:
    """A signal over the n rows of the catalogue.

    values : (n_values,) float32, from 0 to 1
    places : (n,) not negative, which of the values is each row's
    """

    values: FloatArray
    places: npt.NDArray[np.integer[Any]]

    def at(self, rows: IntArray | slice) -> FloatArray:
        """Look up the values of some rows."""
        # Taking costs less than half of what indexing by small integers does.
        places = self.places[rows] if isinstance(rows, slice) else self.places.take(rows)
        values: FloatArray = self.values.take(places)
        return values


def scale_by_logarithm(density: npt.NDArray[np.floating[Any]], floor: float) -> FloatArray:
    """Map 0 to 0 and 1 to 1 by the logarithm, which keeps densities apart down to about `floor`."""
    logarithm: FloatArray = (np.log1p(density / floor) / np.log1p(1 / floor)).astype(np.float32)
    return logarithm
