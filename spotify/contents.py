"""The entries of a playlist."""

from dataclasses import dataclass, field
from typing import Any

from spotipy import Spotify

from spotify.answers import as_documented, parse_text
from spotify.client import Client
from spotify.paging import read_pages
from spotify.scopes import PLAYLIST_READ, needs

# Wider than any picture: where Spotify does not tell the width, another goes first.
MAX_WIDTH = 100_000
# Spotify's pictures, and those of a stand-in on this machine.
COVER_PREFIXES = ("https://", "http://127.0.0.1:", "http://localhost:")


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """An entry of a playlist, and whether this listener can play it.

    The id is empty for a podcast episode or a local file, which only the
    listener can have added. It may differ from the id that was written, where
    Spotify puts another release of the same song. `added_at` is the time as
    Spotify writes it: the same for all songs of a call, empty where unknown.
    `cover` is the address of the album's smallest picture, empty where it has none.
    `is_gone` where Spotify has a place for the song, but the song no longer.
    """

    id: str
    is_playable: bool
    added_at: str = field(default="", compare=False)
    cover: str = field(default="", compare=False)
    is_gone: bool = False


@needs(PLAYLIST_READ)
def read_playlist_entries(client: Client, playlist_id: str) -> list[PlaylistEntry]:
    """Fetch the entries of a playlist, in order, duplicates included.

    Spotify judges by the market of the listener's account; a song of which it
    says nothing counts as playable.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    found: list[PlaylistEntry] = []
    for page in read_pages(client, Spotify.playlist_items, playlist_id):
        with as_documented():
            found.extend(_entry(_get_song(entry), entry.get("added_at")) for entry in page.entries)
    return found


def _get_song(entry: Any) -> Any:
    # Apps from before February 2026 still get the older key, or both.
    return entry["item"] if "item" in entry else entry["track"]


def _entry(song: Any, added_at: Any) -> PlaylistEntry:
    if song is None:
        return PlaylistEntry("", is_playable=False, added_at=parse_text(added_at or ""), is_gone=True)
    is_song = song.get("type", "track") == "track" and not song.get("is_local", False)
    return PlaylistEntry(
        id=parse_text(song.get("id") or "") if is_song else "",
        is_playable=song.get("is_playable") is not False,
        added_at=parse_text(added_at or ""),
        cover=_find_cover(song.get("album") or {}),
    )


def _find_cover(album: Any) -> str:
    """Return the address of the smallest picture of an album; "" where no browser of ours may load it."""
    images = [image for image in album.get("images") or () if image.get("url")]
    smallest = min(images, key=lambda image: image.get("width") or MAX_WIDTH, default=None)
    address = parse_text(smallest["url"]) if smallest else ""
    return address if address.startswith(COVER_PREFIXES) else ""
