"""What a listener never wants to hear: ruled out beside the songs of a playlist, listed, and taken back."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from store import opinions, playlists
from store.opinions import About, Opinion
from store.record import PlaylistRecord, RecordedSong
from web.context import context
from web.listener import signed_in, signed_in_account
from web.playlist_page import SongView, describe_songs, get_subject

bp = Blueprint("opinions", __name__)

# What a form may name, and what that is.
KINDS: dict[str, About] = {"song": "song", "artist": "artist"}


@bp.get("/blocked")
@signed_in
def show_opinions() -> str:
    """List what the listener has blocked, each with a button to undo that."""
    return render_template("opinions.html", opinions=_list_ruled_out())


@bp.get("/opinions")
@signed_in
def show_opinions_by_old_address() -> AnyResponse:
    """Lead from the address that the list had before."""
    return redirect(url_for("opinions.show_opinions"), 301)


@bp.post("/blocked/undo")
@signed_in
def withdraw_opinion() -> AnyResponse:
    """Undo one of them; the song or the artist may be picked again."""
    kind = _read_kind(request.form.get("about"))
    opinions.withdraw(context().database, signed_in_account().id, kind, request.form.get("subject", ""))
    return redirect(url_for("opinions.show_opinions"))


@bp.post("/playlists/<playlist_id>/songs/<song_id>/opinion")
@signed_in
def give_opinion(playlist_id: str, song_id: str) -> str | AnyResponse:
    """Rule out a song of the listener's playlist, or its artist, or take that back."""
    database, account_id = context().database, signed_in_account().id
    playlist = playlists.get(database, playlist_id, account_id)
    record = (playlist and playlist.record) or abort(404)
    song = next((song for song in record.songs if song.id == song_id), None) or abort(404)
    kind = _read_kind(request.form.get("never") or request.form.get("take_back"))
    subject = get_subject(song, kind) or abort(400)
    if "never" in request.form:
        opinions.give(database, account_id, kind, subject, "never", _label(song, kind))
    else:
        opinions.withdraw(database, account_id, kind, subject)
    if "HX-Request" in request.headers:
        # Only this part of the page: the player goes on playing.
        [shown] = [shown for shown in describe_with_opinions(record) if shown.id == song_id]
        return render_template("_opinion_alone.html", song=shown, playlist_id=playlist_id)
    return redirect(url_for("pages.show_playlist", playlist_id=playlist_id, _anchor=f"song-{song_id}"))


def describe_with_opinions(record: PlaylistRecord) -> list[SongView]:
    """Return the songs of a playlist as its page shows them to the listener who is signed in."""
    ruled_out = {(opinion.about, opinion.subject) for opinion in _list_ruled_out()}
    return describe_songs(record, ruled_out, context().settings.spotify_open_url)


def _list_ruled_out() -> list[Opinion]:
    given = opinions.list_opinions(context().database, signed_in_account().id)
    return [opinion for opinion in given if opinion.wish == "never"]


def _label(song: RecordedSong, kind: About) -> str:
    return f"{song.title} by {song.artists}" if kind == "song" else song.first_artist


def _read_kind(named: str | None) -> About:
    return KINDS.get(named or "") or abort(400)
