"""Creating, writing, describing, finding and removing the listener's playlist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from spotipy import Spotify

from recommender.song import find_flag
from spotify.answers import (
    as_documented,
    find_count,
    find_id,
    find_text,
    is_address,
    may_be_done,
    parse_id,
    parse_text,
)
from spotify.client import Client
from spotify.paging import read_pages
from spotify.scopes import (
    LIBRARY_READ,
    PLAYLIST_MODIFY_PRIVATE,
    PLAYLIST_MODIFY_PUBLIC,
    PLAYLIST_READ,
    needs,
)

#: The most songs that one call may write, by Spotify's reference.
MAX_SONGS = 100
#: How long a playlist may be missing from lists after it was created. They were seen to lag by half a minute.
MAX_LIST_LAG = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CreatedPlaylist:
    """A playlist that we made; `url` opens it in Spotify."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """A playlist in the listener's library whose songs they may have read."""

    id: str
    name: str
    description: str
    n_songs: int


@needs(PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)
def create_playlist(client: Client, name: str, description: str, is_public: bool) -> CreatedPlaylist:
    """Create an empty playlist in the listener's account.

    `is_public` only decides whether it is shown on the profile: whoever has
    the link can open it. Not idempotent: two calls create two.

    Raises
    ------
    Unclear
        If no answer came: the playlist may exist all the same, see `find_marked`.
    SpotifyError
        See `spotify.errors`.
    """
    with may_be_done():
        answer = client.ask_once(
            Spotify.current_user_playlist_create, name, public=is_public, description=description
        )
        with as_documented():
            return _playlist(answer)


@needs(PLAYLIST_READ)
def list_readable(client: Client, max_listed: int) -> list[ListedPlaylist]:
    """List the first playlists of the listener's library that they own or write together with others.

    Those of others have no count of songs, and Spotify does not let us read them.
    One that cannot be read is left out.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    found: list[ListedPlaylist] = []
    for page in read_pages(client, Spotify.current_user_playlists):
        found += filter(None, map(_find_readable, page.entries))
        if len(found) >= max_listed:
            break
    return found[:max_listed]


@needs(PLAYLIST_READ)
def find_marked(client: Client, *markers: str) -> list[CreatedPlaylist]:
    """Find the listener's playlists whose description ends with one of `markers`.

    One that was created a moment ago may not be in the list yet. A marker
    should be of letters and digits: Spotify escapes other characters.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    found: list[CreatedPlaylist] = []
    for page in read_pages(client, Spotify.current_user_playlists):
        with as_documented():
            # Of odd entries those alone matter that are marked: what is in them must be known.
            found.extend(_playlist(each) for each in page.entries if _description(each).endswith(markers))
    return found


@needs(PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)
def replace_songs(client: Client, playlist_id: str, song_ids: Sequence[str]) -> None:
    """Make these the songs of the playlist, in this order; idempotent.

    Raises
    ------
    ValueError
        If there are more than 100.
    SpotifyError
        See `spotify.errors`.
    """
    if len(song_ids) > MAX_SONGS:
        raise ValueError(f"{len(song_ids)} songs do not fit one call, which takes {MAX_SONGS}")
    client.ask(Spotify.playlist_replace_items, playlist_id, song_ids)


@needs(PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)
def add_songs(client: Client, playlist_id: str, song_ids: Sequence[str]) -> None:
    """Append up to 100 songs to the playlist; not idempotent: two calls append them twice.

    Raises
    ------
    Unclear
        If no answer came: they may have been appended all the same.
    SpotifyError
        See `spotify.errors`.
    """
    uris = [f"spotify:track:{song_id}" for song_id in song_ids]
    with may_be_done():
        # spotipy's own call for this sends a bare list, which the reference does not have.
        client.ask_once(Spotify._post, f"playlists/{playlist_id}/items", payload={"uris": uris})


@needs(PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)
def describe_playlist(
    client: Client, playlist_id: str, name: str | None = None, description: str | None = None
) -> None:
    """Change the playlist's name, its description or both; None leaves a field as it is.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    client.tell(Spotify.playlist_change_details, playlist_id, name=name, description=description)


@needs(LIBRARY_READ, PLAYLIST_READ)
def is_in_library(client: Client, playlist_id: str) -> bool:
    """Check whether the playlist is still in the listener's library.

    Spotify deletes no playlist: one that its owner has removed can still be
    read and written, but the listener no longer sees it.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    answer = client.ask(Spotify.current_user_saved_items, [f"spotify:playlist:{playlist_id}"])
    with as_documented():
        is_in = find_flag(answer[0])
        if is_in is None:
            raise TypeError("neither yes nor no")
        return is_in


@needs(PLAYLIST_MODIFY_PUBLIC)
def remove_playlist(client: Client, playlist_id: str) -> None:
    """Remove the playlist from the listener's library; Spotify deletes none.

    Spotify's reference is not clear on which scope this needs for a playlist:
    where ours is not enough, empty and rename the playlist instead.

    Raises
    ------
    MissingScope, Refused
        If Spotify does not allow it.
    SpotifyError
        See `spotify.errors`.
    """
    # spotipy's own call for this uses an endpoint that Spotify has removed.
    client.tell(Spotify._delete, "me/library", uris=f"spotify:playlist:{playlist_id}")


def _playlist(answer: Any) -> CreatedPlaylist:
    url = parse_text(answer["external_urls"]["spotify"])
    if not is_address(url):
        raise ValueError("not an address")
    return CreatedPlaylist(id=parse_id(answer["id"]), url=url)


def _find_readable(answer: Any) -> ListedPlaylist | None:
    """Return a listed playlist; None where it is another listener's, is gone or cannot be read."""
    if not isinstance(answer, dict):
        return None
    playlist_id, name = find_id(answer.get("id")), find_text(answer.get("name"))
    songs = answer.get("items", answer.get("tracks"))
    n_songs = find_count(songs.get("total")) if isinstance(songs, dict) else None
    if not playlist_id or n_songs is None:
        return None
    return ListedPlaylist(playlist_id, name or playlist_id, _description(answer), n_songs)


def _description(answer: Any) -> str:
    """Return the description of a listed playlist; "" where it has none, or is gone or cannot be read."""
    return (find_text(answer.get("description")) or "").rstrip() if isinstance(answer, dict) else ""
