"""Spotify's accounts service: the consent page and the token endpoint."""

import secrets
from urllib.parse import SplitResult, urlencode, urlsplit

from flask import Blueprint, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from standin.access import state
from standin.grants import Consent, TokenRefusal
from standin.scopes import SCOPES

accounts = Blueprint("accounts", __name__)
LOOPBACK = ("127.0.0.1", "::1")


@accounts.get("/authorize")
def ask() -> ResponseReturnValue:
    """Show what the app asks for, and let the reader choose which listener to be."""
    refusal = _refusal()
    if refusal is not None:
        return refusal
    with state().lock:
        return render_template(
            "consent.html",
            app=state().client_id,
            scopes=[SCOPES[scope] for scope in _scopes()],
            listeners=list(state().listeners.values()),
            destination=urlsplit(request.args["redirect_uri"]).netloc,
        )


@accounts.post("/authorize")
def answer() -> ResponseReturnValue:
    """Send the browser back to the app, with a code or the error that the listener declined."""
    refusal = _refusal()
    if refusal is not None:
        return refusal
    listener = state().listeners.get(request.form.get("listener", ""))
    if request.form.get("answer") != "agree" or listener is None:
        return _back(error="access_denied")
    consent = Consent(
        listener.id,
        tuple(_scopes()),
        state().now(),
        request.args["redirect_uri"],
        request.args.get("code_challenge", ""),
    )
    with state().lock:
        return _back(code=state().grants.issue_code(consent))


@accounts.post("/api/token")
def token() -> ResponseReturnValue:
    """Exchange a code or a refresh token for an access token, RFC 6749 sections 4.1.3 and 6."""
    is_public = _identify_app()
    form = request.form
    grants = state().grants
    with state().lock:
        match form.get("grant_type"):
            case "authorization_code":
                code, redirect_uri = _required("code"), _required("redirect_uri")
                tokens = grants.exchange(code, redirect_uri, form.get("code_verifier", ""), is_public)
            case "refresh_token":
                tokens = grants.refresh(_required("refresh_token"), is_public)
            case _:
                raise TokenRefusal(
                    "unsupported_grant_type", "grant_type must be authorization_code or refresh_token"
                )
    return jsonify(tokens), 200, {"Cache-Control": "no-store"}


def _refusal() -> ResponseReturnValue | None:
    """Refuse a request with a wrong app or redirect URI, or for something that does not exist.

    Nothing may be sent to the address before it has been checked.
    """
    asked = request.args
    if asked.get("client_id") != state().client_id:
        return _page_of_refusal("INVALID_CLIENT: Invalid client", "There is no app with this client_id.")
    if not any(_is_registered(asked.get("redirect_uri", ""), uri) for uri in state().redirect_uris):
        return _page_of_refusal(
            "INVALID_CLIENT: Invalid redirect URI",
            "The app must send exactly one of the addresses that its owner has registered.",
        )
    if asked.get("response_type") != "code":
        return _back(error="unsupported_response_type")
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        return _back(error="invalid_request")
    if not set(_scopes()) <= SCOPES.keys():
        return _back(error="invalid_scope")
    return None


def _page_of_refusal(reason: str, remedy: str) -> ResponseReturnValue:
    return render_template("refused.html", reason=reason, remedy=remedy), 400


def _is_registered(asked: str, registered: str) -> bool:
    """Compare character by character; a loopback address registered without a port takes any."""
    try:
        ours, theirs = urlsplit(registered), urlsplit(asked)
        has_port, _ = ours.port is not None, theirs.port
    except ValueError:  # a port that is not a number
        return False
    if theirs.hostname == "localhost":
        return False
    if asked == registered:
        return True
    return not has_port and ours.hostname in LOOPBACK and _without_port(ours) == _without_port(theirs)


def _without_port(uri: SplitResult) -> SplitResult:
    return uri._replace(netloc=uri.netloc.removesuffix(f":{uri.port}"))


def _scopes() -> list[str]:
    return request.args.get("scope", "").split()


def _back(**fields: str) -> ResponseReturnValue:
    """Redirect to the app, with its `state`."""
    given = request.args.get("state")
    fields |= {"state": given} if given is not None else {}
    address = request.args["redirect_uri"]
    return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}", 302)


def _required(name: str) -> str:
    found = request.form.get(name, "")
    if not found:
        raise TokenRefusal("invalid_request", f"{name} must be supplied")
    return found


def _identify_app() -> bool:
    """Check the app's credentials; return True if it is a public one, with an id but no secret."""
    basic = request.authorization
    if basic is None or basic.type != "basic":
        if request.form.get("client_id") != state().client_id:
            raise TokenRefusal("invalid_client", "Invalid client")
        return True
    if basic.username != state().client_id:
        raise TokenRefusal("invalid_client", "Invalid client")
    if not secrets.compare_digest((basic.password or "").encode(), state().client_secret.encode()):
        raise TokenRefusal("invalid_client", "Invalid client secret")
    return False
