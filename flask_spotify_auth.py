"""The OAuth routes: signing in with Spotify, out again, and disconnecting for good."""

import logging
from datetime import datetime, timedelta
from typing import Any, cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from requests import RequestException
from werkzeug.wrappers import Response as AnyResponse

import bounded_http
import spotify
from drafts.first_mix import Shown, hand_over_visit
from settings import Settings
from spotify import scopes
from store import accounts, sessions
from store.accounts import Account
from store.tokens import Token
from web.context import SignInClient, context
from web.destination import keep_destination, take_destination
from web.errors import SignInCancelled, SignInRefused
from web.language import translate
from web.listener import current_account, forget_account, signed_in, signed_in_account
from web.sessions import renew_session

log = logging.getLogger(__name__)

bp = Blueprint("auth", __name__)

NAME = "spotify"
# Sign-ins of one browser that are under way: as many as anybody has tabs for.
MAX_PENDING = 5


def connect(app: Flask, settings: Settings) -> SignInClient:
    """Add the sign-in to the app, and return its OAuth client."""
    oauth = OAuth(app)
    oauth.register(
        NAME,
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
    app.register_blueprint(bp)
    return cast(SignInClient, oauth.create_client(NAME))


@bp.get("/login", endpoint="sign_in")
def sign_in() -> AnyResponse:
    """Send the listener to Spotify to agree; `next` is the page of ours to come back to."""
    keep_destination(request.args.get("next", ""))
    _forget_pending(MAX_PENDING - 1)
    return context().sign_in_client.authorize_redirect(context().settings.redirect_uri)


@bp.get("/callback")
def callback() -> AnyResponse:
    """Sign in the listener who comes back from Spotify.

    An answer works once. Where it comes again, by a reload, a prefetch or another
    tab, or is a no, whoever is signed in already goes on. Where it comes again while
    the first is still being read, Spotify refuses the second: its hint is seen only
    if the first does not sign in, as that renews the session.
    """
    settings, database = context().settings, context().database
    try:
        granted = context().sign_in_client.authorize_access_token(allow_redirects=False)
        token = _read_token(granted, database.clock.now())
    except (
        *(AuthlibBaseError, RequestException, TypeError, ValueError),
        # Where `expires_in` is infinite, which Authlib makes a whole number, and for lists inside lists.
        *(OverflowError, RecursionError),
    ) as error:
        # The text of the error may repeat what Spotify sent: its kind is enough,
        # and RFC 6749's word for it, so that an operator sees a wrong secret.
        word = str(getattr(error, "error", ""))
        is_declined = word == "access_denied"
        if (is_declined or isinstance(error, MismatchingStateError)) and current_account():
            return redirect(take_destination())
        if word == "invalid_grant":
            log.warning("Spotify did not take the code of a sign-in: invalid_grant")
            flash(translate("Sign-in was not completed. Nothing was changed; please sign in again."), "info")
            return redirect(url_for("pages.home"))
        if is_declined:
            raise SignInCancelled("the listener did not agree") from None
        raise SignInRefused(f"{type(error).__name__} {word if word in spotify.REFUSALS else ''}") from None
    with spotify.client_for(token.access_token, settings.spotify_api_url) as api:
        who = spotify.current_user(api)
        for what in api.odd:
            log.warning("left out what was odd in Spotify's answer at a sign-in: %s", what)
    accounts.sign_in(database, Account(who.account_id, who.display_name, who.user_id), token)
    visitor = current_account()
    brought = None
    if visitor and visitor.is_visitor:
        brought = hand_over_visit(context().previews, visitor.id, who.account_id)
    destination = take_destination()
    renew_session(database)
    session["account_id"] = who.account_id
    if brought:
        flash(_tell_brought(brought), "info")
    return redirect(destination)


def _tell_brought(shown: Shown) -> str:
    """Tell a listener that what they made without an account is theirs now, and what it has replaced."""
    if shown == "step":
        return translate(
            "Your mix came along, as a draft of your playlist: “Undo” takes it back. So did the songs of your"
            " file: they count in place of your liked ones until you press “Read my library again”."
        )
    return translate(
        "Your mix came along, and so did the songs of your file: they count in place of your liked ones until"
        " you press “Read my library again”."
    )


def _forget_pending(n_kept: int) -> None:
    """Forget the oldest of this browser's sign-ins under way; Authlib keeps each under its `state`."""
    pending = [key for key in session if key.startswith(f"_state_{NAME}_")]
    for key in pending[: max(len(pending) - n_kept, 0)]:
        del session[key]


def _read_token(granted: dict[str, Any], now: datetime) -> Token:
    """Check what Spotify granted: Authlib takes an answer without refresh token or with fewer scopes."""
    # RFC 6749, 5.1: an answer that names no scope allows all that was asked for.
    named = granted.get("scope")
    allowed = frozenset(scopes.ALL if named is None else str(named).split())
    if not granted.get("refresh_token") or not granted.get("access_token"):
        raise SignInRefused("an answer without tokens")
    if not allowed.issuperset(scopes.ALL):
        raise SignInRefused("not all of what was asked for was allowed")
    access_token, refresh_token = map(
        spotify.parse_token, (granted["access_token"], granted["refresh_token"])
    )
    lifetime = timedelta(seconds=spotify.parse_lifetime_s(granted.get("expires_in", 0)))
    return Token(access_token, refresh_token, allowed, now + lifetime, now)


@bp.get("/disconnect")
@signed_in
def ask_disconnect() -> str:
    """Tell what disconnecting deletes, and ask whether to."""
    return render_template("disconnect.html")


@bp.post("/disconnect")
@signed_in
def disconnect() -> AnyResponse:
    """Delete everything about the listener, a running job included, and tell them what stays at Spotify."""
    forget_account(signed_in_account().id)
    renew_session(context().database)
    flash(
        translate(
            "Everything about you has been deleted here. The playlist stays in your Spotify account; to end"
            " the permission as well, remove this app on Spotify’s page of your apps."
        ),
        "info",
    )
    return redirect(url_for("pages.home"))


@bp.post("/logout", endpoint="sign_out")
def sign_out() -> AnyResponse:
    """End this browser's session; the account and its playlist stay."""
    renew_session(context().database)
    flash(translate("You have signed out. Your playlist stays, here and in Spotify."), "info")
    return redirect(url_for("pages.home"))


@bp.post("/logout/everywhere")
@signed_in
def sign_out_everywhere() -> AnyResponse:
    """End the listener's sessions at all browsers; the account and its playlist stay."""
    sessions.remove_sessions(context().database, signed_in_account().id)
    renew_session(context().database)
    flash(
        translate("You have signed out at every browser. Your playlist stays, here and in Spotify."), "info"
    )
    return redirect(url_for("pages.home"))
