"""ReccoBeats' audio features, made up from the song's id: the same id always gives the same ones."""

import hashlib
import uuid

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from recommender.song import Song
from standin.access import state
from standin.paging import Json

reccobeats = Blueprint("reccobeats", __name__, url_prefix="/reccobeats/v1")
MAX_IDS = 40
#: Name -> lowest and highest value.
RANGES = {
    "acousticness": (0.0, 1.0),
    "danceability": (0.0, 1.0),
    "energy": (0.0, 1.0),
    "instrumentalness": (0.0, 1.0),
    "liveness": (0.0, 1.0),
    "loudness": (-60.0, 0.0),
    "speechiness": (0.0, 1.0),
    "tempo": (40.0, 220.0),
    "valence": (0.0, 1.0),
}


@reccobeats.get("/audio-features")
def audio_features() -> ResponseReturnValue:
    """Return the features of songs, by Spotify's ids or recording codes.

    Like the real one, it does not keep the order, leaves out unknown songs
    and refuses more than 40 ids.
    """
    if "ids" not in request.args:
        return _refuse(4001, "ids is required")
    asked = [one for group in request.args.getlist("ids") for one in group.split(",") if one]
    if not 1 <= len(asked) <= MAX_IDS:
        return _refuse(4004, f"size must be between 1 and {MAX_IDS}")
    with state().lock:
        found = {song.id: song for song in map(_song, asked) if song and song.id not in state().unheard}
        content = [_features(song) for song in found.values()]
    return jsonify({"content": sorted(content, key=lambda features: str(features["id"]))})


def _song(asked: str) -> Song | None:
    music = state().music
    return music.find(asked) or music.find_isrc(asked)


def _features(song: Song) -> Json:
    """Make up one song's features; there is neither a time signature nor a duration."""
    digest = hashlib.blake2b(song.id.encode(), digest_size=32).digest()
    values = {
        name: round(low + (high - low) * byte / 255, 3)
        for (name, (low, high)), byte in zip(RANGES.items(), digest, strict=False)
    }
    return {
        "id": str(uuid.UUID(bytes=digest[-16:])),
        # A real address, though never opened: it is the only field with Spotify's id.
        "href": f"https://open.spotify.com/track/{song.id}",
        "isrc": state().music.make_isrc(song.id),
        # -1 if no key was found.
        "key": digest[len(RANGES)] % 13 - 1,
        "mode": digest[len(RANGES) + 1] % 2,
        **values,
    }


def _refuse(code: int, message: str) -> ResponseReturnValue:
    return jsonify({"status": code, "errors": [{"message": message}]}), 400
