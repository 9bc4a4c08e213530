"""Spotify's Web API: a thin, typed layer over spotipy.

Answers become our types here, and failures our errors. Nothing here stores or
logs; a call is retried only where the caller says how to wait.
"""

from spotify import scopes
from spotify.access import Access
from spotify.account import User, current_user
from spotify.answers import parse_token
from spotify.client import Client, client_for
from spotify.contents import PlaylistEntry, read_playlist_entries
from spotify.errors import (
    MissingScope,
    NotAllowed,
    NotFound,
    NotWritten,
    OwnerNeedsPremium,
    RateLimited,
    Refused,
    Removed,
    SignInExpired,
    SpotifyError,
    TokenRefused,
    Unclear,
    UnknownShape,
    Unreachable,
)
from spotify.library import Page, read_playlist_pages, read_saved_page, read_saved_pages
from spotify.paging import PAGE_SIZE
from spotify.playlists import (
    MAX_LIST_LAG,
    MAX_SONGS,
    CreatedPlaylist,
    ListedPlaylist,
    add_songs,
    create_playlist,
    describe_playlist,
    find_marked,
    is_in_library,
    list_readable,
    remove_playlist,
    replace_songs,
)
from spotify.sign_in import REFUSALS, RefreshedToken, parse_lifetime_s, refresh

__all__ = [
    "MAX_LIST_LAG",
    "MAX_SONGS",
    "PAGE_SIZE",
    "REFUSALS",
    "Access",
    "Client",
    "CreatedPlaylist",
    "ListedPlaylist",
    "MissingScope",
    "NotAllowed",
    "NotFound",
    "NotWritten",
    "OwnerNeedsPremium",
    "Page",
    "PlaylistEntry",
    "RateLimited",
    "RefreshedToken",
    "Refused",
    "Removed",
    "SignInExpired",
    "SpotifyError",
    "TokenRefused",
    "Unclear",
    "UnknownShape",
    "Unreachable",
    "User",
    "add_songs",
    "client_for",
    "create_playlist",
    "current_user",
    "describe_playlist",
    "find_marked",
    "is_in_library",
    "list_readable",
    "parse_lifetime_s",
    "parse_token",
    "read_playlist_entries",
    "read_playlist_pages",
    "read_saved_page",
    "read_saved_pages",
    "refresh",
    "remove_playlist",
    "replace_songs",
    "scopes",
]
