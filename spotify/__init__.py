"""Spotify's Web API: a thin, typed layer over spotipy.

Everything that Spotify says becomes one of our words here, and every failure
one of our errors. Nothing here stores or logs; only where the caller says how
to wait is a call made again.
"""

from spotify import scopes
from spotify.access import Access
from spotify.account import User, listener
from spotify.client import Client, client_for
from spotify.contents import PlaylistEntry, playlist_entries
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
    Unreachable,
)
from spotify.library import Page, saved_page, saved_pages
from spotify.paging import PAGE_SIZE
from spotify.playlists import (
    MAX_SONGS,
    CreatedPlaylist,
    add_songs,
    create_playlist,
    describe_playlist,
    find_marked,
    is_kept,
    remove_playlist,
    replace_songs,
)
from spotify.sign_in import REFUSALS, RefreshedToken, refresh

__all__ = [
    "MAX_SONGS",
    "PAGE_SIZE",
    "REFUSALS",
    "Access",
    "Client",
    "CreatedPlaylist",
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
    "Unreachable",
    "User",
    "add_songs",
    "client_for",
    "create_playlist",
    "describe_playlist",
    "find_marked",
    "is_kept",
    "listener",
    "playlist_entries",
    "refresh",
    "remove_playlist",
    "replace_songs",
    "saved_page",
    "saved_pages",
    "scopes",
]
