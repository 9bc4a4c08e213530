"""The Web API's answers about the caller's account and library."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from recommender.song import Song
from standin.access import ApiRefusal, allowed, caller, require_scope, state
from standin.arguments import find_playlist, parse_song, read_query_uris
from standin.music import is_id
from standin.objects import build_profile, build_saved_track
from standin.paging import build_asked_page
from standin.state import StandinPlaylist

account_api = Blueprint("account_api", __name__, url_prefix="/v1")
MAX_LIBRARY_URIS = 40
# Kind of item -> the scope it needs, of the three that the reference lists for
# these calls. For playlists it does not say which; this is the likeliest.
MODIFY_SCOPES = {"track": "user-library-modify", "playlist": "playlist-modify-public"}
READ_SCOPES = {"track": "user-library-read", "playlist": "playlist-read-private"}


@account_api.get("/me")
@allowed()
def me() -> ResponseReturnValue:
    """Return the profile of the token's owner; no scope is needed."""
    return jsonify(build_profile(caller()))


@account_api.get("/me/tracks")
@allowed("user-library-read")
def saved_tracks() -> ResponseReturnValue:
    """Return a page of the saved songs, newest first."""
    return jsonify(build_asked_page(state().select_shown(caller().saved), build_saved_track))


@account_api.put("/me/library")
@allowed()
def keep() -> ResponseReturnValue:
    """Add songs and playlists to the library; those already there keep their place."""
    for thing in [_thing(uri) for uri in _asked_uris(MODIFY_SCOPES)]:
        caller().keep(thing, state().now())
    return "", 200


@account_api.delete("/me/library")
@allowed()
def drop() -> ResponseReturnValue:
    """Remove songs and playlists from the library; a playlist continues to exist."""
    for thing in [_thing(uri) for uri in _asked_uris(MODIFY_SCOPES)]:
        caller().drop(thing)
    return "", 200


@account_api.get("/me/library/contains")
@allowed()
def contains() -> ResponseReturnValue:
    """Tell for each song and playlist whether it is in the library; what does not exist is not."""
    kept = {f"spotify:track:{entry.song.id}" for entry in caller().saved}
    kept |= {f"spotify:playlist:{playlist.id}" for playlist in caller().playlists}
    return jsonify([uri in kept for uri in _asked_uris(READ_SCOPES)])


def _asked_uris(scopes: dict[str, str]) -> list[str]:
    """Return the URIs of the query, after checking the form and the scope of each."""
    uris = read_query_uris(MAX_LIBRARY_URIS)
    for uri in uris:
        kind, _, thing_id = uri.removeprefix("spotify:").partition(":")
        # Albums, artists and the like can be saved at Spotify; this catalogue has songs only.
        if not uri.startswith("spotify:") or kind not in scopes or not is_id(thing_id):
            raise ApiRefusal(400, f"Invalid uri: {uri}")
        require_scope(scopes[kind])
    return uris


def _thing(uri: str) -> Song | StandinPlaylist:
    if uri.startswith("spotify:track:"):
        return parse_song(uri)
    return find_playlist(uri.rpartition(":")[2])
