"""Who calls the Web API, and whether they are allowed to."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, g, request

from standin.state import Listener, State

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class ApiRefusal(Exception):
    """The Web API refuses a request; sent as `{"error": {"status": ..., "message": ...}}`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message


def state() -> State:
    """Return the state of the stand-in that serves this request."""
    return cast(State, current_app.extensions["standin"])


def caller() -> Listener:
    """Return the listener whose access token came with this request; only behind `allowed`."""
    return cast(Listener, g.caller)


def find_asker() -> Listener | None:
    """Return the listener whose access token, refresh token or code came with this request, if any's."""
    secrets = (_token(), request.form.get("refresh_token", ""), request.form.get("code", ""))
    owner = next(filter(None, map(state().grants.get_owner, secrets)), None)
    return state().listeners[owner] if owner else None


def allowed(*scopes: str) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Guard a view: it needs a live access token with these scopes, and runs one request at a time.

    Raises
    ------
    ApiRefusal
        401 without a live token, 403 without a scope.
    """

    def guard(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(view)
        def guarded(*arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
            with state().lock:
                g.caller, g.scopes = _identify()
                for scope in scopes:
                    require_scope(scope)
                return view(*arguments, **named)

        return guarded

    return guard


def require_scope(scope: str) -> None:
    """Refuse a token that lacks the scope.

    Raises
    ------
    ApiRefusal
        With status 403: signing in again helps, refreshing does not.
    """
    if scope not in g.scopes:
        raise ApiRefusal(403, "Insufficient client scope")


def _identify() -> tuple[Listener, tuple[str, ...]]:
    token = _token()
    if not token:
        raise ApiRefusal(401, "No token provided")
    consent = state().grants.get_consent(token)
    if consent is None:
        raise ApiRefusal(401, "Invalid access token")
    if not state().grants.is_live(token):
        raise ApiRefusal(401, "The access token expired")
    return state().listeners[consent.listener_id], consent.scopes


def _token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
