"""Become a command that ends with its parent, even where that is killed: `tied.py PARENT COMMAND …`.

Standard library only: it is run as a file, and then becomes the command.
"""

import ctypes
import os
import signal
import subprocess
import sys

# From Linux's sys/prctl.h; it survives an exec, and a fork clears it.
PR_SET_PDEATHSIG = 1
BETWEEN_LOOKS_S = 0.5


def main(words: list[str]) -> int:
    """Become the command, or run it and watch the parent where the kernel does not."""
    parent, *command = words
    if sys.platform != "linux":
        return watch(int(parent), command)
    die_with(int(parent))
    os.execvp(command[0], command)  # noqa: S606 - this is how a process becomes another


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; end at once where it has ended already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "the kernel cannot tie a process to its parent")
    if os.getppid() != parent:
        sys.exit(1)


def watch(parent: int, command: list[str]) -> int:
    """Run a command, and return its exit code; kill it, and all of this group, once the parent has ended."""
    # Whoever stops this stops the group, so the command is told, too: its end is waited for.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait(BETWEEN_LOOKS_S)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
