"""Opening a table of songs: plain, gzipped or in a zip."""

import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast


@contextmanager
def open_table(path: Path, *members: str) -> Iterator[IO[bytes]]:
    """Open a plain file, a `.gz`, or the first of `members` found in a `.zip`, in whichever folder.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or none of `members` in the zip; the message says which.
    OSError, EOFError, zlib.error, zipfile.BadZipFile
        If it is damaged, while opening or reading; RuntimeError if the zip has a password.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}")
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            yield cast(IO[bytes], file)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            # Tools on Windows write backslashes.
            inside = {
                name.replace("\\", "/").rpartition("/")[2]: name for name in reversed(archive.namelist())
            }
            wanted = next((inside[name] for name in members if name in inside), None)
            if wanted is None:
                raise FileNotFoundError(f"{path} holds no {' or '.join(members)}")
            with archive.open(wanted) as file:
                yield file
    else:
        with path.open("rb") as file:
            yield file
