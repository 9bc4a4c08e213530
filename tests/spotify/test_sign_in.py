"""Refreshing an access token; what was sent or received never shows."""

import logging
from base64 import b64decode
from urllib.parse import parse_qs

import pytest

from spotify import RateLimited, SignInExpired, SpotifyError, TokenRefused, UnknownShape, Unreachable, refresh
from tests.support.scripted_server import Answer, answering, dripping, silent

REFRESH, SECRET, NEW = "refresh-nobody-may-see", "secret-nobody-may-see", "access-nobody-may-see"
GRANT = {"access_token": NEW, "token_type": "Bearer", "expires_in": 3600}


def refresh_with(*answers):
    with answering(*answers) as server:
        return refresh(REFRESH, "client-1", SECRET, server.url), server.requests


def test_sends_the_refresh_token_in_the_body_and_the_secret_as_basic():
    _, [request] = refresh_with(Answer(GRANT))

    assert (request.method, request.path, request.query) == ("POST", "/api/token", {})
    kind, credentials = request.headers["Authorization"].split()
    assert (kind, b64decode(credentials).decode()) == ("Basic", f"client-1:{SECRET}")
    assert parse_qs(request.body.decode()) == {"grant_type": ["refresh_token"], "refresh_token": [REFRESH]}


def test_a_refresh_may_leave_refresh_token_and_scopes_as_they_were():
    token, _ = refresh_with(Answer(GRANT))

    assert (token.access_token, token.refresh_token) == (NEW, None)
    assert (token.scopes, token.expires_in_s) == (None, 3600)


def test_a_refresh_may_bring_a_new_refresh_token_and_fewer_scopes():
    token, _ = refresh_with(Answer(GRANT | {"refresh_token": "next", "scope": "user-library-read"}))

    assert token.refresh_token == "next"
    assert token.scopes == {"user-library-read"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            Answer({"error": "invalid_grant", "error_description": "Refresh token revoked"}, 400),
            SignInExpired,
        ),
        (Answer({"error": "invalid_client", "error_description": "Invalid client"}, 400), TokenRefused),
        (Answer({"error": "invalid_client"}, 401), TokenRefused),
        (Answer(b"Forbidden", 403), TokenRefused),
        (Answer(b"", 404), TokenRefused),
        (Answer({"error": {"status": 429, "message": "Too many requests"}}, 429), RateLimited),
        (Answer({"error": "server_error"}, 500), Unreachable),
        (Answer(b"<html>Bad gateway</html>", 502), Unreachable),
        (Answer(b"<html>Welcome</html>"), Unreachable),
        (Answer(b""), UnknownShape),
        (Answer(b"[]"), UnknownShape),
        (Answer(b"[" * 100_000), UnknownShape),
        (Answer(b'{"a":' * 100_000, 400), TokenRefused),
        (Answer({"expires_in": 3600}), UnknownShape),
        (Answer(GRANT | {"access_token": None}), UnknownShape),
        (Answer(GRANT | {"expires_in": "soon"}), UnknownShape),
        (Answer(GRANT | {"expires_in": float("nan")}), UnknownShape),
        (Answer(GRANT | {"expires_in": [3600]}), UnknownShape),
        (Answer(GRANT | {"access_token": ""}), UnknownShape),
        (Answer(GRANT | {"access_token": "two words"}), UnknownShape),
        (Answer(GRANT | {"access_token": "ключ"}), UnknownShape),
        (Answer(GRANT | {"refresh_token": "two\nlines"}), UnknownShape),
        (Answer(GRANT, is_cut=True), Unreachable),
    ],
)
def test_each_refusal_is_its_own_error(answer, expected):
    with pytest.raises(SpotifyError) as raised:
        refresh_with(answer)

    assert type(raised.value) is expected


@pytest.mark.parametrize(
    ("told", "lifetime"),
    [(3600, 3600), (10**30, 86_400), (10**400, 86_400), (float("inf"), 86_400), (-5, 0), (-(10**400), 0)],
    ids=["an hour", "30 zeros", "400 zeros", "infinite", "negative", "minus 400 zeros"],
)
def test_a_token_lasts_a_day_at_most(told, lifetime):
    token, _ = refresh_with(Answer(GRANT | {"expires_in": told}))

    assert token.expires_in_s == lifetime


def test_wrong_credentials_of_the_app_are_named():
    with pytest.raises(TokenRefused, match="400: invalid_client"):
        refresh_with(Answer({"error": "invalid_client"}, 400))


def test_a_refresh_follows_no_redirect():
    with answering(Answer(GRANT)) as elsewhere:
        with pytest.raises(Unreachable):
            refresh_with(Answer(b"", 307, {"Location": elsewhere.url + "/api/token"}))

        assert elsewhere.requests == []


def test_an_accounts_service_that_does_not_answer_is_given_up(monkeypatch):
    monkeypatch.setattr("spotify.sign_in.TIMEOUTS_S", (3, 0.05))

    with silent() as address, pytest.raises(Unreachable) as raised:
        refresh(REFRESH, "client-1", SECRET, address)

    assert "read timeout=0.05" in str(raised.value.__cause__)


def test_an_accounts_service_that_drips_is_given_up(monkeypatch):
    monkeypatch.setattr("bounded_http.ANSWER_S", 0.1)

    with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n") as address:
        with pytest.raises(Unreachable) as raised:
            refresh(REFRESH, "client-1", SECRET, address)

    assert "Read timed out" in str(raised.value.__cause__)


def test_a_refresh_without_an_answer_is_not_repeated():
    with answering(Answer(b"", is_lost=True), Answer(GRANT)) as server:
        with pytest.raises(Unreachable):
            refresh(REFRESH, "client-1", SECRET, server.url)

        assert len(server.requests) == 1


def test_neither_log_nor_repr_nor_error_shows_a_secret(caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)

    token, _ = refresh_with(Answer(GRANT | {"refresh_token": "next-nobody-may-see"}))
    with pytest.raises(TokenRefused) as raised:
        refresh_with(Answer({"error": f"unknown token {REFRESH}", "error_description": SECRET}, 400))

    assert "POST /api/token" in caplog.text  # urllib3's own line: the log was really listening
    assert "nobody-may-see" not in f"{caplog.text} {token!r} {raised.value!r} {raised.value}"
