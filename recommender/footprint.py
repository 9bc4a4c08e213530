"""An estimate of the memory that an object holds, for caches that are bounded by it."""

from collections.abc import Iterable
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

# Types that hold no arrays; there are thousands of such values.
PLAIN = frozenset({str, bytes, int, float, bool, type(None)})
# Not of one object alone: code, and what all share.
SHARED = (type, ModuleType)


def count_bytes(held: object, shared: Iterable[object] = ()) -> int:
    """Count the bytes of all arrays that are reached from an object, each once.

    Arrays of mapped files and what is reached through `shared` are left out, and so is all
    but arrays: texts, for example.
    """
    seen = {id(each) for each in shared}
    waiting: list[Any] = [held]
    n_bytes = 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, SHARED):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            # Of a view it is the array behind it that is held.
            if isinstance(one.base, np.ndarray):
                waiting.append(one.base)
            elif not isinstance(one, np.memmap):
                n_bytes += one.nbytes
        else:
            # Other threads may be adding to what it holds: a list of that is made at once.
            waiting.extend([part for part in list(_list_parts(one)) if type(part) not in PLAIN])
    return n_bytes


def _list_parts(one: Any) -> Iterable[Any]:
    if isinstance(one, dict):
        return one.values()
    if isinstance(one, tuple | list | set | frozenset):
        return one
    if isinstance(one, FunctionType):
        return [cell.cell_contents for cell in one.__closure__ or ()]
    if isinstance(one, MethodType):
        return [one.__self__]
    return vars(one).values() if hasattr(one, "__dict__") else ()
