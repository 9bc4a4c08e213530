"""The array types of the whole program, and lists that stand one after the other in one array."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
#: Features, signals and scores, in the precision of the catalogue.
FloatArray = npt.NDArray[np.float32]
#: Sums, means and fits, where single precision loses digits.
DoubleArray = npt.NDArray[np.float64]
#: 64-bit hashes of texts (`recommender.catalogue.keys`).
KeyArray = npt.NDArray[np.uint64]

Scalar = TypeVar("Scalar", bound=np.generic)

#: Rows that are looked up at a time: what is looked up stays in the processor's cache until it is used.
BLOCK = 65_536


def list_distinct(numbers: npt.NDArray[np.integer[Any]]) -> IntArray:
    """Return the distinct ones of some numbers, ascending; none is below 0."""
    # `np.unique` takes five times as long: it hashes before it sorts.
    ordered = np.sort(numbers).astype(np.int64)
    return ordered.compress(np.diff(ordered, prepend=-1) > 0)


def shrink(numbers: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.integer[Any]]:
    """Return whole numbers, none below 0, in the smallest type that holds them."""
    # Sums and differences of 64 bits without a sign would be floats.
    smallest = min(
        np.dtype(np.int64), np.min_scalar_type(numbers.max(initial=0)), key=lambda kind: kind.itemsize
    )
    return numbers.astype(smallest)


def look_up(values: npt.NDArray[Scalar], places: npt.NDArray[np.integer[Any]]) -> npt.NDArray[Scalar]:
    """Return the value at each of many places, as `take` does, without a copy of all places in 64 bits."""
    found = np.empty(len(places), dtype=values.dtype)
    for start in range(0, len(places), BLOCK):
        some = slice(start, start + BLOCK)
        found[some] = values.take(places[some])
    return found


def get_slice(ends: npt.NDArray[np.integer[Any]], number: int) -> slice:
    """Return the slice of one of several lists that stand one after the other, by where each ends."""
    return slice(ends.item(number - 1) if number else 0, ends.item(number))


def list_places(ends: npt.NDArray[np.integer[Any]], lengths: npt.NDArray[np.integer[Any]]) -> IntArray:
    """Return the places of the items of some lists, one list after the other.

    Parameters
    ----------
    ends, lengths : (n,) where each of the lists ends, and how many items it has
    """
    places: IntArray = (ends - lengths.cumsum(dtype=np.int64)).repeat(lengths)
    places += np.arange(len(places))
    return places
