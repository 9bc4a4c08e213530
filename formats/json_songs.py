"""Songs as JSON: Spotify's own data export, JSPF, and the lists that scripts and Skiley write."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from formats.cells import (
    MAX_SECONDS,
    is_no_track,
    parse_duration_ms,
    parse_flag,
    parse_number,
    parse_track_id,
    parse_year,
)
from formats.columns import ALIASES, normalise
from formats.reading import HARDLY_PLAYED, NO_SONG, UNKNOWN_FORM, Collector
from formats.text import Text
from recommender.song import Song

# Spotify itself counts a stream from here.
MIN_PLAYED_MS = 30_000
PLAYED = ("ms_played", "msPlayed")
# Where a script's list may lie in its object, and where a song in its entry.
LISTS = ("tracks", "items", "songs", "liked_songs", "likedSongs", "savedTracks", "data")
WRAPPINGS = ("track", "item", "song")


def is_your_library(text: Text) -> bool:
    """Return whether a text is the YourLibrary.json of Spotify's data export."""
    return isinstance(text.tree, dict) and "tracks" in text.tree and "bannedTracks" in text.tree


def read_your_library(text: Text, songs: Collector) -> None:
    """Collect the saved songs of YourLibrary.json."""
    _collect(_as_list(text.tree["tracks"]), songs)


def is_spotify_playlists(text: Text) -> bool:
    """Return whether a text is a Playlist1.json of Spotify's data export."""
    return isinstance(text.tree, dict) and any(
        isinstance(playlist, dict) and "items" in playlist
        for playlist in _as_list(text.tree.get("playlists"))
    )


def read_spotify_playlists(text: Text, songs: Collector) -> None:
    """Collect the songs of all playlists, as one library."""
    for playlist in _as_list(text.tree["playlists"]):
        _collect(_as_list(playlist.get("items") if isinstance(playlist, dict) else None), songs)


def is_history(text: Text) -> bool:
    """Return whether a text is a streaming history of Spotify's data export, short or extended."""
    return any(
        isinstance(play, dict) and any(key in play for key in PLAYED) for play in _as_list(text.tree)[:9]
    )


def read_history(text: Text, songs: Collector) -> None:
    """Collect the songs that were played for half a minute in all, the latest first, with their plays."""
    played_ms: dict[Song, int] = {}
    n_plays: Counter[Song] = Counter()
    for play in reversed(_as_list(text.tree)):
        song = _build_song(play)
        if song is None or not (song.id or song.title):
            songs.leave_out(NO_SONG)
            continue
        time_ms = sum(play[key] for key in PLAYED if isinstance(play.get(key), int))
        played_ms[song] = played_ms.get(song, 0) + time_ms
        n_plays[song] += time_ms >= MIN_PLAYED_MS
    for song, total_ms in played_ms.items():
        if total_ms >= MIN_PLAYED_MS:
            songs.add(replace(song, n_plays=n_plays[song]))
        else:
            songs.leave_out(HARDLY_PLAYED)


def is_jspf(text: Text) -> bool:
    """Return whether a text is a playlist in JSPF."""
    playlist = text.tree.get("playlist") if isinstance(text.tree, dict) else None
    return isinstance(playlist, dict) and isinstance(playlist.get("track"), list)


def read_jspf(text: Text, songs: Collector) -> None:
    """Collect the songs of a playlist in JSPF."""
    for track in text.tree["playlist"]["track"]:
        if not isinstance(track, dict):
            songs.leave_out(UNKNOWN_FORM)
            continue
        places = (track.get(key) for key in ("identifier", "location"))
        addresses = [
            address for place in places for address in (place if isinstance(place, list) else [place])
        ]
        songs.add(
            Song(
                id=next((found for found in map(parse_track_id, map(_as_text, addresses)) if found), ""),
                title=_as_text(track.get("title")),
                artists=_as_names(track.get("creator")),
                duration_ms=parse_duration_ms(_as_text(track.get("duration")), 1),
            )
        )


def is_song_list(text: Text) -> bool:
    """Return whether a text is a list of objects that name songs as the columns of a table would."""
    return any(
        song is not None and (song.id or (song.title and song.artists))
        for song in map(_build_song, _find_list(text.tree)[:9])
    )


def read_song_list(text: Text, songs: Collector) -> None:
    """Collect the songs of a list of objects."""
    _collect(_find_list(text.tree), songs)


def list_keys(text: Text) -> list[str]:
    """Return the names in the first object, to be shown to whoever made the file."""
    first = next(iter(_find_list(text.tree)), text.tree)
    return list(map(str, first)) if isinstance(first, dict) else []


def _collect(entries: list[Any], songs: Collector) -> None:
    for entry in entries:
        song = _build_song(entry)
        if song is None:
            songs.leave_out(NO_SONG if isinstance(entry, dict) else UNKNOWN_FORM)
        else:
            songs.add(song)


def _build_song(entry: Any) -> Song | None:
    """Build the song of an object, whatever its keys are called; None if it is of something else."""
    if not isinstance(entry, dict):
        return None
    for wrapping in WRAPPINGS:
        if isinstance(entry.get(wrapping), dict):
            entry = entry[wrapping]
        elif wrapping in entry and entry[wrapping] is None:
            return None
    album = entry.get("album")
    fields = {normalise(key): value for key, value in (album if isinstance(album, dict) else {}).items()}
    fields = {key: fields[key] for key in ALIASES["released"] if key in fields}
    fields |= {normalise(str(key)): value for key, value in entry.items()}

    def find(field: str) -> Any:
        return next((fields[name] for name in ALIASES[field] if fields.get(name) not in (None, "")), None)

    addresses = [_as_text(fields[name]) for name in ALIASES["id"] if fields.get(name)]
    song_id = next((found for found in map(parse_track_id, addresses) if found), "")
    if not song_id and any(map(is_no_track, addresses)):
        return None
    return Song(
        id=song_id,
        title=_as_text(find("title")),
        artists=_as_names(find("artists")) + _as_names(find("more_artists")),
        year=parse_year(_as_text(find("released"))),
        duration_ms=_parse_duration(find),
        is_explicit=parse_flag(_as_text(find("explicit"))),
    )


def _parse_duration(find: Callable[[str], Any]) -> int | None:
    text = _as_text(find("duration_ms"))
    if text:
        return parse_duration_ms(text, 1)
    text = _as_text(find("duration_s")) or _as_text(find("duration"))
    is_in_ms = (parse_number(text) or 0) >= MAX_SECONDS
    return parse_duration_ms(text, 1 if is_in_ms else 1000)


def _find_list(tree: Any) -> list[Any]:
    if isinstance(tree, dict):
        return next((tree[key] for key in LISTS if isinstance(tree.get(key), list)), [])
    return _as_list(tree)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _as_text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _as_names(value: Any) -> tuple[str, ...]:
    """Return artists that are a name, a list of names, or a list of objects with names."""
    values = value if isinstance(value, list) else [value]
    names = (_as_text(each.get("name") if isinstance(each, dict) else each) for each in values)
    return tuple(name for name in names if name)
