"""Slices of the Million Playlist Dataset: JSON, plain or gzipped."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from formats.errors import FormatError
from formats.source_playlist import SourcePlaylist
from recommender.song import Song


def is_slice(path: Path) -> bool:
    """Return whether a file is named as a slice is: `.json` or `.json.gz`."""
    return path.name.endswith((".json", ".json.gz"))


def read_playlists(path: Path) -> list[SourcePlaylist]:
    """Read every playlist of a slice.

    The dataset names only the first artist of a song and no year; its lists
    are in the order in which the songs were added.

    Raises
    ------
    FormatError
        If the file is missing, or is not a slice.
    """
    try:
        packed = path.read_bytes()
        content = json.loads(gzip.decompress(packed) if path.suffix == ".gz" else packed)
        return [
            SourcePlaylist(
                f"{path.name} {each['pid']}", tuple(_build_song(track) for track in reversed(each["tracks"]))
            )
            for each in content["playlists"]
        ]
    except FileNotFoundError as error:
        raise FormatError(f"there is no file {path}") from error
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(
            f"{path} is no slice of the Million Playlist Dataset: it lacks `playlists` with `tracks`"
        ) from error


def _build_song(track: dict[str, Any]) -> Song:
    return Song(
        id=track["track_uri"].removeprefix("spotify:track:"),
        title=track["track_name"],
        artists=(track["artist_name"],),
        duration_ms=track.get("duration_ms"),
    )
