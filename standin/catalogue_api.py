"""The Web API's answers about the catalogue: one song, and search results."""

import re

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from recommender.song import Song
from standin.access import ApiRefusal, allowed, state
from standin.music import is_id
from standin.objects import build_track
from standin.paging import build_asked_page

catalogue_api = Blueprint("catalogue_api", __name__, url_prefix="/v1")
KINDS = ("album", "artist", "playlist", "track", "show", "episode", "audiobook")
MAX_FOUND = 10
MAX_OFFSET = 1000
FILTER = re.compile(r'\b(track|artist|isrc|year):("[^"]*"|\S+)')


@catalogue_api.get("/tracks/<track_id>")
@allowed()
def show(track_id: str) -> ResponseReturnValue:
    """Return one song."""
    if not is_id(track_id):
        raise ApiRefusal(400, "Invalid base62 id")
    song = state().music.find(track_id)
    if song is None or not _is_there(song):
        raise ApiRefusal(404, "Resource not found")
    return jsonify(build_track(song))


@catalogue_api.get("/search")
@allowed()
def search() -> ResponseReturnValue:
    """Find songs; of the other kinds there are none here."""
    wanted = request.args.get("q", "").strip()
    if not wanted:
        raise ApiRefusal(400, "No search query")
    kinds = request.args.get("type", "").split(",")
    if not kinds[0]:
        raise ApiRefusal(400, "Missing parameter type")
    for kind in kinds:
        if kind not in KINDS:
            raise ApiRefusal(400, f"Bad search type field {kind}")
    return jsonify(
        {
            f"{kind}s": build_asked_page(
                _found(wanted) if kind == "track" else [], build_track, 5, MAX_FOUND, MAX_OFFSET
            )
            for kind in kinds
        }
    )


def _is_there(song: Song) -> bool:
    lost = state().dead | state().nulled | state().refused
    return song.id not in lost


def _found(wanted: str) -> list[Song]:
    return [song for song in _fitting(wanted) if _is_there(song)]


def _fitting(wanted: str) -> list[Song]:
    """Find songs by words and by the filters `track:`, `artist:`, `year:` and `isrc:`."""
    filters = {name: text.strip('"') for name, text in FILTER.findall(wanted)}
    music = state().music
    if "isrc" in filters:
        song = music.find_isrc(filters["isrc"])
        return [song] if song else []
    words = FILTER.sub(" ", wanted).replace('"', " ").split()
    title, artist = filters.get("track", ""), filters.get("artist", "")
    first, _, last = filters.get("year", "").partition("-")
    found = music.search([*words, *title.split(), *artist.split()])
    return [
        song
        for song in found
        if title.casefold() in song.title.casefold()
        and artist.casefold() in " ".join(song.artists).casefold()
        and (not first or first <= str(song.year) <= (last or first))
    ]
