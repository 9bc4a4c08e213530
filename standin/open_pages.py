"""The stand-in's open.spotify.com: pages of a playlist and a song, the embedded player, and covers."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from recommender.song import Song
from standin.access import state
from standin.covers import design_cover
from standin.music import is_id

open_pages = Blueprint("open_pages", __name__)


@dataclass(frozen=True, slots=True)
class _Listing:
    """A playlist, ready to be shown."""

    id: str
    name: str
    owner: str
    description: str
    length: str
    songs: tuple[Song, ...]


@open_pages.get("/")
def show_front() -> ResponseReturnValue:
    """Show where a link to Spotify itself leads."""
    return render_template("front.html")


@open_pages.get("/playlist/<playlist_id>")
def show_playlist(playlist_id: str) -> ResponseReturnValue:
    """Show a playlist to anyone who has its address: `public` does not restrict that."""
    return render_template("playlist.html", playlist=_listing(playlist_id))


@open_pages.get("/embed/playlist/<playlist_id>")
def embed_playlist(playlist_id: str) -> ResponseReturnValue:
    """Show a playlist inside the frame of another page, 352 pixels high or less."""
    return render_template("embed.html", playlist=_listing(playlist_id))


@open_pages.get("/embed/iframe-api/v1")
def send_iframe_api() -> Response:
    """Send the script by which a page drives its embedded players, as Spotify's iFrame API does."""
    response = current_app.send_static_file("iframe-api.js")
    # Spotify's address never changes either: what it holds must be asked for again.
    response.headers["Cache-Control"] = "no-cache"
    return response


@open_pages.get("/embed/track/<track_id>")
def embed_track(track_id: str) -> ResponseReturnValue:
    """Show one song inside the frame of another page, 80 pixels high or more."""
    return render_template("embed_track.html", song=_find_song(track_id))


@open_pages.get("/track/<track_id>")
def show_track(track_id: str) -> ResponseReturnValue:
    """Show one song."""
    song = _find_song(track_id)
    return render_template("track.html", song=song, album=state().music.build_album(track_id))


@open_pages.get("/cover/<thing_id>.svg")
def show_cover(thing_id: str) -> ResponseReturnValue:
    """Draw the cover of this id."""
    if not is_id(thing_id):
        abort(404)
    drawing = render_template("cover.svg", cover=design_cover(thing_id))
    return Response(drawing, mimetype="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


@open_pages.app_template_filter("minutes")
def format_minutes(duration_ms: int | None) -> str:
    """Format the length of a song, as in 3:07; a dash if it is not known."""
    if not duration_ms:
        return "–"
    whole_minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{whole_minutes}:{seconds:02d}"


def _find_song(track_id: str) -> Song:
    return state().music.find(track_id) or abort(404)


def _listing(playlist_id: str) -> _Listing:
    with state().lock:
        found = state().playlists.get(playlist_id)
        if found is None:
            abort(404)
        songs = tuple(entry.song for entry in found.entries)
        total_ms = sum(song.duration_ms or 0 for song in songs)
        owner = found.owner.display_name
        return _Listing(found.id, found.name, owner, found.description, _length(len(songs), total_ms), songs)


def _length(n_songs: int, total_ms: int) -> str:
    hours, minutes_over = divmod(round(total_ms / 60_000), 60)
    duration = f"{hours} h {minutes_over} min" if hours else f"{minutes_over} min"
    return f"{n_songs} {'song' if n_songs == 1 else 'songs'}, {duration}"
