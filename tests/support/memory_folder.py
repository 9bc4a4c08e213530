"""Where the tests write: in memory where there is room, as each makes a database or two.

On a disk a third of their time goes into making, syncing and removing files.
"""

import os
import shutil
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
# A whole run leaves less than half of this; Docker's default is 64 MB, which is too little.
MIN_FREE_BYTES = 4 * 2**30


def use() -> None:
    """Make shared memory the folder of temporary files, for child processes too, unless TMPDIR names another."""
    if "TMPDIR" not in os.environ and is_usable(SHARED_MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(SHARED_MEMORY)


def is_usable(folder: Path) -> bool:
    """Return whether a folder is there, takes what the tests write, and lets them execute it."""
    return (
        os.access(folder, os.W_OK)
        and shutil.disk_usage(folder).free >= MIN_FREE_BYTES
        and not os.statvfs(folder).f_flag & os.ST_NOEXEC
    )
