"""The pages, in the order a listener meets them."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from store import jobs, libraries, playlists
from store.job import Job
from web.context import context
from web.listener import current_account, permission, signed_in, signed_in_account
from web.opinions import describe_with_opinions
from web.playlist_page import describe_changes, describe_left_out_songs, describe_library, describe_tastes
from web.presets import list_presets, read_preset
from web.progress import describe_progress

bp = Blueprint("pages", __name__)


@bp.get("/")
def home() -> str:
    """Show what this is; to a signed-in listener, offer to make the playlist."""
    account = current_account()
    if account is None:
        return render_template("welcome.html")
    database = context().database
    return render_template(
        "home.html",
        job=jobs.get_live(database, account.id),
        playlist=playlists.get_latest_written(database, account.id),
        permission=permission(account),
        presets=list_presets(account),
        has_library=libraries.get_total(database, account.id) is not None,
    )


@bp.post("/playlists")
@signed_in
def make_playlist() -> AnyResponse:
    """Start making the listener's playlist and show how far it is; a job that runs already is shown."""
    account = signed_in_account()
    options = {"as_new": "as_new" in request.form, "reread": "reread" in request.form}
    job, _ = jobs.start(context().database, account.id, **options, preset=read_preset(account))
    # Even one that is not new: its message may have been lost, and a second does no harm.
    context().enqueue(job.id)
    return redirect(url_for("pages.show_job", job_id=job.id))


@bp.get("/jobs/<job_id>")
@signed_in
def show_job(job_id: str) -> str | AnyResponse:
    """Show how far the playlist is; once it is made, show it."""
    job = _find_job(job_id)
    progress = describe_progress(job)
    if job.state == "done":
        return redirect(progress.playlist_url)
    return render_template("making.html", job=job, progress=progress)


@bp.get("/jobs/<job_id>/progress")
@signed_in
def job_progress(job_id: str) -> str | Response:
    """Return the part of the page that changes; htmx asks for it every second or more often."""
    job = _find_job(job_id)
    progress = describe_progress(job)
    if progress.is_over:
        # A page of its own: swapped in, what is longer would push the rest of the page about.
        return Response(
            headers={"HX-Redirect": progress.playlist_url or url_for("pages.show_job", job_id=job_id)}
        )
    return render_template("_progress.html", job=job, progress=progress)


@bp.post("/jobs/<job_id>/cancel")
@signed_in
def cancel_job(job_id: str) -> AnyResponse:
    """Stop making a playlist; one that is being written at this moment may still be finished."""
    jobs.cancel(context().database, _find_job(job_id).id, signed_in_account().id)
    return redirect(url_for("pages.show_job", job_id=job_id))


@bp.get("/privacy")
def privacy() -> str:
    """Show what is read, kept, for how long and why."""
    return render_template("privacy.html", feature_source=context().settings.feature_source)


@bp.get("/playlists/<playlist_id>")
@signed_in
def show_playlist(playlist_id: str) -> str:
    """Show the playlist: the player, the tastes, what changed, every song and why, and what was left out."""
    database, account = context().database, signed_in_account()
    playlist = playlists.get(database, playlist_id, account.id) or abort(404)
    record = playlist.record or abort(404)
    open_url = context().settings.spotify_open_url
    return render_template(
        "playlist.html",
        playlist=playlist,
        permission=permission(account),
        embed_url=f"{open_url}/embed/playlist/{playlist.id}?utm_source=generator",
        changes=describe_changes(record),
        new_artists=record.new_artists,
        short_of_new=record.short_of_new,
        tastes=describe_tastes(record),
        songs=describe_with_opinions(record),
        counts=record.counts,
        knowledge=describe_library(record),
        left_out=describe_left_out_songs(record),
    )


@bp.get("/healthz")
def healthz() -> Response:
    """Answer that this process serves; the load balancer asks."""
    return Response("ok\n", mimetype="text/plain")


def _find_job(job_id: str) -> Job:
    """Return the listener's job; somebody else's is not found."""
    return jobs.get(context().database, job_id, signed_in_account().id) or abort(404)
