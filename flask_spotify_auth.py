"""Signing in with Spotify, out again, and disconnecting for good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    redirect,
    request,
    session,
    url_for,
)
from requests import RequestException
from werkzeug.wrappers import Response as AnyResponse

import bounded_http
import spotify
from settings import Settings
from spotify import scopes
from store import accounts, tokens
from store.accounts import Account
from store.database import Database
from store.errors import SignInNeeded
from store.tokens import Token
from web.sessions import DatabaseSessions

bp = Blueprint("auth", __name__)
P = ParamSpec("P")


# Who comes by once in two weeks shall not be surprised.
WARNED_BEFORE = timedelta(days=14)


@dataclass(frozen=True)
class Permission:
    """What a listener has allowed us: until when, where that is soon, and whether it has ended."""

    ends_soon_at: datetime | None = None
    is_over: bool = False


class SignInRefused(Exception):
    """The listener cancelled, or what came back is not the answer to a sign-in of this browser."""


def connect(app: Flask, settings: Settings, database: Database) -> None:
    """Give the app its sessions and its sign-in."""
    app.session_interface = DatabaseSessions(database, settings.secret_key)
    oauth = OAuth(app)
    oauth.register(
        "spotify",
        client_id=settings.spotify_client_id,
        client_secret=settings.spotify_client_secret,
        authorize_url=f"{settings.spotify_accounts_url}/authorize",
        access_token_url=f"{settings.spotify_accounts_url}/api/token",
        client_kwargs={
            "scope": " ".join(scopes.ALL),
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic",
            # Sign-in is the one place where a request of ours waits for Spotify.
            "default_timeout": bounded_http.TIMEOUTS_S,
        },
        # A hook on every session that Authlib makes; it has no other for how long an answer may last.
        compliance_fix=lambda made: bounded_http.limit_answers(made, bounded_http.ANSWER_S),
    )
    app.extensions["sign_in"] = (oauth.spotify, settings, database)
    app.register_blueprint(bp)


def listener() -> Account | None:
    """Give the account of this browser's session, None where nobody is signed in."""
    if "listener" not in g:
        _, _, database = current_app.extensions["sign_in"]
        account_id = session.get("account_id")
        g.listener = accounts.get_account(database, account_id) if account_id else None
    found: Account | None = g.listener
    return found


def permission(account: Account) -> Permission:
    """Say whether a listener must sign in again soon, or before anything can be made."""
    _, _, database = current_app.extensions["sign_in"]
    try:
        ends_at = tokens.load_token(database, account.id).ends_at
    except SignInNeeded:
        return Permission(is_over=True)
    left = ends_at - database.clock.now()
    return Permission(ends_at if left <= WARNED_BEFORE else None, is_over=left <= timedelta(0))


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """Let only signed-in listeners see a page; others are sent to the front page."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if listener() is None:
            flash("Please sign in first.", "info")
            # htmx would follow a redirect itself and put the front page into a corner of this one.
            home = url_for("pages.home")
            return (
                Response(headers={"HX-Redirect": home}) if "HX-Request" in request.headers else redirect(home)
            )
        return view(*args, **kwargs)

    return guarded


@bp.get("/login", endpoint="sign_in")
def sign_in() -> Any:
    """Send the listener to Spotify to agree."""
    client, settings, _ = current_app.extensions["sign_in"]
    return client.authorize_redirect(settings.redirect_uri)


@bp.get("/callback")
def callback() -> AnyResponse:
    """Take the listener back from Spotify, and remember who it is."""
    client, settings, database = current_app.extensions["sign_in"]
    try:
        granted = client.authorize_access_token(allow_redirects=False)
        token = _token(granted, database.clock.now())
    except (AuthlibBaseError, RequestException, ValueError, TypeError) as error:
        # The text of the error may repeat what Spotify sent: its kind is enough,
        # and RFC 6749's word for it, so that an operator sees a wrong secret.
        word = str(getattr(error, "error", ""))
        raise SignInRefused(f"{type(error).__name__} {word if word in spotify.REFUSALS else ''}") from None
    with spotify.client_for(token.access_token, settings.spotify_api_url) as api:
        who = spotify.current_user(api)
    accounts.sign_in(database, Account(who.account_id, who.display_name, who.user_id), token)
    current_app.session_interface.renew(session)  # type: ignore[attr-defined]
    session["account_id"] = who.account_id
    return redirect(url_for("pages.home"))


def _token(granted: dict[str, Any], now: datetime) -> Token:
    """Check what Spotify granted: Authlib takes an answer without refresh token or with fewer scopes."""
    allowed = frozenset(str(granted.get("scope", "")).split())
    if not granted.get("refresh_token") or not granted.get("access_token"):
        raise SignInRefused("an answer without tokens")
    if not allowed.issuperset(scopes.ALL):
        raise SignInRefused("not all of what was asked for was allowed")
    lifetime = timedelta(seconds=int(granted.get("expires_in", 0)))
    return Token(granted["access_token"], granted["refresh_token"], allowed, now + lifetime, now)


@bp.post("/disconnect")
@signed_in
def disconnect() -> AnyResponse:
    """Delete everything about the listener, a job under way included, and say what stays at Spotify."""
    _, _, database = current_app.extensions["sign_in"]
    accounts.forget(database, session["account_id"])
    current_app.session_interface.renew(session)  # type: ignore[attr-defined]
    flash(
        "Everything about you has been deleted here. The playlist stays in your Spotify account; to end the"
        " permission as well, remove this app on Spotify’s page of your apps.",
        "info",
    )
    return redirect(url_for("pages.home"))


@bp.post("/logout", endpoint="sign_out")
def sign_out() -> AnyResponse:
    """End this browser's session; the account and its playlist stay."""
    session.clear()
    return redirect(url_for("pages.home"))
