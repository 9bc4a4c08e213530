"""Every file format of libraries and playlists, and how a file of any of them is read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from formats.errors import FormatError
from formats.library_csv import read_library
from formats.playlists_json import is_slice, read_playlists
from formats.source_playlist import SourcePlaylist
from recommender.song import Song


@dataclass(frozen=True)
class Format:
    """One file format: what people call it, how a file of it is recognised, and its reader."""

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], list[SourcePlaylist]]


#: The first that recognises a file reads it; the last takes whatever is left.
#: A new format is a module with its reader, and a line here.
FORMATS = (
    Format("Million Playlist Dataset", is_slice, read_playlists),
    Format("CSV", lambda _: True, lambda path: [SourcePlaylist(path.name, tuple(read_library(path)))]),
)


def load_playlists(path: Path) -> list[SourcePlaylist]:
    """Read every playlist of a file, whichever format it has; an exported library is one.

    Raises
    ------
    FormatError
        If the file is missing or is not what it seems to be.
    """
    return _find_format(path).read(path)


def load_library(path: Path) -> list[Song]:
    """Read the songs of one listener, whichever format the file has, in its order.

    Raises
    ------
    FormatError
        If the file is missing, is not what it seems to be, or does not hold exactly one list of songs.
    """
    form = _find_format(path)
    playlists = form.read(path)
    if len(playlists) != 1:
        raise FormatError(f"{path} holds {len(playlists)} playlists ({form.name}): a library is one")
    return list(playlists[0].songs)


def _find_format(path: Path) -> Format:
    return next(form for form in FORMATS if form.recognises(path))
