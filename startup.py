"""The composition of all parts: the web application, and the queue of the worker."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from huey import SqliteHuey
from huey.serializer import SignedSerializer
from sqlalchemy.engine import make_url
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import flask_spotify_auth
import pages
import spotify
import tasks
from flask_spotify_auth import SignInRefused
from recommender import artefacts
from recommender.errors import BadModels, EmptyLibrary, NothingMatched
from settings import Settings
from store import jobs
from store.clock import Clock
from store.database import open_database
from store.errors import SignInNeeded
from store.jobs import STALE
from tasks import Parts

# Error -> (status, what the reader can do about it). Jobs that fail show the same sentences.
ERROR_PAGES: dict[type[Exception], tuple[int, str]] = {
    SignInRefused: (400, "Sign-in was not completed. Nothing was changed; you can try again."),
    SignInNeeded: (401, "Please sign in again: the permission you gave is no longer there."),
    spotify.SignInExpired: (401, "Spotify has ended your sign-in. Please sign out and sign in again."),
    spotify.MissingScope: (
        403,
        "Something that this needs was not allowed. Please sign in again and agree to it.",
    ),
    spotify.NotAllowed: (
        403,
        "Spotify lets only listeners in whom the owner of this site has entered by name (at most five)."
        " Ask the owner to add you in Spotify’s developer dashboard.",
    ),
    spotify.OwnerNeedsPremium: (
        403,
        "Spotify answers this site only while its owner has a Premium subscription. Please tell the owner.",
    ),
    spotify.RateLimited: (503, "Spotify is busy. Nothing was changed; please try again in a few minutes."),
    spotify.Unreachable: (502, "Spotify did not answer. Nothing is lost; please try again."),
    spotify.SpotifyError: (502, "Spotify refused this. Nothing is lost; please try again later."),
    EmptyLibrary: (422, "You have no saved songs yet. Save some that you like in Spotify, then come back."),
    NothingMatched: (
        422,
        "None of your saved songs is in our catalogue yet. Save a few more, then try again.",
    ),
}
UNFORESEEN = "Something went wrong on our side. Nothing is lost; please try again."
TITLES = {400: "That did not work", 401: "Please sign in", 403: "Not allowed", 404: "There is nothing here"}
NOT_FOUND = "This page does not exist, or it is somebody else’s."
log = logging.getLogger(__name__)


class WrongCatalogue(BadModels):
    """The catalogue is invented, but the Spotify is real."""


def create_app(settings: Settings) -> Flask:
    """Put the web application together.

    Raises
    ------
    BadModels
        If `models/` is missing, damaged, or invented where Spotify is real.
    """
    parts = _connect(settings)
    queue = _queue(settings)
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.is_https,
        MAX_CONTENT_LENGTH=64 * 1024,
        # The session ends with its 30 days; a page left open must still work.
        WTF_CSRF_TIME_LIMIT=None,
        # Behind a proxy the request's own address may differ: the token is proof enough.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions["settings"] = settings
    app.extensions["database"] = parts.database
    app.extensions["enqueue"] = _task(queue, parts)
    app.extensions["error_sentences"] = _error_sentences()
    flask_spotify_auth.connect(app, settings, parts.database)
    app.register_blueprint(pages.bp)
    CSRFProtect(app)
    _register_errors(app)
    app.after_request(partial(_secure, settings))
    app.context_processor(lambda: _on_every_page(settings))
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxy_hops, x_proto=1)  # type: ignore[method-assign]
    return app


def create_worker_queue(settings: Settings) -> SqliteHuey:
    """Put the worker's queue together, and pick up what a killed worker left behind.

    Huey acknowledges a task when it takes it, so the job's row is the truth:
    whatever has not ended is queued again, for when its heartbeat is stale.

    Raises
    ------
    BadModels
        As `create_app`.
    """
    parts = _connect(settings)
    queue = _queue(settings)
    enqueue = _task(queue, parts)
    now = parts.database.clock.now()
    for job in jobs.unfinished(parts.database):
        enqueue(job.id, delay_s=max(0.0, (job.heartbeat + STALE - now).total_seconds()))
    return queue


def _connect(settings: Settings) -> Parts:
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    # Below WARNING these print requests whole, tokens included.
    for name in ("authlib", "urllib3", "spotipy"):
        logging.getLogger(name).setLevel(max(logging.getLogger().level, logging.INFO))
    build = artefacts.load(settings.models_dir)
    if build.is_invented and not settings.uses_standin:
        raise WrongCatalogue(
            f"{settings.models_dir} holds the invented catalogue, whose songs the real Spotify does not have:"
            " get the dataset with ./run fetch-data and build it with ./run train"
        )
    return Parts(settings, open_database(settings.database_url, settings.token_keys, Clock()), build)


def _queue(settings: Settings) -> SqliteHuey:
    """Give the queue, in a file beside the database; messages are signed, as they are unpickled."""
    beside = Path(str(make_url(settings.database_url).database)).with_suffix(".queue.db")
    return SqliteHuey(
        "recommender",
        filename=str(beside),
        results=False,
        serializer=SignedSerializer(secret=settings.secret_key),
    )


def _task(queue: SqliteHuey, parts: Parts) -> Callable[..., None]:
    """Make `tasks.make_playlist` a task of the queue, and give the function that enqueues it."""
    task = queue.task(name="make_playlist")(partial(tasks.make_playlist, parts=parts))

    def enqueue(job_id: str, delay_s: float = 0.0) -> None:
        task.schedule(args=(job_id,), delay=delay_s)

    return enqueue


def _error_sentences() -> dict[str, str]:
    """Give the sentence for each kind of error, the subclasses' too."""
    named = {error.__name__: sentence for error, (_, sentence) in ERROR_PAGES.items()}
    inherited = {kind.__name__: named["SpotifyError"] for kind in spotify.SpotifyError.__subclasses__()}
    return {tasks.UNFORESEEN: UNFORESEEN, **inherited, **named}


def _register_errors(app: Flask) -> None:
    def show(status: int, sentence: str) -> tuple[str, int]:
        sign_in = status in (400, 401)
        page = render_template(
            "error.html",
            title=TITLES.get(status, "Something went wrong"),
            sentence=sentence,
            action_url=url_for("auth.sign_in" if sign_in else "pages.home"),
            action_label="Sign in with Spotify" if sign_in else "Back to the start",
        )
        return page, status

    def show_known(error: Exception) -> tuple[str, int]:
        log.warning("%s: %s", type(error).__name__, error)
        status, sentence = next(ERROR_PAGES[kind] for kind in type(error).__mro__ if kind in ERROR_PAGES)
        return show(status, sentence)

    for kind in ERROR_PAGES:
        app.register_error_handler(kind, show_known)
    app.register_error_handler(CSRFError, lambda error: show(400, "The page was too old. Please try again."))
    app.register_error_handler(404, lambda error: show(404, NOT_FOUND))
    app.register_error_handler(500, lambda error: show(500, UNFORESEEN))
    app.register_error_handler(
        HTTPException, lambda error: show(error.code or 500, error.description or UNFORESEEN)
    )


def _secure(settings: Settings, response: Response) -> Response:
    """Forbid everything that our pages do not do; the player is the one guest."""
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        f" frame-src {settings.spotify_open_url}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if settings.is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _on_every_page(settings: Settings) -> dict[str, Any]:
    account = flask_spotify_auth.listener()
    return {"listener_name": account.display_name if account else None, "is_demo": settings.uses_standin}
