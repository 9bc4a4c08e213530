"""The listener's saved songs."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from spotipy import Spotify

from recommender.song import Song
from spotify.answers import as_documented
from spotify.client import Client
from spotify.paging import read_page, read_pages
from spotify.scopes import LIBRARY_READ, needs
from spotify.tracks import parse_song


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 50 entries of the library, newest first, and how many entries it has in all.

    None stands for an entry that is no song, such as a podcast episode, or
    whose song is gone: so every entry keeps its place, and places can be
    counted. A local file has an empty id: it has a title, but nothing in the
    catalogue.
    """

    songs: tuple[Song | None, ...]
    total: int


@needs(LIBRARY_READ)
def read_saved_pages(client: Client, start: int = 0) -> Generator[Page]:
    """Yield the library's pages from the place `start` on; after the first, several are fetched at a time.

    An empty library, or a start beyond its end, yields one empty page. Each
    page has the total at the time when it was fetched.

    Raises
    ------
    SpotifyError
        While iterating; see `spotify.errors`.
    """
    for page in read_pages(client, Spotify.current_user_saved_tracks, start=start):
        yield Page(tuple(map(_song, page.entries)), page.total)


@needs(LIBRARY_READ)
def read_saved_page(client: Client, offset: int) -> Page:
    """Fetch the 50 entries of the library from the place `offset` on; beyond its end there are none.

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
