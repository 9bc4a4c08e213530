"""Where the catalogue's songs are between calm and energetic, sad and happy."""

from functools import lru_cache

import numpy as np

from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.model import Model

#: Cells on each side.
N_CELLS = 10
# Of more songs as many are counted, evenly spread: the shares do not change, and reading all would take long.
MAX_COUNTED = 200_000


# The same for every listener, and a process has one catalogue.
@lru_cache(maxsize=1)
def measure_density(catalogue: Catalogue, model: Model) -> DoubleArray:
    """Return the share of the catalogue's songs in each cell: (N_CELLS, N_CELLS), calm and sad first.

    The first place is that of the energy, the second that of the valence.
    """
    counted = catalogue.standardised[:: 1 + (len(catalogue) - 1) // MAX_COUNTED]
    energies, valences = (_find_cells(model.restore(counted, name)) for name in ("energy", "valence"))
    counts = np.bincount(energies * N_CELLS + valences, minlength=N_CELLS**2)
    shares: DoubleArray = (counts / counts.sum()).reshape(N_CELLS, N_CELLS)
    return shares


def _find_cells(values: DoubleArray) -> IntArray:
    """Return the cell of each of some values from 0 to 1; that of 1 is the last."""
    return np.minimum((values * N_CELLS).astype(np.int64), N_CELLS - 1)
