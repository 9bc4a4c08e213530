"""The arguments of a request to the Web API, checked as Spotify checks them."""

from flask import request

from recommender.song import Song
from standin.access import ApiRefusal, state
from standin.music import is_id
from standin.state import StandinPlaylist

MAX_URIS = 100


def read_number(name: str, default: int, least: int, most: int) -> int:
    """Read a whole number from the query.

    Raises
    ------
    ApiRefusal
        400 "Invalid limit" and the like, if it is not a whole number or out of bounds.
    """
    text = request.args.get(name, str(default))
    if not text.removeprefix("-").isdecimal() or not least <= int(text) <= most:
        raise ApiRefusal(400, f"Invalid {name}")
    return int(text)


def read_body() -> dict[str, object]:
    """Read the JSON object of the request's body; an empty body is an empty object.

    Raises
    ------
    ApiRefusal
        400 if it is not JSON, or not an object.
    """
    if not request.get_data():
        return {}
    found = request.get_json(force=True, silent=True)
    if found is None:
        raise ApiRefusal(400, "Error parsing JSON.")
    # Undocumented, but accepted by Spotify and sent by clients: a bare list of URIs.
    if isinstance(found, list):
        return {"uris": found}
    if not isinstance(found, dict):
        raise ApiRefusal(400, "Error parsing JSON.")
    return found


def get_text(fields: dict[str, object], name: str, default: str) -> str:
    """Return a text field of the body; the default if it is null or absent.

    Raises
    ------
    ApiRefusal
        400 if it is something else.
    """
    found = fields.get(name)
    if found is None:
        return default
    if not isinstance(found, str):
        raise ApiRefusal(400, f"Invalid value for field: {name}")
    return found


def get_flag(fields: dict[str, object], name: str, default: bool) -> bool:
    """Return a boolean field of the body; the default if it is null or absent.

    Raises
    ------
    ApiRefusal
        400 if it is something else.
    """
    found = fields.get(name)
    if found is None:
        return default
    if not isinstance(found, bool):
        raise ApiRefusal(400, f"Invalid value for field: {name}")
    return found


def get_number(fields: dict[str, object], name: str, default: int, most: int) -> int:
    """Return a whole number of the body, from 0 to `most`; the default if it is absent.

    Raises
    ------
    ApiRefusal
        400 if it is something else.
    """
    found = fields.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
        raise ApiRefusal(400, f"Invalid value for field: {name}")
    return found


def read_query_uris(most: int) -> list[str]:
    """Read the `uris` of the query: at least one, at most `most`.

    Raises
    ------
    ApiRefusal
        400 if there are none, or too many.
    """
    uris = [uri for uri in request.args.get("uris", "").split(",") if uri]
    if not uris:
        raise ApiRefusal(400, "Missing required field: uris")
    if len(uris) > most:
        raise ApiRefusal(400, f"Too many URIs requested, the maximum is {most}")
    return uris


def parse_songs(uris: object) -> list[Song]:
    """Return the songs of a list of at most 100 track URIs, in its order.

    Raises
    ------
    ApiRefusal
        400 for anything else, including a local file and a song that does not exist.
    """
    if not isinstance(uris, list):
        raise ApiRefusal(400, "Invalid value for field: uris")
    if len(uris) > MAX_URIS:
        raise ApiRefusal(400, f"You can add a maximum of {MAX_URIS} tracks per request.")
    return [parse_song(uri) for uri in uris]


def parse_song(uri: object) -> Song:
    """Return the song of a track URI.

    Raises
    ------
    ApiRefusal
        400 if it is not a track URI, or the song does not exist.
    """
    if not isinstance(uri, str):
        raise ApiRefusal(400, "Invalid value for field: uris")
    kind, _, track_id = uri.rpartition(":")
    if kind != "spotify:track" or not is_id(track_id):
        raise ApiRefusal(400, f"Invalid track uri: {uri}")
    song = state().music.find(track_id)
    if song is None or track_id in state().refused:
        raise ApiRefusal(400, "Payload contains a non-existing ID")
    return song


def find_playlist(playlist_id: str) -> StandinPlaylist:
    """Find the playlist with this id.

    Raises
    ------
    ApiRefusal
        404 if there is none.
    """
    found = state().playlists.get(playlist_id)
    if found is None:
        raise ApiRefusal(404, "Resource not found")
    return found
