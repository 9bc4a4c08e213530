"""Effects of faults other than refusals: tokens expire, snapshots are stale, items show up late."""

from base64 import b64decode, b64encode
from dataclasses import replace

from flask import Response, json, request

from standin.access import get_bearer, state
from standin.state import StandinEntry, StandinPlaylist


def expire_access() -> None:
    """Expire the caller's access tokens; a refresh gets a new one."""
    listener = get_bearer()
    if listener is not None:
        with state().lock:
            state().grants.expire_access(listener.id)


def revoke_access() -> None:
    """Revoke the caller's consent: none of their tokens works any more."""
    listener = get_bearer()
    if listener is not None:
        expire_access()
        state().revoke(listener)


def rotate_refresh_token(response: Response) -> None:
    """Send a new refresh token with the access token; the old one stops working."""
    with state().lock:
        new = state().grants.rotate(request.form["refresh_token"])
    response.set_data(json.dumps(json.loads(response.get_data()) | {"refresh_token": new}))


def make_snapshots_stale(response: Response) -> None:
    """Replace each snapshot id in the answer by that of the version before."""
    answer = json.loads(response.get_data() or "null")
    if not isinstance(answer, dict):
        return
    items = answer.get("items", [])
    for thing in [answer, *(items if isinstance(items, list) else [])]:
        if "snapshot_id" in thing:
            version, playlist_id = b64decode(thing["snapshot_id"]).decode().split(",")
            thing["snapshot_id"] = b64encode(f"{int(version) - 1},{playlist_id}".encode()).decode()
    response.set_data(json.dumps(answer))


def hide_before_reading(seconds: float) -> None:
    """Hide the newest item of what is about to be read for `seconds`."""
    if request.method == "GET":
        _hide(seconds)


def hide_after_writing(seconds: float, _: Response) -> None:
    """Hide the newest item of what was just written for `seconds`."""
    if request.method != "GET":
        _hide(seconds)


def _hide(seconds: float) -> None:
    listener = get_bearer()
    if listener is None:
        return
    with state().lock:
        shown_from = state().now() + seconds
        match (request.endpoint or "").rpartition(".")[2]:
            case "saved_tracks":
                _hide_entry(listener.saved, 0, shown_from)
            case "list_playlists" | "create":
                _hide_playlist(listener.playlists, shown_from)
            case "items" | "add" | "replace_or_reorder":
                playlist = state().playlists.get((request.view_args or {})["playlist_id"])
                _hide_entry(playlist.entries if playlist else [], -1, shown_from)


def _hide_entry(entries: list[StandinEntry], place: int, shown_from: float) -> None:
    if entries:
        entries[place] = replace(entries[place], shown_from=shown_from)


def _hide_playlist(playlists: list[StandinPlaylist], shown_from: float) -> None:
    if playlists:
        playlists[0].shown_from = shown_from
