"""Spotify's Web API: a thin, typed layer over spotipy.

Everything that Spotify says becomes one of our words here, and every failure
one of our errors. Nothing here waits, repeats, stores or logs.
"""

from spotify import scopes
from spotify.account import Listener, listener
from spotify.client import Client, client_for
from spotify.errors import (
    MissingScope,
    NotAllowed,
    NotFound,
    OwnerNeedsPremium,
    RateLimited,
    Refused,
    SignInExpired,
    SpotifyError,
    Unreachable,
)
from spotify.library import saved_songs
from spotify.playlists import (
    CreatedPlaylist,
    create_playlist,
    describe_playlist,
    is_kept,
    playlist_songs,
    replace_songs,
)
from spotify.sign_in import REFUSALS, RefreshedToken, refresh

__all__ = [
    "REFUSALS",
    "Client",
    "CreatedPlaylist",
    "Listener",
    "MissingScope",
    "NotAllowed",
    "NotFound",
    "OwnerNeedsPremium",
    "RateLimited",
    "RefreshedToken",
    "Refused",
    "SignInExpired",
    "SpotifyError",
    "Unreachable",
    "client_for",
    "create_playlist",
    "describe_playlist",
    "is_kept",
    "listener",
    "playlist_songs",
    "refresh",
    "replace_songs",
    "saved_songs",
    "scopes",
]
