"""Playlists to measure on: slices of the Million SourcePlaylist Dataset, and exported libraries."""

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formats.library_csv import LibraryFileError, read_library
from recommender.song import Song


@dataclass(frozen=True)
class SourcePlaylist:
    """Songs that one person put together, newest first; `name` tells it apart from every other."""

    name: str
    songs: tuple[Song, ...]


def read_playlists(path: Path) -> list[SourcePlaylist]:
    """Read every playlist of a file: `.json` or `.json.gz` in the dataset's form, else one library.

    The dataset names only the first artist of a song and no year; its lists
    are in the order in which the songs were added.

    Raises
    ------
    LibraryFileError
        If the file is missing, or is neither.
    """
    if not path.name.endswith((".json", ".json.gz")):
        return [SourcePlaylist(path.name, tuple(read_library(path)))]
    try:
        packed = path.read_bytes()
        slice_ = json.loads(gzip.decompress(packed) if path.suffix == ".gz" else packed)
        return [
            SourcePlaylist(
                f"{path.name} {each['pid']}", tuple(_song(track) for track in reversed(each["tracks"]))
            )
            for each in slice_["playlists"]
        ]
    except FileNotFoundError as error:
        raise LibraryFileError(f"there is no file {path}") from error
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryFileError(
            f"{path} is no slice of the Million SourcePlaylist Dataset: it lacks `playlists` with `tracks`"
        ) from error


def _song(track: dict[str, Any]) -> Song:
    return Song(
        id=track["track_uri"].removeprefix("spotify:track:"),
        title=track["track_name"],
        artists=(track["artist_name"],),
        duration_ms=track.get("duration_ms"),
    )
