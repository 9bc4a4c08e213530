"""Entries of the library and of playlists: what is odd about one costs that entry or field alone."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from recommender.song import Song, find_duration_ms, find_flag, find_year
from spotify.answers import find_id, find_text

#: Stands in the library for an entry that cannot be read.
UNREADABLE = Song("", "", ())
# Where an entry has its track. Apps from before February 2026 still get the older key, or both.
KEYS = ("item", "track")

Track = Mapping[str, Any]
Note = Callable[[str], None]
Value = TypeVar("Value")


def find_track(entry: Any) -> Track | None:
    """Return the track of an entry: None where Spotify no longer has it, empty where it cannot be read."""
    if not isinstance(entry, dict):
        return {}
    held = [entry[key] for key in KEYS if key in entry]
    tracks = [each for each in held if isinstance(each, dict)]
    if tracks:
        return tracks[0]
    is_gone = bool(held) and all(each is None for each in held)
    return None if is_gone else {}


def is_song(track: Track) -> bool:
    """Return whether a track is a song, not an episode or a chapter."""
    kind = find_text(track.get("type"))
    return kind is None or kind == "track"


def is_local(track: Track) -> bool:
    """Return whether a track is a file of the listener's own."""
    return track.get("is_local") is True


def parse_saved_song(entry: Any, note: Note) -> Song | None:
    """Parse an entry of the library; None where it is no song, or one that is gone.

    A local file gets an empty id, and so does a song whose id cannot be read.
    A field that cannot be read is unknown; `UNREADABLE` is what has neither id
    nor title.

    Parameters
    ----------
    note : function of what is odd
    """
    track = find_track(entry)
    if track is None or not is_song(track):
        return None
    if track and not is_local(track) and track.get("id") in (None, ""):
        return None

    def find(name: str, value: Any, parse: Callable[[Any], Value | None]) -> Value | None:
        found = None if value is None else parse(value)
        if found is None and value is not None:
            note(f"the {name} of a saved song")
        return found

    song_id = "" if is_local(track) else find("id", track.get("id"), find_id) or ""
    title = find("title", track.get("name"), find_text) or ""
    if not song_id and not title and not is_local(track):
        note("a saved song")
        return UNREADABLE
    date = find("date", _get_date(track.get("album")), find_text) or ""
    return Song(
        id=song_id,
        title=title,
        artists=_parse_artists(track.get("artists"), note),
        year=_parse_year(date),
        duration_ms=find("duration", track.get("duration_ms"), find_duration_ms),
        is_explicit=find("explicit mark", track.get("explicit"), find_flag),
    )


def _get_date(album: Any) -> Any:
    """Return the date of an album; what is no album is no date either."""
    return album.get("release_date") if isinstance(album, dict) else album


def _parse_year(date: str) -> int | None:
    """Return the year of `1999`, `1999-05` or `1999-05-21`; unknown dates are missing, empty or `0000`."""
    year = date[:4]
    return find_year(int(year)) if year.isascii() and year.isdecimal() else None


def _parse_artists(artists: Any, note: Note) -> tuple[str, ...]:
    """Return the names of artists; a missing or empty name is left out."""
    listed = artists if isinstance(artists, list) else [artists]
    values = [artist.get("name") or "" if isinstance(artist, dict) else () for artist in listed]
    names = [find_text(value) for value in values]
    if None in names:
        note("the artists of a saved song")
    return tuple(filter(None, names))
