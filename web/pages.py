"""The pages, in the order a listener meets them."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from flask_spotify_auth import listener, permission, signed_in
from jobs.library_sync import calls_to_read
from store import jobs, libraries, playlists
from store.accounts import Account
from store.database import Database
from store.job import Job
from web.opinions import with_opinions
from web.progress import describe_progress

bp = Blueprint("pages", __name__)


@bp.get("/")
def home() -> str:
    """Say what this is; to a signed-in listener, offer to make the playlist."""
    account = listener()
    if account is None:
        return render_template("welcome.html")
    n_saved = libraries.get_total(_database(), account.id)
    return render_template(
        "home.html",
        job=jobs.get_live(_database(), account.id),
        playlist=playlists.get_latest_written(_database(), account.id),
        permission=permission(account),
        calls_to_reread=None if n_saved is None else calls_to_read(n_saved),
    )


@bp.post("/playlists")
@signed_in
def make_playlist() -> AnyResponse:
    """Start making the listener's playlist and show how far it is; a job that runs already is shown."""
    wishes = {"as_new": "as_new" in request.form, "reread": "reread" in request.form}
    job, _ = jobs.start(_database(), _signed_in_account().id, **wishes)
    # Even one that is not new: its message may have been lost, and a second does no harm.
    current_app.extensions["enqueue"](job.id)
    return redirect(url_for("pages.show_job", job_id=job.id))


@bp.get("/jobs/<job_id>")
@signed_in
def show_job(job_id: str) -> str | AnyResponse:
    """Show how far the playlist is; once it is made, show it."""
    job = _job(job_id)
    progress = describe_progress(job)
    if job.state == "done":
        return redirect(progress.next_url)
    return render_template("making.html", job=job, progress=progress)


@bp.get("/jobs/<job_id>/progress")
@signed_in
def job_progress(job_id: str) -> str | Response:
    """Give the part of the page that changes; htmx asks for it every second or oftener."""
    job = _job(job_id)
    progress = describe_progress(job)
    if job.state == "done":
        return Response(headers={"HX-Redirect": progress.next_url})
    return render_template("_progress.html", job=job, progress=progress)


@bp.post("/jobs/<job_id>/cancel")
@signed_in
def cancel_job(job_id: str) -> AnyResponse:
    """Stop making a playlist; one that is being written at this moment may still come about."""
    jobs.cancel(_database(), _job(job_id).id, _signed_in_account().id)
    return redirect(url_for("pages.show_job", job_id=job_id))


@bp.get("/privacy")
def privacy() -> str:
    """Say what is read, kept, for how long and why."""
    settings = current_app.extensions["settings"]
    return render_template("privacy.html", feature_source=settings.feature_source)


@bp.get("/playlists/<playlist_id>")
@signed_in
def show_playlist(playlist_id: str) -> str:
    """Show the playlist: the player, the tastes, every song with its reason, and what was left out."""
    playlist = playlists.get(_database(), playlist_id, _signed_in_account().id)
    if playlist is None or not playlist.is_written:
        abort(404)
    open_url = current_app.extensions["settings"].spotify_open_url
    tastes = _tastes(playlist.mix["tastes"])
    return render_template(
        "playlist.html",
        playlist=playlist,
        permission=permission(_signed_in_account()),
        calls=jobs.count_calls(_database(), playlist.id),
        embed_url=f"{open_url}/embed/playlist/{playlist.id}?utm_source=generator",
        tastes=tastes,
        songs=with_opinions([_song_row(song, tastes, open_url) for song in playlist.mix["songs"]]),
        counts=playlist.mix["counts"],
        left_out=playlist.mix["left_out"],
    )


@bp.get("/healthz")
def healthz() -> Response:
    """Answer that this process serves; the load balancer asks."""
    return Response("ok\n", mimetype="text/plain")


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _signed_in_account() -> Account:
    account = listener()
    assert account is not None  # noqa: S101 - only views behind @signed_in ask
    return account


def _job(job_id: str) -> Job:
    """Give the listener's job; somebody else's is not found."""
    job = jobs.get(_database(), job_id, _signed_in_account().id)
    return job or abort(404)


def _tastes(tastes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    picked = sum(taste["picks"] for taste in tastes)
    return [
        {**taste, "number": number, "percent": 100 * taste["picks"] / picked}
        for number, taste in enumerate(tastes)
    ]


def _song_row(song: dict[str, Any], tastes: list[dict[str, Any]], open_url: str) -> dict[str, Any]:
    because = song["because"]
    return {
        **song,
        "url": f"{open_url}/track/{song['id']}",
        "taste": song["cluster"],
        "taste_name": tastes[song["cluster"]]["name"],
        "because": f"{because['title']} by {because['artists']}" if because["artists"] else because["title"],
    }
