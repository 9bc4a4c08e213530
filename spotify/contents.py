"""What is in a playlist."""

from dataclasses import dataclass, field
from typing import Any

from spotipy import Spotify

from spotify.answers import as_documented, text
from spotify.client import Client
from spotify.paging import pages
from spotify.scopes import PLAYLIST_READ, needs


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """An entry of a playlist, and whether this listener can play it.

    The id is empty for a podcast episode or a local file, which only the
    listener can have added. It may differ from the id that was written, where
    Spotify gives another release of the same song. `added_at` is Spotify's word
    for the moment: one for all songs of a call, empty where it is not told.
    """

    id: str
    is_playable: bool
    added_at: str = field(default="", compare=False)


@needs(PLAYLIST_READ)
def playlist_entries(client: Client, playlist_id: str) -> list[PlaylistEntry]:
    """Read the entries of the playlist, in order, repeated ones included.

    An entry whose song is gone is passed over. Spotify looks at the market of
    the listener's account; what it does not say can be played.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    found: list[PlaylistEntry] = []
    for page in pages(client, Spotify.playlist_items, playlist_id):
        with as_documented():
            songs = [(_get_song(entry), entry.get("added_at")) for entry in page.entries]
            found.extend(_entry(song, added_at) for song, added_at in songs if song is not None)
    return found


def _get_song(entry: Any) -> Any:
    # Apps of before February 2026 are still given the older key, or both.
    return entry["item"] if "item" in entry else entry["track"]


def _entry(song: Any, added_at: Any) -> PlaylistEntry:
    is_song = song.get("type", "track") == "track" and not song.get("is_local", False)
    return PlaylistEntry(
        id=text(song.get("id") or "") if is_song else "",
        is_playable=song.get("is_playable") is not False,
        added_at=text(added_at or ""),
    )
