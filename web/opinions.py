"""What a listener never wants to hear: said beside the songs of a playlist, listed, and taken back."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from flask_spotify_auth import listener, signed_in
from store import opinions, playlists
from store.database import Database
from store.opinions import About

bp = Blueprint("opinions", __name__)

# What a form may name, and what that is.
KINDS: dict[str, About] = {"song": "song", "artist": "artist"}


@bp.get("/opinions")
@signed_in
def show_opinions() -> str:
    """List what the listener has ruled out, each with a button to take it back."""
    database, account_id = _mine()
    never = [opinion for opinion in opinions.list_opinions(database, account_id) if opinion.wish == "never"]
    return render_template("opinions.html", opinions=never)


@bp.post("/opinions/withdraw")
@signed_in
def withdraw_opinion() -> AnyResponse:
    """Forget one of them; the song or the artist may be picked again."""
    database, account_id = _mine()
    opinions.withdraw(database, account_id, _kind(request.form.get("about")), request.form.get("subject", ""))
    return redirect(url_for("opinions.show_opinions"))


@bp.post("/playlists/<playlist_id>/songs/<song_id>/opinion")
@signed_in
def give_opinion(playlist_id: str, song_id: str) -> str | AnyResponse:
    """Rule out a song of the listener's playlist, or its artist, or take that back."""
    database, account_id = _mine()
    playlist = playlists.get(database, playlist_id, account_id)
    songs = playlist.mix.get("songs", ()) if playlist else ()
    song = next((song for song in songs if song["id"] == song_id), None) or abort(404)
    kind = _kind(request.form.get("never") or request.form.get("take_back"))
    subject, label = _subject_and_label(song, kind)
    if "never" in request.form:
        opinions.give(database, account_id, kind, subject, "never", label)
    else:
        opinions.withdraw(database, account_id, kind, subject)
    if "HX-Request" in request.headers:
        # Only this part of the page: the player goes on playing.
        [shown] = with_opinions([song])
        return render_template("_opinion_alone.html", song=shown, playlist_id=playlist_id)
    return redirect(url_for("pages.show_playlist", playlist_id=playlist_id, _anchor=f"song-{song_id}"))


def with_opinions(songs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give songs of a playlist, each with what the listener never wants: the `song`, the `artist` or None."""
    database, account_id = _mine()
    never = {
        (opinion.about, opinion.subject)
        for opinion in opinions.list_opinions(database, account_id)
        if opinion.wish == "never"
    }
    return [
        {**song, "never": next((kind for kind in KINDS if (kind, _get_subject(song, kind)) in never), None)}
        for song in songs
    ]


def _get_subject(song: dict[str, Any], kind: str) -> str:
    return str(song["id"] if kind == "song" else song.get("first_artist", ""))


def _subject_and_label(song: dict[str, Any], kind: About) -> tuple[str, str]:
    subject = _get_subject(song, kind) or abort(400)
    return subject, f"{song['title']} by {song['artists']}" if kind == "song" else subject


def _kind(named: str | None) -> About:
    return KINDS.get(named or "") or abort(400)


def _mine() -> tuple[Database, str]:
    """Give the database and the id of the account that is signed in."""
    account = listener()
    assert account is not None  # noqa: S101 - only views behind @signed_in ask
    database: Database = current_app.extensions["database"]
    return database, account.id
