"""The listener's saved songs."""

from collections.abc import Callable, Iterator
from typing import Any

from spotipy import Spotify

from recommender.song import Song
from spotify.answers import as_documented, text
from spotify.client import Client
from spotify.paging import pages
from spotify.scopes import LIBRARY_READ, needs


def _ignore(done: int, total: int) -> None:
    """Take no notice of the progress."""


@needs(LIBRARY_READ)
def saved_songs(client: Client, on_page: Callable[[int, int], None] = _ignore) -> Iterator[Song]:
    """Read the saved songs, newest first, each id once.

    Podcast episodes and entries whose song is gone are passed over. A local
    file has an empty id: it cannot be recommended from, but it can be named.

    Parameters
    ----------
    on_page : function of (done, total)
        Told after each page how many entries have been read, and of how many.

    Raises
    ------
    SpotifyError
        While iterating; see `spotify.errors`.
    """
    known: set[str] = set()
    for page in pages(client, Spotify.current_user_saved_tracks):
        for song in map(_song, page.entries):
            # A song saved while we read moves another one onto the next page.
            if song is not None and song.id not in known:
                known.update({song.id} - {""})
                yield song
        on_page(page.done, page.total)


def _song(entry: Any) -> Song | None:
    with as_documented():
        track = entry["track"]
        if track is None or track.get("type", "track") != "track":
            return None
        is_local = track.get("is_local", False)
        if not is_local and not track.get("id"):
            return None
        return Song(
            id="" if is_local else text(track["id"]),
            title=text(track.get("name") or ""),
            artists=tuple(text(artist["name"]) for artist in track["artists"] if artist.get("name")),
            year=_year(track.get("album")),
            duration_ms=track.get("duration_ms"),
            is_explicit=track.get("explicit"),
        )


def _year(album: Any) -> int | None:
    """Give the year of `1999`, `1999-05` or `1999-05-21`; unknown dates are missing, empty or `0000`."""
    year = text((album or {}).get("release_date") or "")[:4]
    return (int(year) or None) if year.isdecimal() else None
