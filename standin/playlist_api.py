"""The Web API's answers about playlists.

`fields` and `market` are accepted and ignored: an answer is always complete.
"""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from standin.access import ApiRefusal, allowed, caller, require_scope, state
from standin.arguments import find_playlist, get_flag, get_number, get_text, parse_songs, read_body
from standin.objects import build_listed_playlist, build_playlist, build_playlist_item
from standin.paging import build_asked_page
from standin.state import StandinEntry, StandinPlaylist

playlist_api = Blueprint("playlist_api", __name__, url_prefix="/v1")
REORDERING = ("range_start", "insert_before", "range_length")


@playlist_api.get("/me/playlists")
@allowed("playlist-read-private")
def list_playlists() -> ResponseReturnValue:
    """Return a page of the playlists in the caller's library."""
    return jsonify(build_asked_page(state().select_shown(caller().playlists), build_listed_playlist))


@playlist_api.post("/me/playlists")
@allowed()
def create() -> ResponseReturnValue:
    """Create an empty playlist; a second call creates a second one."""
    fields = read_body()
    is_public = get_flag(fields, "public", True)
    require_scope(_modify_scope(is_public))
    name = get_text(fields, "name", "")
    if not name:
        raise ApiRefusal(400, "Missing required field: name")
    is_collaborative = get_flag(fields, "collaborative", False)
    _check_collaborative(is_collaborative, is_public)
    description = get_text(fields, "description", "")
    made = state().add_playlist(caller(), name, description, is_public, is_collaborative)
    return jsonify(build_playlist(made)), 201


@playlist_api.get("/playlists/<playlist_id>")
@allowed()
def show(playlist_id: str) -> ResponseReturnValue:
    """Return a playlist, with its items if it is the caller's own."""
    return jsonify(build_playlist(find_playlist(playlist_id)))


@playlist_api.put("/playlists/<playlist_id>")
@allowed()
def describe(playlist_id: str) -> ResponseReturnValue:
    """Change name, description and visibility; fields that are absent stay as they are."""
    found = _own(playlist_id)
    fields = read_body()
    is_public = get_flag(fields, "public", found.is_public)
    is_collaborative = get_flag(fields, "collaborative", found.is_collaborative)
    _check_collaborative(is_collaborative, is_public)
    found.name = get_text(fields, "name", found.name)
    found.description = get_text(fields, "description", found.description)
    found.is_public, found.is_collaborative = is_public, is_collaborative
    found.version += 1
    return "", 200


@playlist_api.get("/playlists/<playlist_id>/items")
@allowed("playlist-read-private")
def items(playlist_id: str) -> ResponseReturnValue:
    """Return a page of the items of the caller's own playlist."""
    found = find_playlist(playlist_id)
    if found.owner is not caller():
        raise ApiRefusal(403, "Forbidden")
    return jsonify(build_asked_page(state().select_shown(found.entries), build_playlist_item))


@playlist_api.post("/playlists/<playlist_id>/items")
@allowed()
def add(playlist_id: str) -> ResponseReturnValue:
    """Add songs at `position` or at the end; if the query has URIs, the body is ignored."""
    found = _own(playlist_id)
    fields: dict[str, object] = read_body() if "uris" not in request.args else _query_fields()
    at = get_number(fields, "position", len(found.entries), len(found.entries))
    found.entries[at:at] = _entries(fields)
    return jsonify(_written(found)), 201


@playlist_api.put("/playlists/<playlist_id>/items")
@allowed()
def replace_or_reorder(playlist_id: str) -> ResponseReturnValue:
    """Replace all items by the given songs, or move a range of them; never both."""
    found = _own(playlist_id)
    fields: dict[str, object] = read_body() if "uris" not in request.args else _query_fields()
    moves = any(name in fields for name in REORDERING)
    if moves == ("uris" in fields):
        raise ApiRefusal(400, "Give either uris, or range_start and insert_before")
    if moves:
        _reorder(found, fields)
    else:
        found.entries[:] = _entries(fields)
    return jsonify(_written(found))


@playlist_api.delete("/playlists/<playlist_id>/items")
@allowed()
def remove(playlist_id: str) -> ResponseReturnValue:
    """Remove songs, wherever they occur."""
    found = _own(playlist_id)
    fields = read_body()
    _check_snapshot(found, fields)
    named = fields.get("items")
    if not isinstance(named, list) or not all(isinstance(item, dict) and "uri" in item for item in named):
        raise ApiRefusal(400, "Missing required field: items")
    gone = {song.id for song in parse_songs([item["uri"] for item in named])}
    found.entries[:] = [entry for entry in found.entries if entry.song.id not in gone]
    return jsonify(_written(found))


def _own(playlist_id: str) -> StandinPlaylist:
    """Find a playlist that the caller may change, and check the scope."""
    found = find_playlist(playlist_id)
    require_scope(_modify_scope(found.is_public))
    if found.owner is not caller():
        raise ApiRefusal(403, "Forbidden")
    return found


def _modify_scope(is_public: bool) -> str:
    return "playlist-modify-public" if is_public else "playlist-modify-private"


def _check_collaborative(is_collaborative: bool, is_public: bool) -> None:
    if is_collaborative and is_public:
        raise ApiRefusal(400, "A collaborative playlist cannot be public")


def _check_snapshot(found: StandinPlaylist, fields: dict[str, object]) -> None:
    snapshot_id = get_text(fields, "snapshot_id", "")
    if snapshot_id and not found.has_had(snapshot_id):
        raise ApiRefusal(400, "Invalid snapshot id")


def _query_fields() -> dict[str, object]:
    """Read the arguments of a write whose URIs are in the query."""
    fields: dict[str, object] = {"uris": [uri for uri in request.args["uris"].split(",") if uri]}
    position = request.args.get("position", "")
    return fields | ({"position": int(position)} if position.isdecimal() else {})


def _entries(fields: dict[str, object]) -> list[StandinEntry]:
    if "uris" not in fields:
        raise ApiRefusal(400, "Missing required field: uris")
    now, dead = state().now(), state().dead
    return [StandinEntry(song, now) for song in parse_songs(fields["uris"]) if song.id not in dead]


def _reorder(found: StandinPlaylist, fields: dict[str, object]) -> None:
    """Move `range_length` entries in front of the one that was at `insert_before`."""
    _check_snapshot(found, fields)
    size = len(found.entries)
    start = get_number(fields, "range_start", size, size - 1)
    length = get_number(fields, "range_length", 1, size - start)
    before = get_number(fields, "insert_before", size + 1, size)
    moved, rest = (
        found.entries[start : start + length],
        found.entries[:start] + found.entries[start + length :],
    )
    at = before if before <= start else max(start, before - length)
    found.entries[:] = rest[:at] + moved + rest[at:]


def _written(found: StandinPlaylist) -> dict[str, str]:
    found.version += 1
    return {"snapshot_id": found.snapshot_id()}
