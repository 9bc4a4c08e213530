"""The pages, in the order a listener meets them."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from store import jobs, playlists
from store.job import Job
from version import VERSION
from web import started
from web.context import context
from web.destination import is_local
from web.language import current_language, translate
from web.listener import current_account, permission, signed_in, signed_in_account, signed_in_or_visiting
from web.playlist import load_shown, load_step, render_playlist
from web.presets import list_presets, read_preset
from web.progress import describe_progress, explain_parking
from web.readiness import READY, check_parts
from web.tuning_args import as_args, has_tuning, read_args
from web.weekly_form import explain_hold

bp = Blueprint("pages", __name__)


@bp.get("/")
def home() -> str | AnyResponse:
    """Show what this is; to a listener their playlist, or the offer to make the first one.

    `next` is the page of ours for which a stranger has to sign in first.

    An address with a tuning can be shared: it leads everybody to a mix of their own that is tuned so.
    """
    args = as_args(read_args(request.args)) if has_tuning(request.args) else {}
    account = current_account()
    if account is None:
        back = url_for("pages.home", **args) if args else None
        if wanted := request.args.get("next"):
            flash(translate("Please sign in first."), "info")
            back = wanted if is_local(wanted) else back
        return render_template(
            "welcome.html", sign_in_url=url_for("auth.sign_in", next=back), presets=list_presets()
        )
    database = context().database
    if playlist := playlists.get_latest_written(database, account.id):
        args = args or as_args(load_step(playlist).record.tuning)
        return redirect(url_for("pages.show_playlist", playlist_id=playlist.id, **args))
    job = jobs.get_live(database, account.id)
    return render_template(
        "home.html",
        job=job,
        why_parked=explain_parking(job) if job else "",
        permission=permission(account),
        presets=list_presets(),
        args=args,
    )


@bp.post("/playlists")
@signed_in
def make_playlist() -> AnyResponse:
    """Start making the listener's first playlist and show how far it is."""
    database, account = context().database, signed_in_account()
    if latest := playlists.get_latest_written(database, account.id):
        # Sent from a page that was open since before there was one.
        return redirect(url_for("pages.show_playlist", playlist_id=latest.id), 303)
    tuning = read_args(request.args) if has_tuning(request.args) else read_preset()
    job, is_new = jobs.start(database, account.id, tuning=tuning, language=current_language().code)
    # Pressed twice, it is this one that is being made.
    return started.show_job(job, is_new or job.kind == "make")


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
    was_parked = "parked" in request.args
    if progress.is_over or was_parked != bool(progress.parked_until):
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
@signed_in_or_visiting
def show_playlist(playlist_id: str) -> str | AnyResponse:
    """Show the playlist, or its draft: every song and why, and what can be changed.

    An address with a tuning may come from another listener: it shows one's own playlist, tuned so.
    """
    database, account_id = context().database, signed_in_account().id
    if has_tuning(request.args) and not playlists.has(database, playlist_id, account_id):
        latest = playlists.get_latest_written(database, account_id) or abort(404)
        return redirect(
            url_for("pages.show_playlist", playlist_id=latest.id, **as_args(read_args(request.args)))
        )
    with database.snapshot():
        return render_playlist(
            "playlist.html",
            *load_shown(playlist_id),
            why_on_hold=explain_hold(account_id),
            newest_year=context().newest_year,
        )


@bp.get("/healthz")
def healthz() -> Response:
    """Answer that this process serves, and in which version; the load balancer asks."""
    return Response(f"ok\nversion: {VERSION}\n", mimetype="text/plain")


@bp.get("/readyz")
def readyz() -> Response:
    """Answer whether each part can be used, and how long the oldest job has waited for a worker."""
    parts = check_parts(context().checks)
    is_ready = set(parts.values()) == {READY}
    lines = [READY if is_ready else "not ready", *(f"{part}: {word}" for part, word in parts.items())]
    if is_ready:
        waits = jobs.measure_wait(context().database)
        lines.append(f"oldest waiting job: {waits.total_seconds():.0f} s")
    return Response("\n".join([*lines, ""]), 200 if is_ready else 503, mimetype="text/plain")


def _find_job(job_id: str) -> Job:
    """Return the listener's job; somebody else's is not found."""
    return jobs.get(context().database, job_id, signed_in_account().id) or abort(404)
