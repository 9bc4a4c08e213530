"""Every file format of libraries and playlists, and how a file of any of them is read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from formats import playlists_json, playlists_names
from formats.errors import FormatError
from formats.library import read_library
from formats.reading import Reading
from formats.source_playlist import SourcePlaylist
from recommender.song import Song


@dataclass(frozen=True)
class Format:
    """One file format: what people call it, how a file of it is recognised, and its reader."""

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], Iterable[SourcePlaylist]]


#: The first that recognises a file reads it; the last takes whatever is left.
#: A new format is a module with its reader, and a line here.
FORMATS = (
    Format("Million Playlist Dataset", playlists_json.is_slice, playlists_json.read_playlists),
    Format("playlists by names", playlists_names.is_names_table, playlists_names.read_playlists),
    Format("library", lambda _: True, lambda path: [SourcePlaylist(path.name, read_library(path).songs)]),
)
#: What the files that a folder is read for are called at the end.
ENDINGS = (".csv", ".csv.gz", ".json", ".json.gz")


def iterate_playlists(path: Path) -> Iterator[SourcePlaylist]:
    """Yield the playlists of a file, or of every file of a folder, without holding all of them.

    A playlist may come in several parts, of the same name (`formats.playlists_names`).

    Raises
    ------
    FormatError
        If a file is missing or is not what it seems to be, or the folder has none; while reading.
    """
    for file in list_files(path):
        yield from _find_format(file).read(file)


def list_files(path: Path) -> list[Path]:
    """List the files of playlists in a folder, by name; a file is the only one of itself.

    Raises
    ------
    FormatError
        If the folder has none.
    """
    if not path.is_dir():
        return [path]
    files = sorted(
        file for file in path.iterdir() if file.name.endswith(ENDINGS) and not file.name.startswith(".")
    )
    if not files:
        raise FormatError(f"the folder {path} holds no playlists: no file ends in {', '.join(ENDINGS)}")
    return files


def load_playlists(path: Path) -> list[SourcePlaylist]:
    """Read every playlist of a file or folder, whichever format it has; an exported library is one.

    Raises
    ------
    FormatError
        If a file is missing or is not what it seems to be, or the folder has none.
    """
    songs: dict[str, tuple[Song, ...]] = {}
    for part in iterate_playlists(path):
        songs[part.name] = songs.get(part.name, ()) + part.songs
    return [SourcePlaylist(name, together) for name, together in songs.items()]


def load_library(path: Path) -> list[Song]:
    """Read the songs of one listener, whichever format the file has, in its order, each once.

    Raises
    ------
    FormatError
        If the file is missing, is not what it seems to be, or does not hold exactly one list of songs.
    """
    return list(load_reading(path).songs)


def load_reading(path: Path) -> Reading:
    """Read the songs of one listener as `load_library` does, and what was odd about the file.

    Raises
    ------
    FormatError
        As `load_library`.
    """
    form = _find_format(path)
    if form is FORMATS[-1]:
        return read_library(path)
    playlists = list(form.read(path))
    if len(playlists) != 1:
        raise FormatError("{name} holds {n} playlists: a library is one", name=path, n=len(playlists))
    return Reading(playlists[0].songs)


def _find_format(path: Path) -> Format:
    return next(form for form in FORMATS if form.recognises(path))
