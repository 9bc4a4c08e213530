"""Files that only the program's own user may read: the database, the queue, and their folder."""

import os
import stat
from contextlib import suppress
from pathlib import Path

# What SQLite keeps beside its file, with the same permissions.
BESIDE = ("-wal", "-shm", "-journal")


def make_private(file: Path) -> None:
    """Create a file of SQLite's and its folder where they are missing, and close them to other users.

    A folder that is there already is left as it is. A file that is there is never
    opened: closing it again would release the locks that SQLite holds on it in this process.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    for path in list_files(file):
        # Whoever closes the last connection removes those beside.
        with suppress(FileNotFoundError):
            close_to_others(path)


def list_files(file: Path) -> list[Path]:
    """List a file of SQLite's and what may lie beside it, whether they are there or not."""
    return [file, *(file.with_name(f"{file.name}{end}") for end in BESIDE)]


def close_to_others(path: Path) -> None:
    """Take from other users what they may do with a file or folder, if it is ours.

    A folder such as /tmp, in which several users keep files (its sticky bit is set), stays open.
    """
    status = path.stat()
    is_shared = bool(status.st_mode & stat.S_ISVTX)
    if status.st_uid == os.geteuid() and not is_shared:
        path.chmod(stat.S_IMODE(status.st_mode) & 0o700)
