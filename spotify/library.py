"""The listener's saved songs."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from spotipy import Spotify

from recommender.song import Song
from spotify.answers import as_documented
from spotify.client import Client
from spotify.paging import pages, read_page
from spotify.scopes import LIBRARY_READ, needs
from spotify.tracks import parse_song


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 50 entries of the library, newest first, and how many entries it has in all.

    Each entry has its place: None stands for one that is no song, such as a
    podcast episode, or whose song is gone. So places can be counted.
    """

    songs: tuple[Song | None, ...]
    total: int


@needs(LIBRARY_READ)
def saved_pages(client: Client, start: int = 0) -> Generator[Page]:
    """Read the library page by page from the place `start` on, several pages at a time after the first.

    An empty library, or what lies beyond its end, is one empty page. Each
    page says how many entries there were when it was read.

    Raises
    ------
    SpotifyError
        While iterating; see `spotify.errors`.
    """
    for page in pages(client, Spotify.current_user_saved_tracks, start=start):
        yield Page(tuple(map(_song, page.entries)), page.total)


@needs(LIBRARY_READ)
def saved_page(client: Client, offset: int) -> Page:
    """Read the 50 entries of the library from the place `offset` on; beyond its end there are none.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    page = read_page(client, offset, Spotify.current_user_saved_tracks)
    return Page(tuple(map(_song, page.entries)), page.total)


def _song(entry: Any) -> Song | None:
    with as_documented():
        track = entry["track"]
        return None if track is None else parse_song(track)
