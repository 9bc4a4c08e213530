"""The entries of a playlist."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spotipy import Spotify

from spotify.answers import find_id, find_text, is_address
from spotify.client import Client
from spotify.errors import UnknownShape
from spotify.paging import read_pages
from spotify.scopes import PLAYLIST_READ, needs
from spotify.tracks import find_track, is_local, is_song

# Wider than any picture: where Spotify does not tell the width, another goes first.
MAX_WIDTH = 100_000


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """An entry of a playlist, and whether this listener can play it.

    The id is empty for a podcast episode or a local file, which only the
    listener can have added. It may differ from the id that was written, where
    Spotify puts another release of the same song. `added_at` is the time as
    Spotify writes it: the same for all songs of a call, empty where unknown.
    `cover` is the address of the album's smallest picture, empty where it has none.
    `is_gone` where Spotify has a place for the song, but the song no longer;
    not `is_readable` where it stands there in a form that we do not know.
    """

    id: str
    is_playable: bool
    added_at: str = field(default="", compare=False)
    cover: str = field(default="", compare=False)
    is_gone: bool = False
    is_readable: bool = True


@needs(PLAYLIST_READ)
def read_playlist_entries(client: Client, playlist_id: str) -> list[PlaylistEntry]:
    """Fetch the entries of a playlist, in order, duplicates included.

    Spotify judges by the market of the listener's account; a song of which it
    says nothing counts as playable. An entry that cannot be read keeps its
    place, unless none can.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    found = [
        _parse_entry(entry)
        for page in read_pages(client, Spotify.playlist_items, playlist_id)
        for entry in page.entries
    ]
    odd = [entry for entry in found if not entry.is_readable]
    if odd and len(odd) == len(found):
        raise UnknownShape("no entry of the playlist can be read")
    for _ in odd:
        client.note_odd("an entry of a playlist")
    return found


def _parse_entry(entry: Any) -> PlaylistEntry:
    track = find_track(entry)
    added_at = (find_text(entry.get("added_at")) if isinstance(entry, dict) else None) or ""
    if track is None:
        return PlaylistEntry("", is_playable=False, added_at=added_at, is_gone=True)
    is_ours = is_song(track) and not is_local(track)
    track_id = find_id(track.get("id")) if is_ours else ""
    return PlaylistEntry(
        id=track_id or "",
        is_playable=track.get("is_playable") is not False,
        added_at=added_at,
        cover=_find_cover(track.get("album")),
        is_readable=bool(track) and (track_id is not None or track.get("id") in (None, "")),
    )


def _find_cover(album: Any) -> str:
    """Return the address of the smallest picture of an album; "" where no browser of ours may load it."""
    images = album.get("images") if isinstance(album, dict) else None
    pictures = [image for image in images if isinstance(image, dict)] if isinstance(images, list) else []
    smallest = min(filter(_get_address, pictures), key=_get_width, default={})
    address = _get_address(smallest)
    return address if is_address(address) else ""


def _get_address(image: Mapping[str, Any]) -> str:
    return find_text(image.get("url")) or ""


def _get_width(image: Mapping[str, Any]) -> float:
    width = image.get("width")
    return width if isinstance(width, int | float) and width > 0 else MAX_WIDTH
