"""The playlist that we make for the listener."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spotipy import Spotify

from spotify.answers import as_documented, text
from spotify.client import Client
from spotify.paging import pages
from spotify.scopes import (
    LIBRARY_READ,
    PLAYLIST_MODIFY_PRIVATE,
    PLAYLIST_MODIFY_PUBLIC,
    PLAYLIST_READ,
    needs,
)

#: The most songs that one call may write.
MOST_SONGS = 100


@dataclass(frozen=True, slots=True)
class CreatedPlaylist:
    """A new playlist; `url` opens it in Spotify."""

    id: str
    url: str


@needs(PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)
def create_playlist(client: Client, name: str, description: str, is_public: bool) -> CreatedPlaylist:
    """Make an empty playlist in the listener's account.

    `is_public` only decides whether it is shown on the profile: whoever has
    the link can open it. Called twice, this makes two.

    Raises
    ------
    Unreachable
        If the answer did not arrive: the playlist may be there all the same.
    SpotifyError
        See `spotify.errors`.
    """
    answer = client.ask(Spotify.current_user_playlist_create, name, public=is_public, description=description)
    with as_documented():
        return CreatedPlaylist(id=text(answer["id"]), url=text(answer["external_urls"]["spotify"]))


@needs(PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)
def replace_songs(client: Client, playlist_id: str, song_ids: Sequence[str]) -> None:
    """Make these the songs of the playlist, in this order; called twice, it leaves the same.

    Raises
    ------
    ValueError
        If there are more than 100.
    SpotifyError
        See `spotify.errors`.
    """
    if len(song_ids) > MOST_SONGS:
        raise ValueError(f"{len(song_ids)} songs do not fit one call, which takes {MOST_SONGS}")
    client.ask(Spotify.playlist_replace_items, playlist_id, song_ids)


@needs(PLAYLIST_READ)
def playlist_songs(client: Client, playlist_id: str) -> list[str]:
    """Read the ids of the playlist's songs, in order, repeated ones included.

    A podcast episode or a local file, which only the listener can have added,
    is an empty id; an entry whose song is gone is passed over.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    ids: list[str] = []
    for page in pages(client, Spotify.playlist_items, playlist_id):
        with as_documented():
            songs = [_song_of(entry) for entry in page.entries]
            ids.extend(_id(song) for song in songs if song is not None)
    return ids


@needs(PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)
def describe_playlist(
    client: Client, playlist_id: str, name: str | None = None, description: str | None = None
) -> None:
    """Change the playlist's name, its description or both; None leaves one as it is.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    client.tell(Spotify.playlist_change_details, playlist_id, name=name, description=description)


@needs(LIBRARY_READ, PLAYLIST_READ)
def is_kept(client: Client, playlist_id: str) -> bool:
    """Say whether the playlist is still in the listener's library.

    Spotify deletes no playlist: one that its owner has removed can still be
    read and written, but the listener does not see it any more.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    answer = client.ask(Spotify.current_user_saved_items, [f"spotify:playlist:{playlist_id}"])
    with as_documented():
        return bool(answer[0])


def _song_of(entry: Any) -> Any:
    # Apps of before February 2026 are still given the older key, or both.
    return entry["item"] if "item" in entry else entry["track"]


def _id(song: Any) -> str:
    is_song = song.get("type", "track") == "track" and not song.get("is_local", False)
    return text(song.get("id") or "") if is_song else ""
