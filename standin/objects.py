"""The objects of Spotify's Web API, as an app in development mode gets them in November 2026.

Removed for such apps, and absent here: markets, popularity, followers,
e-mail, country, product, and the older keys `tracks` and `track` of playlists.
"""

from datetime import UTC, datetime
from urllib.parse import quote_plus

from recommender.song import Song
from standin.access import caller, state
from standin.music import make_id
from standin.paging import Json, build_page, get_root
from standin.state import Listener, StandinEntry, StandinPlaylist

COVER_SIZES = (640, 300, 64)
# Items in a whole playlist; asked for alone, they come fifty at a time.
LISTED_AT_ONCE = 100


def build_link(kind: str, thing_id: str) -> Json:
    """Build the fields that identify an object and link to it."""
    return {
        "external_urls": {"spotify": f"{get_root()}/{kind}/{thing_id}"},
        "href": f"{get_root()}/v1/{kind}s/{thing_id}",
        "id": thing_id,
        "type": kind,
        "uri": f"spotify:{kind}:{thing_id}",
    }


def build_profile(listener: Listener) -> Json:
    """Build the answer of `GET /me`."""
    return {
        "account_id": listener.account_id,
        "display_name": listener.display_name,
        "images": [],
        **build_link("user", listener.id),
    }


def build_saved_track(entry: StandinEntry) -> Json:
    """Build one saved song; its key is still `track`, unlike in a playlist."""
    return {"added_at": format_timestamp(entry.added_at), "track": _track_or_null(entry.song)}


def _track_or_null(song: Song) -> Json | None:
    return None if song.id in state().nulled else build_track(song)


def build_track(song: Song) -> Json:
    """Build a track; a song without an id is a local file of the listener's."""
    fields: Json = {
        "artists": [build_artist(name) for name in song.artists],
        "disc_number": 1,
        "duration_ms": song.duration_ms or 0,
        "explicit": bool(song.is_explicit),
        "name": song.title,
        "preview_url": None,
        "type": "track",
    }
    return fields | (_on_album(song) if song.id else _in_file(song))


def _on_album(song: Song) -> Json:
    album = state().music.build_album(song.id)
    is_playable = song.id not in state().unplayable
    return {
        "album": {
            "album_type": "album" if len(album.tracks) > 1 else "single",
            "artists": [build_artist(album.artist)],
            "images": build_covers(album.id),
            "name": album.name,
            "release_date": f"{album.year or 0:04d}",
            "release_date_precision": "year",
            "total_tracks": len(album.tracks),
            **build_link("album", album.id),
        },
        "external_ids": {"isrc": state().music.make_isrc(song.id)},
        "is_local": False,
        "is_playable": is_playable,
        "track_number": album.tracks.index(song.id) + 1,
        **build_link("track", song.id),
        **({} if is_playable else {"restrictions": {"reason": "market"}}),
    }


def _in_file(song: Song) -> Json:
    names = (quote_plus(", ".join(song.artists)), "", quote_plus(song.title))
    return {
        "album": {
            "album_type": None,
            "artists": [],
            "external_urls": {},
            "href": None,
            "id": None,
            "images": [],
            "name": "",
            "release_date": None,
            "release_date_precision": None,
            "type": "album",
            "uri": None,
        },
        "artists": [
            {"external_urls": {}, "href": None, "id": None, "name": name, "type": "artist", "uri": None}
            for name in song.artists
        ],
        "external_ids": {},
        "external_urls": {},
        "href": None,
        "id": None,
        "is_local": True,
        "track_number": 0,
        "uri": f"spotify:local:{':'.join(names)}:{(song.duration_ms or 0) // 1000}",
    }


def build_artist(name: str) -> Json:
    """Build an artist as listed in tracks and albums."""
    return {"name": name, **build_link("artist", make_id("artist", name))}


def build_playlist(found: StandinPlaylist) -> Json:
    """Build a whole playlist; if it is another listener's, `items` is absent, not empty."""
    described = _described(found) | {"followers": {"href": None, "total": 0}}
    if found.owner is not caller():
        return described
    items = build_page(
        state().select_shown(found.entries),
        build_playlist_item,
        f"/v1/playlists/{found.id}/items",
        LISTED_AT_ONCE,
        0,
    )
    return described | {"items": items}


def build_listed_playlist(found: StandinPlaylist) -> Json:
    """Build a playlist as listed among others."""
    count: Json = {"href": f"{get_root()}/v1/playlists/{found.id}/items", "total": len(found.entries)}
    return _described(found) | ({"items": count} if found.owner is caller() else {})


def _described(found: StandinPlaylist) -> Json:
    return {
        "collaborative": found.is_collaborative,
        "description": found.description,
        "images": build_covers(found.id) if found.entries else [],
        "name": found.name,
        "owner": {"display_name": found.owner.display_name, **build_link("user", found.owner.id)},
        "public": found.is_public,
        "snapshot_id": found.snapshot_id(),
        **build_link("playlist", found.id),
    }


def build_playlist_item(entry: StandinEntry) -> Json:
    """Build one item of the caller's playlist; only the caller can have added it."""
    return {
        "added_at": format_timestamp(entry.added_at),
        "added_by": build_link("user", caller().id),
        "is_local": False,
        "item": _track_or_null(entry.song),
    }


def build_covers(thing_id: str) -> list[Json]:
    """Build the covers of an id; one drawing serves all sizes."""
    address = f"{get_root()}/cover/{thing_id}.svg"
    return [{"height": size, "url": address, "width": size} for size in COVER_SIZES]


def format_timestamp(seconds: float) -> str:
    """Format a time as Spotify does, to the second and in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
