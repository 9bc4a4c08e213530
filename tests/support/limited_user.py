"""Processes without a right that root has: what ordinary users meet is true of them under root, too."""

import ctypes
import os
import sys
from collections.abc import Callable

import pytest

# Linux's numbers: of the call that gives up a right for good, and of the rights.
PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_NET_BIND_SERVICE = 1, 2, 10


def give_up(*rights: int) -> Callable[[], None] | None:
    """Return what a child process does before it becomes its program; None where the user is not root anyway."""
    if os.geteuid() != 0:
        return None
    if not sys.platform.startswith("linux"):
        pytest.skip("root cannot give up a right here: needs Linux, or another user")
    drop = ctypes.CDLL(None, use_errno=True).prctl

    def before_start() -> None:
        for right in rights:
            if drop(PR_CAPBSET_DROP, right, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "a right cannot be given up")

    return before_start
