"""Opening a table of songs, plain, gzipped or in a zip, and how much may come out of what is packed."""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, cast

# Tables of songs are packed to a tenth, of few songs again and again to a thirtieth; zeros to a thousandth.
MAX_RATIO = 50
# Less may come out of anything.
MIN_LIMIT_BYTES = 64 * 2**20
CHUNK_BYTES = 2**20
#: What a damaged file raises, while it is opened or read. A zip with a password or of an unknown
#: compression is a RuntimeError, one whose directory lies beyond 2^63 bytes an OverflowError.
UNPACK_ERRORS = (
    *(OSError, EOFError, RuntimeError, OverflowError),
    *(zlib.error, lzma.LZMAError, zipfile.BadZipFile),
)


class UnpacksToTooMuch(OSError):
    """A file is packed so tightly that it can be no table of songs."""


class UnusualPacking(OSError):
    """A file in a zip is packed in a way of which Python unpacks whole parts at once, however large."""


class NotInZip(FileNotFoundError):
    """A zip does not hold the file that was asked for."""


class _Bounded(RawIOBase):
    """An unpacked file that fails instead of going on beyond what its packed size promises."""

    def __init__(self, unpacked: IO[bytes], n_packed: int) -> None:
        self._unpacked = unpacked
        self._left = compute_limit(n_packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._unpacked.read(len(buffer))
        self._left -= len(content)
        if self._left < 0:
            raise UnpacksToTooMuch(f"it unpacks to more than {MAX_RATIO} times its size, as no table does")
        buffer[: len(content)] = content
        return len(content)


def compute_limit(n_packed: int) -> int:
    """Return how many bytes may come out of a file of so many."""
    return max(MAX_RATIO * n_packed, MIN_LIMIT_BYTES)


def require_usual_packing(member: zipfile.ZipInfo) -> None:
    """Refuse a file in a zip that could unpack to any size before its first bytes can be counted.

    Raises
    ------
    UnusualPacking
        If it is packed by another method than what archives usually are.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnusualPacking("it is packed in an unusual way: unpack it, and make a usual ZIP of its files")


@contextmanager
def open_table(path: Path, *members: str) -> Iterator[BufferedReader]:
    """Open a plain file, a `.gz`, or the first of `members` found in a `.zip`, in whichever folder.

    Raises
    ------
    FileNotFoundError
        If there is no such file; as `NotInZip`, if the zip has none of `members`. The message says which.
    UNPACK_ERRORS
        If it is damaged, or unpacks to too much, while opening or reading.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}")
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            yield _bound(cast(IO[bytes], file), path.stat().st_size)
    elif path.suffix == ".zip":
        with open_member(path, *members) as file:
            yield file
    else:
        with path.open("rb") as file:
            yield file


@contextmanager
def open_member(path: Path, *members: str) -> Iterator[BufferedReader]:
    """Open the first of `members` found in a zip, in whichever folder.

    Raises
    ------
    NotInZip, UNPACK_ERRORS
        As `open_table`.
    """
    with zipfile.ZipFile(path) as archive:
        inside = {name_entry(entry): entry for entry in reversed(archive.namelist())}
        wanted = next((inside[name] for name in members if name in inside), None)
        if wanted is None:
            raise NotInZip(f"{path} holds no {' or '.join(members)}")
        require_usual_packing(archive.getinfo(wanted))
        with archive.open(wanted) as file:
            # No more is read of the zip than it says there.
            yield _bound(file, archive.getinfo(wanted).compress_size)


def name_entry(entry: str) -> str:
    """Return the name of a file in a zip without its folders; tools on Windows part them by backslashes."""
    return entry.replace("\\", "/").rpartition("/")[2]


def _bound(unpacked: IO[bytes], n_packed: int) -> BufferedReader:
    return BufferedReader(_Bounded(unpacked, n_packed), CHUNK_BYTES)
