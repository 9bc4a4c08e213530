"""Opening a table of songs, whichever way it is packed."""

import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast


@contextmanager
def open_table(path: Path, member: str) -> Iterator[IO[bytes]]:
    """Open a plain file, a `.gz`, or the file called `member` in a `.zip`, in whichever folder.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or no `member` in the zip; the text says which.
    OSError, EOFError, zlib.error, zipfile.BadZipFile
        While opening or reading, if it is damaged; RuntimeError if the zip has a password.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}")
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            yield cast(IO[bytes], file)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            inside = next((name for name in archive.namelist() if Path(name).name == member), None)
            if inside is None:
                raise FileNotFoundError(f"{path} holds no {member}")
            with archive.open(inside) as file:
                yield file
    else:
        with path.open("rb") as file:
            yield file
