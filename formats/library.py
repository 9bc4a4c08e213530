"""A listener's library, in whatever file it comes: known by what it is, not by what it is called."""

import gzip
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from math import inf
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

from formats import json_songs, library_csv, lines, xspf
from formats.columns import EXPORTERS, join_names
from formats.errors import FormatError
from formats.packed import MAX_RATIO, UNPACK_ERRORS, compute_limit, require_usual_packing
from formats.reading import Collector, Reading, describe_entries
from formats.text import CHUNK_BYTES, CODE_PAGES, MAX_NODES, MAX_TEXT_BYTES, MAX_TREE_BYTES, Text, decode
from recommender.language import Language, mark

# How a gzipped file begins, a ZIP, and an entry of a ZIP's directory.
GZIP, ZIP, MEMBER = b"\x1f\x8b", b"PK\x03\x04", b"PK\x01\x02"
# What is unpacked is kept on the disk from here on.
MAX_IN_MEMORY_BYTES = 4 * 2**20
# Of everything in a ZIP, unpacked; and how many files it may have.
MAX_TOTAL_BYTES = 512 * 2**20
MAX_FILES = 10_000
# Ten years of listening to a hundred songs a day; it keeps time and memory bounded.
MAX_ENTRIES = 500_000
# Different songs of a history beside a library, however few of them a library may have.
MAX_PLAYED = 100_000
#: What files of songs in a ZIP are called.
ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jspf", ".xspf", ".m3u", ".m3u8")


@dataclass(frozen=True)
class LibraryFormat:
    """One form of a library: what people call it, how a text of it is recognised, and its reader.

    is_whole : whether it is the whole library, so that what else is in the same ZIP adds nothing
    """

    name: str
    recognises: Callable[[Text], bool]
    read: Callable[[Text, Collector], None]
    is_whole: bool = False


#: The first that recognises a text reads it. A new format is a module with its reader, and a line here.
LIBRARY_FORMATS = (
    LibraryFormat(
        "YourLibrary.json of Spotify's data export",
        json_songs.is_your_library,
        json_songs.read_your_library,
        is_whole=True,
    ),
    LibraryFormat(
        "playlists of Spotify's data export",
        json_songs.is_spotify_playlists,
        json_songs.read_spotify_playlists,
    ),
    LibraryFormat(
        "streaming history of Spotify's data export", json_songs.is_history, json_songs.read_history
    ),
    LibraryFormat("JSPF", json_songs.is_jspf, json_songs.read_jspf),
    LibraryFormat("JSON", json_songs.is_song_list, json_songs.read_song_list),
    LibraryFormat("XSPF", xspf.is_xspf, xspf.read_xspf),
    LibraryFormat("M3U", lines.is_m3u, lines.read_m3u),
    LibraryFormat("CSV", library_csv.is_table, library_csv.read_table),
    LibraryFormat("plain lines", lines.is_plain_list, lines.read_plain_list),
)


#: What would fit, with the names of exporters; it is told behind why a file does not.
HINT = (
    "known are exports of {exporters}, any table with columns for title and artist, M3U, JSPF, XSPF, and"
    " lines of Artist - Title"
)

DAMAGED = mark("{name} cannot be read: it is damaged, protected by a password, or packed in an unusual way")


def list_exporters(language: Language) -> str:
    """List by name whose exports are known."""
    return ", ".join(language.translate(exporter.name) for exporter in EXPORTERS if exporter.name)


class NothingRead(FormatError):
    """The file has entries, but none of them is a song; it tells why."""

    def __init__(self, name: str, reading: Reading) -> None:
        entries = partial(describe_entries, reading.left_out)
        super().__init__(mark("{name} holds no songs: {entries}"), name=name, entries=entries)


def read_library(path: Path) -> Reading:
    """Read the songs of a library, plain, gzipped, or as the files of a ZIP, each song once.

    Raises
    ------
    FormatError
        If the file is missing, damaged, too large, or nothing in it names songs; one sentence says which.
    """
    try:
        with path.open("rb") as file:
            return read_file(str(path), file)
    except FileNotFoundError as error:
        raise FormatError("there is no file {path}", path=path) from error
    except OSError as error:
        raise FormatError("{path} cannot be opened: {error}", path=path, error=error) from error


def read_content(name: str, content: bytes) -> Reading:
    """Read the songs of a library that is in memory; `name` is what its sentences call it.

    Raises
    ------
    FormatError
        As `read_library`.
    """
    return read_file(name, BytesIO(content))


def read_file(name: str, file: IO[bytes], max_songs: float = inf) -> Reading:
    """Read the songs of a library from an open file; `name` is what its sentences call it.

    Parameters
    ----------
    max_songs : the songs behind these are counted, but not kept

    Raises
    ------
    FormatError
        As `read_library`.
    """
    if file.read(len(GZIP)) == GZIP:
        with _gunzip(name, file) as unpacked:
            reading = _read_unpacked(name, unpacked, max_songs)
    else:
        reading = _read_unpacked(name, file, max_songs)
    if reading.left_out and not reading.songs:
        raise NothingRead(name, reading)
    return reading


def _read_unpacked(name: str, file: IO[bytes], max_songs: float) -> Reading:
    file.seek(0)
    if file.read(len(ZIP)) == ZIP:
        return _read_zip(name, file, max_songs)
    if file.seek(0, 2) > MAX_TEXT_BYTES:
        raise _complain_of_size(name)
    text, songs = decode(name, file), Collector(name, MAX_ENTRIES, max_songs)
    if not _collect(text, {True: songs, False: songs}):
        raise _complain_of_misfit(text)
    return songs.finish()


def _collect(text: Text, songs: Mapping[bool, Collector]) -> bool:
    """Collect the songs of a text, in one of the two by `LibraryFormat.is_whole`; False if no format fits."""
    if text.encoding in CODE_PAGES:
        # Which was a guess: the names of columns, if it has any, tell for sure.
        pages = [replace(text, encoding=page) for page in dict.fromkeys((text.encoding, *CODE_PAGES))]
        text = max(pages, key=library_csv.count_known_columns)
    for form in LIBRARY_FORMATS:
        if form.recognises(text):
            form.read(text, songs[form.is_whole])
            return True
    return False


def _read_zip(name: str, file: IO[bytes], max_songs: float) -> Reading:
    # The songs of a history also tell how often those of the library were played.
    played = Collector(name, MAX_ENTRIES, max(max_songs, MAX_PLAYED))
    songs = {True: Collector(name, MAX_ENTRIES, max_songs), False: played}
    misfits: list[str] = []
    is_any = False
    for text in _unpack(name, file):
        # Of a member that cannot be read both names tell which it is.
        if _collect(replace(text, name=f"{text.name} in {name}"), songs):
            is_any = True
        else:
            misfits.append(text.name)
    if not is_any:
        values = {"name": name, "files": join_names(misfits), "exporters": list_exporters}
        if misfits:
            raise FormatError("{name} holds no file that names songs: {files}", HINT, **values)
        raise FormatError("{name} holds no file that names songs", HINT, **values)
    if songs[True].n_songs:
        songs[True].take_plays(played)
        return songs[True].finish()
    return played.finish(max_songs)


@contextmanager
def _gunzip(name: str, file: IO[bytes]) -> Iterator[IO[bytes]]:
    file.seek(0)
    with SpooledTemporaryFile(MAX_IN_MEMORY_BYTES) as unpacked:
        try:
            with gzip.open(file) as packed:
                _copy(name, packed, unpacked)
        except UNPACK_ERRORS as error:
            raise FormatError(DAMAGED, name=name) from error
        yield unpacked


def _unpack(name: str, packed: IO[bytes]) -> Iterator[Text]:
    """Yield the files of a ZIP that may hold songs; each can be read until the next one is."""
    n_packed = packed.seek(0, 2)
    # Counted before the directory is read, which takes much memory.
    if _count_members(packed) > MAX_FILES:
        raise FormatError(
            "{name} holds more than {n} files: is it an export of playlists?", name=name, n=MAX_FILES
        )
    n_bytes = 0
    try:
        with zipfile.ZipFile(packed) as archive:
            for member in archive.infolist():
                # Tools on Windows write backslashes.
                path = PurePosixPath(member.filename.replace("\\", "/"))
                if path.parts[:1] == ("xl",):
                    raise FormatError("{name} is an Excel workbook: save it as CSV", name=name)
                if (
                    path.suffix.lower() not in ENDINGS
                    or path.name.startswith(".")
                    or "__MACOSX" in path.parts
                ):
                    continue
                require_usual_packing(member)
                with SpooledTemporaryFile(MAX_IN_MEMORY_BYTES) as unpacked:
                    with archive.open(member) as file:
                        n_bytes += _copy(f"{path.name} in {name}", file, unpacked)
                    if n_bytes > compute_limit(n_packed):
                        raise FormatError(
                            "{name} unpacks to more than {n} times its size, as no library does",
                            name=name,
                            n=MAX_RATIO,
                        )
                    if n_bytes > MAX_TOTAL_BYTES:
                        raise FormatError(
                            "{name} is larger than {megabytes} MB once it is unpacked",
                            name=name,
                            megabytes=MAX_TOTAL_BYTES >> 20,
                        )
                    yield decode(path.name, unpacked)
    # ValueError: the name of a file is no text.
    except (*UNPACK_ERRORS, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(DAMAGED, name=name) from error


def _copy(name: str, packed: IO[bytes] | gzip.GzipFile, unpacked: IO[bytes]) -> int:
    """Copy what is packed until it is too large for a text, and return how many bytes that were."""
    n_bytes = 0
    while chunk := packed.read(CHUNK_BYTES):
        n_bytes += unpacked.write(chunk)
        if n_bytes > MAX_TEXT_BYTES:
            raise _complain_of_size(name)
    return n_bytes


def _count_members(packed: IO[bytes]) -> int:
    """Count what looks like an entry of a ZIP's directory."""
    n_members, before = 0, b""
    packed.seek(0)
    while chunk := packed.read(CHUNK_BYTES):
        n_members += (before + chunk).count(MEMBER)
        before = chunk[1 - len(MEMBER) :]
    return n_members


def _complain_of_size(name: str) -> FormatError:
    return FormatError(
        "{name} is larger than {megabytes} MB, more than any library: is it the right file?",
        name=name,
        megabytes=MAX_TEXT_BYTES >> 20,
    )


def _complain_of_misfit(text: Text) -> FormatError:
    """Return why no format fits: what the file has, and what would fit."""
    if not text.head:
        return FormatError("{name} is empty", name=text.name)
    known = {"name": text.name, "exporters": list_exporters}
    if text.head.startswith(("{", "[")) and text.tree is None:
        if text.n_bytes > MAX_TREE_BYTES:
            return FormatError(
                "{name} is larger than {megabytes} MB, too large for JSON",
                name=text.name,
                megabytes=MAX_TREE_BYTES >> 20,
            )
        if not text.is_parsable("{["):
            return FormatError(
                "{name} has more than {n} lists and objects, too many for JSON", name=text.name, n=MAX_NODES
            )
        return FormatError("{name} is no whole JSON, nor a table of songs: export it again", HINT, **known)
    columns = join_names(json_songs.list_keys(text) if text.tree else library_csv.list_names(text))
    if not columns:
        return FormatError("{name} has no columns that name songs", HINT, **known)
    return FormatError(
        "{name} has no columns that name songs, only {columns}", HINT, columns=columns, **known
    )
