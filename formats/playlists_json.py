"""Slices of the Million Playlist Dataset: JSON, plain or gzipped."""

import json
from pathlib import Path
from typing import Any

from formats.errors import FormatError
from formats.packed import UNPACK_ERRORS, UnpacksToTooMuch, open_table
from formats.source_playlist import SourcePlaylist
from recommender.song import Song, make_storable

MAX_HEAD = 65_536


def is_slice(path: Path) -> bool:
    """Return whether a file is JSON that begins as a slice does: an object with `playlists`.

    Spotify's data export has `playlists`, too, each with the date of its last change.
    """
    try:
        with open_table(path) as file:
            head = file.read(MAX_HEAD)
    except UNPACK_ERRORS:
        return False  # whoever reads it says what is wrong
    return head.lstrip().startswith(b"{") and b'"playlists"' in head and b'"lastModifiedDate"' not in head


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
        with open_table(path) as file:
            content = json.load(file)
        return [
            SourcePlaylist(
                f"{path.name} {each['pid']}", tuple(_build_song(track) for track in reversed(each["tracks"]))
            )
            for each in content["playlists"]
        ]
    except FileNotFoundError as error:
        raise FormatError(f"there is no file {path}") from error
    except UnpacksToTooMuch as error:
        raise FormatError(f"{path} cannot be read: {error}") from error
    # RecursionError, a RuntimeError: brackets inside brackets without end.
    except (*UNPACK_ERRORS, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(
            f"{path} is no slice of the Million Playlist Dataset: it lacks `playlists` with `tracks`"
        ) from error


def _build_song(track: dict[str, Any]) -> Song:
    return Song(
        id=track["track_uri"].removeprefix("spotify:track:"),
        title=make_storable(track["track_name"]),
        artists=(make_storable(track["artist_name"]),),
        duration_ms=track.get("duration_ms"),
    )
