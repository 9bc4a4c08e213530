"""The composition of all parts: the web application, and the queue of the worker."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, g
from flask_wtf.csrf import CSRFProtect, generate_csrf
from huey import Huey, crontab
from huey.signals import SIGNAL_INTERRUPTED
from werkzeug.middleware.proxy_fix import ProxyFix

import bounded_http
import flask_spotify_auth
from drafts.previews import Previews
from jobs import queue as job_queue
from jobs.make_playlist import make_playlist
from jobs.run import Parts
from languages import OFFERED
from log_setup import adopt_huey, set_up_logging
from recommender.catalogue.build import Build, load_build, require_files
from recommender.errors import BadModels
from settings import SPOTIFY_OPEN_URL, Settings
from store import accounts, allowance, jobs, mixes, unplayable, visits, weekly
from store.chores import take_turn
from store.clock import Clock
from store.database import open_database
from store.private_files import close_to_others
from version import VERSION
from web import account, drafts, exports, history, operator, opinions, pages, recipes, songs, taste
from web.compression import compress_page
from web.context import Context
from web.errors import register_error_pages
from web.language import add_language
from web.listener import current_account, is_operator, name_listener, require_database
from web.origin import refuse_other_origins
from web.public_host import send_to_public_host
from web.rate_limits import limit_rates
from web.readiness import Checks
from web.remedies import find_sign_in_url
from web.request_log import log_requests
from web.sessions import DatabaseSessions
from web.shown_text import add_shown_text
from web.static_files import add_static_files
from web.unreadable import refuse_nul, refuse_unreadable

if TYPE_CHECKING:
    from metrics.counted import Counted

log = logging.getLogger(__name__)

#: Under this name the application keeps what is to be called in each process that is forked, or None.
ON_FORK = "on_fork"
# Every application at 127.0.0.1 that leaves the name as Flask has it shares a cookie `session`.
SESSION_COOKIE = "music_recommender"

# Of several workers, in the log of the one that did it.
DONE_HERE = "the %s's work is done here"
#: As many as uwsgi.ini starts in each web process.
WEB_THREADS = 4
# A page has some fifty, most of which are on every page. Each takes a few hundred bytes, as it is made of ids
# and tunings: what somebody typed is in none.
MAX_ADDRESSES = 1024
# How long a worker that must stop waits for the calls that are on their way; one to Spotify takes no longer
# unless it drips.
MAX_HAND_BACK_S = 10
# The script by which a page drives Spotify's player, at the player's host, and the host of the script
# that it loads in turn; and the host of album covers.
IFRAME_API = "/embed/iframe-api/v1"
IFRAME_API_PARTS_URL = "https://embed-cdn.spotifycdn.com"
COVERS_URL = "https://i.scdn.co"
# What a page may let Spotify's player do, as its `allow` says; and what nobody may here.
PLAYER_PERMISSIONS = ("autoplay", "clipboard-write", "encrypted-media", "fullscreen", "picture-in-picture")
NO_PERMISSIONS = (
    "camera",
    "display-capture",
    "geolocation",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)


class WrongCatalogue(BadModels):
    """The catalogue is invented, but Spotify is the real one."""


def create_app(settings: Settings, clock: Clock | None = None, languages: tuple[str, ...] = OFFERED) -> Flask:
    """Put the web application together, its pages in these languages.

    Raises
    ------
    BadModels, StoreError, QueueUnusable
        If the models, the database or the queue cannot be used: see `check`.
    """
    parts = _connect(settings, clock or Clock(), WEB_THREADS)
    queue = job_queue.open_queue(settings)
    checks = _list_checks(parts, queue)
    counting = _count(parts, checks)
    app = Flask(__name__, static_folder=None)
    # Else a path with two slashes is redirected to whatever host the request names.
    app.url_map.merge_slashes = False
    # Flask asks of each function whether it is a coroutine, twenty times a page: there are none.
    app.ensure_sync = lambda view: view  # type: ignore[method-assign, assignment]
    log_requests(app, counting.counted.count_request if counting else None)
    add_static_files(app, Path(app.root_path) / "static")
    add_shown_text(app)
    add_language(app, languages)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_SECURE=settings.is_https,
        MAX_CONTENT_LENGTH=64 * 1024,
        # The session ends after 30 days; until then a page left open must work.
        WTF_CSRF_TIME_LIMIT=None,
        # `refuse_other_origins` does it by PUBLIC_URL.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions[ON_FORK] = counting.serve if counting else None
    app.session_interface = DatabaseSessions(parts.database, settings.secret_key)
    Context(
        settings,
        parts.database,
        parts.build,
        parts.build.catalogue.oldest_year,
        parts.build.catalogue.newest_year,
        Previews(parts.build, parts.database, settings.preview_megabytes),
        enqueue=_make_task(queue, parts),
        checks=checks,
        sign_in_client=flask_spotify_auth.connect(app, settings),
    ).put_into(app)
    app.before_request(send_to_public_host)
    app.before_request(refuse_unreadable)
    app.before_request(songs.allow_file)
    app.before_request(require_database)
    app.before_request(refuse_other_origins)
    for routes in (pages, drafts, exports, history, recipes, opinions, account, songs, taste, operator):
        app.register_blueprint(routes.bp)
    limit_rates(app, settings)
    # It asks for the token itself, of those who have one.
    CSRFProtect(app).exempt(songs.receive)
    # For macros, which know no variable of the page.
    app.jinja_env.globals["csrf_token"] = _find_token
    register_error_pages(app)
    app.before_request(refuse_nul)
    policies = {
        "Content-Security-Policy": _build_policy(settings),
        "Permissions-Policy": _build_permissions(settings.spotify_open_url),
        # Not `same-origin`: Spotify's player opens windows of its own, which then could not answer it.
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    }
    app.after_request(partial(_secure, settings, policies))
    app.after_request(compress_page)
    # The same addresses come on each page; `_external` ones would keep the host of whoever asked first.
    app.jinja_env.globals["url_for"] = lru_cache(MAX_ADDRESSES)(app.url_for)
    app.context_processor(lambda: _on_every_page(settings))
    # The scheme is that of PUBLIC_URL: uWSGI believes `X-Forwarded-Proto`, whoever sends it.
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        partial(_answer_at, urlsplit(settings.public_url).scheme, app.wsgi_app),
        x_for=settings.proxy_hops,
        x_proto=0,
        x_host=0,
    )
    log.info("version %s: pages can be asked for", VERSION, extra={"version": VERSION})
    return app


def create_worker_queue(settings: Settings, clock: Clock | None = None) -> Huey:
    """Put the worker's queue together, pick up what a killed worker left behind, and purge old accounts.

    Huey acknowledges a task when it takes it, so the job's row is the truth:
    every minute, jobs that wait, are stale, or were parked until now are queued
    again; so is the one that this worker runs when it must stop. Then the weekly
    refreshes that are due are started, visitors whose 24 hours are over are forgotten, what
    was noted of the listeners' allowances a day ago is deleted, and what was deleted is swept
    out of SQLite's files. Once a day, accounts not seen for 190 days are forgotten, songs
    that could not be played 90 days ago, and mixes made a year ago. Of several workers one
    does so each time, whichever comes first; each does both when it starts, and may do so
    beside others: a job is claimed by one, a row is deleted once.

    Raises
    ------
    BadModels, StoreError, QueueUnusable
        As `create_app`.
    """
    parts = _connect(settings, clock or Clock(), settings.worker_threads)
    queue = job_queue.open_queue(settings)
    job_queue.set_threads(queue, settings.worker_threads)
    if counting := _count(parts, _list_checks(parts, queue)):
        parts = replace(parts, count_run=counting.counted.count_run)
        counting.serve()
    enqueue = _make_task(queue, parts)

    def start_what_is_due() -> None:
        # First, as they are there already: whatever a refresh has wrong must not hold them up.
        for job in jobs.list_due(parts.database):
            enqueue(job.id)
        if n_over := visits.purge(parts.database):
            log.info("%d visitors are forgotten, as their 24 hours are over", n_over)
        for refresh in weekly.list_due(parts.database):
            if started := weekly.start_job(parts.database, refresh):
                enqueue(started.id)
        allowance.purge(parts.database)
        parts.database.sweep()

    def forget_what_is_old() -> None:
        if n_forgotten := accounts.purge(parts.database):
            log.info("%d accounts that stayed away are forgotten", n_forgotten)
        unplayable.purge(parts.database)
        mixes.purge(parts.database)

    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
    def queue_what_is_due() -> None:
        if take_turn(parts.database, "minute"):
            start_what_is_due()
            log.debug(DONE_HERE, "minute")

    @queue.periodic_task(crontab(hour="4", minute="0"))  # type: ignore[untyped-decorator]
    def forget_who_stays_away() -> None:
        if take_turn(parts.database, "day"):
            forget_what_is_old()
            log.debug(DONE_HERE, "day")

    @queue.signal(SIGNAL_INTERRUPTED)  # type: ignore[untyped-decorator]
    def hand_back(*_: object) -> None:
        parts.live_runs.stop(MAX_HAND_BACK_S)
        start_what_is_due()

    @queue.on_startup()  # type: ignore[untyped-decorator]
    def begin() -> None:
        # Called by each thread of the consumer, which has set its own handler once this module was loaded.
        adopt_huey()
        log.info("version %s: a thread of the worker waits for jobs", VERSION, extra={"version": VERSION})

    # A worker that never runs at four in the morning does both when it starts.
    start_what_is_due()
    forget_what_is_old()
    return queue


def check(settings: Settings) -> None:
    """Open everything that the processes will open, and bring the database up to date.

    Raises
    ------
    BadModels
        If `models/` is missing, damaged, or invented where Spotify is real.
    StoreError
        If the database cannot be reached or used, or is of a newer program.
    QueueUnusable
        If Redis cannot be reached or used.
    Unservable
        If the metrics cannot be told where the settings say.
    """
    _load_build(settings)
    open_database(settings.database_url, settings.token_keys, Clock())
    job_queue.open_queue(settings)
    if settings.metrics_address:
        from metrics.processes import require_free

        require_free(settings.metrics_address)


@dataclass(frozen=True)
class _Counting:
    """What this process counts, and what answers Prometheus, to be called once it is forked."""

    counted: "Counted"
    serve: Callable[[], None]


def _count(parts: Parts, checks: Checks) -> _Counting | None:
    """Begin to count where the settings say who may ask; None elsewhere, and nothing is loaded for it."""
    settings = parts.settings
    if not settings.metrics_address:
        return None
    from metrics.counted import Counted, Measured
    from metrics.processes import Processes

    processes = Processes(settings.state_dir, settings.metrics_address)
    counted = Counted(settings)
    bounded_http.watch(counted.count_call)
    return _Counting(counted, partial(processes.serve, Measured(settings, parts.database, checks)))


def _list_checks(parts: Parts, queue: Huey) -> Checks:
    return {
        "database": parts.database.check,
        "queue": partial(job_queue.check, queue),
        "models": partial(_check_models, parts),
    }


def _check_models(parts: Parts) -> None:
    """Check the models that this process uses, and that the next one would find some."""
    parts.build.require_whole()
    require_files(parts.settings.models_dir)


def _connect(settings: Settings, clock: Clock, n_threads: int) -> Parts:
    set_up_logging(settings)
    if settings.state_dir.is_dir():
        close_to_others(settings.state_dir)
    build = _load_build(settings)
    database = open_database(settings.database_url, settings.token_keys, clock, n_threads)
    return Parts(settings, database, build)


def _load_build(settings: Settings) -> Build:
    """Load the build that the settings name.

    Raises
    ------
    WrongCatalogue
        If it is invented where Spotify is real.
    """
    build = load_build(settings.models_dir)
    if build.is_invented and not settings.uses_standin:
        raise WrongCatalogue(
            f"{settings.models_dir} holds the invented catalogue, whose songs the real Spotify does not have:"
            " get the dataset with ./run fetch-data and build it with ./run train"
        )
    return build


def _make_task(queue: Huey, parts: Parts) -> Callable[[str], None]:
    """Make `make_playlist` a task of the queue, and return the function that enqueues a job by its id."""
    task = queue.task(name="make_playlist")(partial(make_playlist, parts=parts))
    return partial(job_queue.enqueue, task)


def _answer_at(
    scheme: str, app: WSGIApplication, environ: WSGIEnvironment, start: StartResponse
) -> Iterable[bytes]:
    """Answer a request as one that came by this scheme."""
    environ["wsgi.url_scheme"] = scheme
    return app(environ, start)


def _build_policy(settings: Settings) -> str:
    """Build the Content-Security-Policy: all that our pages do not do is forbidden.

    From elsewhere come Spotify's player, the script of its iFrame API, and covers.
    """
    open_url = settings.spotify_open_url
    scripts, covers = f"{open_url}{IFRAME_API}", open_url
    if open_url == SPOTIFY_OPEN_URL:
        scripts, covers = f"{scripts} {IFRAME_API_PARTS_URL}", COVERS_URL
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self'; img-src 'self' data: {covers};"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
        f" frame-src {open_url}"
    )


def _build_permissions(open_url: str) -> str:
    """Build the Permissions-Policy: what Spotify's player asks of a browser, and nothing else."""
    allowed = [f'{name}=(self "{open_url}")' for name in PLAYER_PERMISSIONS]
    return ", ".join([*allowed, *(f"{name}=()" for name in NO_PERMISSIONS)])


def _secure(settings: Settings, policies: Mapping[str, str], response: Response) -> Response:
    """Add the headers that every answer has."""
    for name, policy in policies.items():
        response.headers.setdefault(name, policy)
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if settings.is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _find_token() -> str:
    """Return the token of a page's forms: Flask-WTF would ask the settings first, a dozen times a page."""
    token: str = g.get("csrf_token") or generate_csrf()
    return token


def _on_every_page(settings: Settings) -> dict[str, Any]:
    account = current_account()
    return {
        "listener_name": name_listener(account) if account else None,
        "is_visitor": account is not None and account.is_visitor,
        "visit_ends_at": account.expires_at if account else None,
        "is_demo": settings.uses_standin,
        "is_operator": is_operator(),
        "public_url": settings.public_url,
        "csrf_token": _find_token,
        "sign_in_url": find_sign_in_url(),
    }
