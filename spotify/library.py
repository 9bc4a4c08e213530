"""The listener's songs: those that are saved, and those of a playlist of theirs."""

from collections.abc import Generator
from dataclasses import dataclass

from spotipy import Spotify

from recommender.song import Song
from spotify.client import Client
from spotify.errors import UnknownShape
from spotify.paging import Entries, read_page, read_pages
from spotify.scopes import LIBRARY_READ, PLAYLIST_READ, needs
from spotify.tracks import UNREADABLE, parse_saved_song


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 50 entries of the library, newest first, or of a playlist, and how many entries it has in all.

    None stands for an entry that is no song, such as a podcast episode, or
    whose song is gone, and a nameless song for one that cannot be read: so
    every entry keeps its place, and places can be counted. A local file has an
    empty id: it has a title, but nothing in the catalogue.
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
        yield _parse_page(client, page)


@needs(LIBRARY_READ)
def read_saved_page(client: Client, offset: int) -> Page:
    """Fetch the 50 entries of the library from the place `offset` on; beyond its end there are none.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    return _parse_page(client, read_page(client, offset, Spotify.current_user_saved_tracks))


@needs(PLAYLIST_READ)
def read_playlist_pages(client: Client, playlist_id: str) -> Generator[Page]:
    """Yield the pages of a playlist of the listener's; one that is empty has an empty page.

    Raises
    ------
    NotFound
        If Spotify knows no such playlist.
    Refused
        If it is somebody else's.
    SpotifyError
        While iterating; see `spotify.errors`.
    """
    for page in read_pages(client, Spotify.playlist_items, playlist_id):
        yield _parse_page(client, page)


def _parse_page(client: Client, page: Entries) -> Page:
    songs = tuple(parse_saved_song(entry, client.note_odd) for entry in page.entries)
    # The few songs of a last page may all be odd; a full page, or a library, of these is of another kind.
    is_full = 0 < min(page.size, page.total) <= len(songs)
    # A local file without a title looks the same, and is nothing odd.
    if is_full and all(song is UNREADABLE for song in songs):
        raise UnknownShape("none of the songs of a page can be read")
    return Page(songs, page.total)
