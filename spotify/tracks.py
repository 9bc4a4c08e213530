"""Spotify's track, parsed into our song."""

from typing import Any

from recommender.song import Song
from spotify.answers import parse_text


def parse_song(track: Any) -> Song | None:
    """Parse a track into a song; None for a podcast episode and for a song that is gone.

    A local file gets an empty id. Call it within `as_documented`: a track of
    another shape raises whatever comes of it.
    """
    if track.get("type", "track") != "track":
        return None
    is_local = track.get("is_local", False)
    if not is_local and not track.get("id"):
        return None
    return Song(
        id="" if is_local else parse_text(track["id"]),
        title=parse_text(track.get("name") or ""),
        artists=tuple(parse_text(artist["name"]) for artist in track["artists"] if artist.get("name")),
        year=_parse_year(track.get("album")),
        duration_ms=track.get("duration_ms"),
        is_explicit=track.get("explicit"),
    )


def _parse_year(album: Any) -> int | None:
    """Return the year of `1999`, `1999-05` or `1999-05-21`; unknown dates are missing, empty or `0000`."""
    year = parse_text((album or {}).get("release_date") or "")[:4]
    return (int(year) or None) if year.isdecimal() else None
