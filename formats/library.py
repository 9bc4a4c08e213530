"""A listener's library, in whatever file it comes: known by what it is, not by what it is called."""

import gzip
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath

from formats import json_songs, library_csv, lines, xspf
from formats.columns import EXPORTERS, join_names
from formats.errors import FormatError
from formats.packed import MAX_RATIO, UNPACK_ERRORS, compute_limit
from formats.reading import Collector, Reading
from formats.text import CODE_PAGES, MAX_TEXT_BYTES, MAX_TREE_BYTES, Text, decode

# Of everything in a ZIP, unpacked; and how many files it may have.
MAX_TOTAL_BYTES = 512 * 2**20
MAX_FILES = 10_000
# Ten years of listening to a hundred songs a day; it keeps time and memory bounded.
MAX_ENTRIES = 500_000
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


KNOWN = (
    f"known are exports of {', '.join(exporter.name for exporter in EXPORTERS if exporter.name)}, any table"
    " with columns for title and artist, M3U, JSPF, XSPF, and lines of Artist - Title"
)


def read_library(path: Path) -> Reading:
    """Read the songs of a library, plain, gzipped, or as the files of a ZIP, each song once.

    Raises
    ------
    FormatError
        If the file is missing, damaged, too large, or nothing in it names songs; one sentence says which.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TEXT_BYTES + 1)
    except FileNotFoundError as error:
        raise FormatError(f"there is no file {path}") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error}") from error
    return read_content(str(path), _limit(str(path), content))


def read_content(name: str, content: bytes) -> Reading:
    """Read the songs of a library that is in memory; `name` is what its sentences call it.

    Raises
    ------
    FormatError
        As `read_library`.
    """
    content = _gunzip(name, content) if content.startswith(b"\x1f\x8b") else content
    if content.startswith(b"PK\x03\x04"):
        reading = _read_zip(name, content)
    else:
        text = decode(name, content)
        songs = Collector(name, MAX_ENTRIES)
        if not _collect(text, {True: songs, False: songs}):
            raise FormatError(_describe_misfit(text))
        reading = songs.finish()
    if reading.left_out and not reading.songs:
        raise FormatError(f"{name}: {reading.describe()}")
    return reading


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


def _read_zip(name: str, content: bytes) -> Reading:
    songs = {is_whole: Collector(name, MAX_ENTRIES) for is_whole in (True, False)}
    misfits: list[str] = []
    is_any = False
    for text in _unpack(name, content):
        if _collect(text, songs):
            is_any = True
        else:
            misfits.append(text.name)
    if not is_any:
        raise FormatError(
            f"{name} holds no file that names songs{': ' if misfits else ''}{join_names(misfits)}; {KNOWN}"
        )
    return songs[songs[True].n_songs > 0].finish()


def _gunzip(name: str, content: bytes) -> bytes:
    try:
        with gzip.open(BytesIO(content)) as file:
            return _limit(name, file.read(MAX_TEXT_BYTES + 1))
    except UNPACK_ERRORS as error:
        raise FormatError(f"{name} cannot be read: {error}") from error


def _unpack(name: str, content: bytes) -> Iterator[Text]:
    """Yield the files of a ZIP that may hold songs."""
    # Counted before the directory is read, which takes much memory.
    if content.count(b"PK\x01\x02") > MAX_FILES:
        raise FormatError(f"{name} holds more than {MAX_FILES:,} files: is it an export of playlists?")
    n_bytes = 0
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.infolist():
                # Tools on Windows write backslashes.
                path = PurePosixPath(member.filename.replace("\\", "/"))
                if path.parts[:1] == ("xl",):
                    raise FormatError(f"{name} is an Excel workbook: save it as CSV")
                if (
                    path.suffix.lower() not in ENDINGS
                    or path.name.startswith(".")
                    or "__MACOSX" in path.parts
                ):
                    continue
                with archive.open(member) as file:
                    text = _limit(f"{path.name} in {name}", file.read(MAX_TEXT_BYTES + 1))
                n_bytes += len(text)
                if n_bytes > compute_limit(len(content)):
                    raise FormatError(
                        f"{name} unpacks to more than {MAX_RATIO} times its size, as no library does"
                    )
                if n_bytes > MAX_TOTAL_BYTES:
                    raise FormatError(f"{name} is larger than {MAX_TOTAL_BYTES >> 20} MB once it is unpacked")
                yield decode(path.name, text)
    # ValueError: the name of a file is no text.
    except (*UNPACK_ERRORS, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{name} cannot be read: {error}") from error


def _limit(name: str, content: bytes) -> bytes:
    if len(content) > MAX_TEXT_BYTES:
        raise FormatError(
            f"{name} is larger than {MAX_TEXT_BYTES >> 20} MB, more than any library: is it the right file?"
        )
    return content


def _describe_misfit(text: Text) -> str:
    """Return one sentence on why no format fits: what the file has, and what would fit."""
    if not text.head:
        return f"{text.name} is empty"
    if text.head.startswith(("{", "[")) and text.tree is None:
        if len(text.content) > MAX_TREE_BYTES:
            return f"{text.name} is larger than {MAX_TREE_BYTES >> 20} MB, too large for JSON"
        return f"{text.name} is no whole JSON, nor a table of songs: export it again; {KNOWN}"
    columns = join_names(json_songs.list_keys(text) if text.tree else library_csv.list_names(text))
    return f"{text.name} has no columns that name songs{', only ' if columns else ''}{columns}; {KNOWN}"
