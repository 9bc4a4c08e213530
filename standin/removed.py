"""Endpoints of Spotify's Web API that are closed to apps registered since 2026-02-11."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from standin.access import ApiRefusal, allowed

removed = Blueprint("removed", __name__, url_prefix="/v1")
ALL = ("GET", "POST", "PUT", "DELETE")
WRITES = ("PUT", "DELETE")
SAVED = ("albums", "audiobooks", "episodes", "shows", "tracks")
#: Path -> methods that are closed.
REMOVED = {
    "/users/<thing>": ("GET",),
    "/users/<thing>/playlists": ("GET", "POST"),
    "/playlists/<thing>/tracks": ALL,
    "/playlists/<thing>/followers": WRITES,
    "/playlists/<thing>/followers/contains": ("GET",),
    **{f"/{kind}": ("GET",) for kind in ("artists", "chapters", *SAVED)},
    **{f"/me/{kind}": WRITES for kind in SAVED},
    **{f"/me/{kind}/contains": ("GET",) for kind in SAVED},
    "/me/following": WRITES,
    "/me/following/contains": ("GET",),
    "/artists/<thing>/top-tracks": ("GET",),
    "/artists/<thing>/related-artists": ("GET",),
    "/audio-features": ("GET",),
    "/audio-features/<thing>": ("GET",),
    "/audio-analysis/<thing>": ("GET",),
    "/recommendations": ("GET",),
    "/recommendations/available-genre-seeds": ("GET",),
    "/browse/<path:thing>": ("GET",),
    "/markets": ("GET",),
}


@allowed()
def _refuse(thing: str = "") -> ResponseReturnValue:
    # 403, not 404: so the real one distinguishes endpoints that are closed from ones that never existed.
    raise ApiRefusal(403, "Forbidden")


for path, methods in REMOVED.items():
    removed.add_url_rule(path, path, _refuse, methods=methods)
