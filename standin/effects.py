"""Effects of faults other than refusals: tokens expire, items are odd or show up late."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, json, request

from standin.access import find_asker, state
from standin.state import StandinEntry, StandinPlaylist

# The fields of an answer that are for people to read.
WORDS = ("name", "display_name", "description", "release_date")


def expire_access() -> None:
    """Expire the caller's access tokens; a refresh gets a new one."""
    listener = find_asker()
    if listener is not None:
        with state().lock:
            state().grants.expire_access(listener.id)


def revoke_access() -> None:
    """Revoke the caller's consent: none of their tokens works any more."""
    listener = find_asker()
    if listener is not None:
        expire_access()
        state().revoke(listener)


def rotate_refresh_token(response: Response) -> None:
    """Send a new refresh token with the access token; the old one stops working. A sign-in has none yet."""
    if "refresh_token" not in request.form:
        return
    with state().lock:
        new = state().grants.rotate(request.form["refresh_token"])
    change_answer(lambda answer: answer | {"refresh_token": new}, response)


def change_answer(change: Callable[[Any], Any], response: Response) -> None:
    """Replace the JSON of the answer by what `change` makes of it; an empty answer stays empty."""
    if body := response.get_data():
        response.set_data(json.dumps(change(json.loads(body))))


def make_snapshots_stale(answer: Any) -> Any:
    """Replace each snapshot id in an answer by that of the version before."""
    for thing in [answer, *_get_items(answer)]:
        if isinstance(thing, dict) and "snapshot_id" in thing:
            version, playlist_id = b64decode(thing["snapshot_id"]).decode().split(",")
            thing["snapshot_id"] = b64encode(f"{int(version) - 1},{playlist_id}".encode()).decode()
    return answer


def put_null_first(answer: Any) -> Any:
    """Replace the first item of a list by a null."""
    _get_items(answer)[:1] = [None]
    return answer


def put_numbers_for_texts(answer: Any) -> Any:
    """Replace names, titles, dates and descriptions by numbers, wherever they are in an answer."""
    if isinstance(answer, list):
        return [put_numbers_for_texts(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {key: 1999 if key in WORDS else put_numbers_for_texts(value) for key, value in answer.items()}


def _get_items(answer: Any) -> list[Any]:
    items = answer.get("items") if isinstance(answer, dict) else None
    return items if isinstance(items, list) else []


def hide_before_reading(seconds: float) -> None:
    """Hide the newest item of what is about to be read for `seconds`."""
    if request.method == "GET":
        _hide(seconds)


def hide_after_writing(seconds: float, _: Response) -> None:
    """Hide the newest item of what was just written for `seconds`."""
    if request.method != "GET":
        _hide(seconds)


def _hide(seconds: float) -> None:
    listener = find_asker()
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
