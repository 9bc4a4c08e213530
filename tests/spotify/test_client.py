"""The client of the Web API: each refusal raises one narrow error, each trap of spotipy is avoided."""

import inspect
import json
import logging
import socket
from contextlib import suppress
from pathlib import Path

import pytest

import spotify
from bounded_http import ANSWER_S, TIMEOUTS_S
from spotify.answers import MESSAGE_LENGTH
from spotify.scopes import ALL
from tests.support.scripted_server import Answer, answering, dripping, silent

TOKEN = "BQ-a-token-that-nobody-may-see"
ME = Answer({"account_id": "acc", "id": "user", "display_name": "Ada"})


def ask(*answers):
    """Make one call; return what it raised and the requests that arrived."""
    with answering(*answers) as server, spotify.client_for(TOKEN, server.url + "/v1") as client:
        with pytest.raises(spotify.SpotifyError) as raised:
            spotify.current_user(client)
        return raised.value, server.requests


def refusal(status, message, **more):
    return Answer({"error": {"status": status, "message": message, **more}}, status)


def test_sends_the_token_to_the_documented_address():
    with answering(ME) as server, spotify.client_for(TOKEN, server.url + "/v1") as client:
        spotify.current_user(client)

        [request] = server.requests
        assert (request.method, request.path) == ("GET", "/v1/me")
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"


NOT_REGISTERED = "User not registered in the Developer Dashboard"
NO_PREMIUM = "Active premium subscription required for the owner of the app. When the subscription status ..."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(401, "The access token expired"), spotify.SignInExpired),
        (Answer({"error": "invalid_token", "error_description": "..."}, 401), spotify.SignInExpired),
        (Answer(b"", 401), spotify.SignInExpired),
        (refusal(403, "Insufficient client scope"), spotify.MissingScope),
        (Answer(NOT_REGISTERED.encode(), 403), spotify.NotAllowed),
        (refusal(403, NOT_REGISTERED), spotify.NotAllowed),
        (Answer(NO_PREMIUM.encode(), 403), spotify.OwnerNeedsPremium),
        (refusal(403, NO_PREMIUM), spotify.OwnerNeedsPremium),
        (refusal(403, "Forbidden"), spotify.Removed),
        (Answer(b"Forbidden.", 403), spotify.Removed),
        (refusal(403, "Forbidden by the owner"), spotify.Refused),
        (refusal(404, "Not found."), spotify.NotFound),
        (refusal(400, "Invalid limit"), spotify.Refused),
        (Answer({"error": None}, 400), spotify.Refused),
        (Answer(["no", "object"], 400), spotify.Refused),
        (refusal(429, "Too many requests"), spotify.RateLimited),
        (refusal(500, "Server error"), spotify.Unreachable),
        (Answer(b"<html>Bad gateway</html>", 502), spotify.Unreachable),
        (Answer(b"", 503), spotify.Unreachable),
        (Answer(b"upstream timed out", 504), spotify.Unreachable),
        (Answer(b"<html>Accept our terms to use this network</html>", 200), spotify.Unreachable),
        (Answer(b"", 200), spotify.UnknownShape),
        (Answer(b"", 204), spotify.UnknownShape),
        (Answer(b'{"id": "us', 200), spotify.UnknownShape),
        (Answer(b"null", 200), spotify.UnknownShape),
        (Answer(b"[]", 200), spotify.UnknownShape),
        (Answer({"display_name": "Ada"}, 200), spotify.UnknownShape),
        (Answer({"id": 7}, 200), spotify.UnknownShape),
        (Answer({"id": ""}, 200), spotify.UnknownShape),
        (Answer({"id": "user", "account_id": 7}, 200), spotify.UnknownShape),
        (Answer(b"[" * 100_000 + b"]" * 100_000, 200), spotify.UnknownShape),
        (Answer(b"[" * 100_000, 400), spotify.Refused),
        (Answer({"id": "user"}, 200, is_cut=True), spotify.Unreachable),
    ],
)
def test_each_refusal_is_its_own_error_after_one_request(answer, expected):
    error, requests = ask(answer)

    assert type(error) is expected
    assert len(requests) == 1


def test_a_refusal_keeps_its_status_and_the_words_of_spotify():
    error, _ = ask(refusal(400, "Invalid limit"))

    assert error.status == 400
    assert str(error) == "400: Invalid limit"


def test_a_refusal_that_is_a_long_text_is_cut():
    error, _ = ask(Answer(b"So\n  long " + b"x" * 1000, 400))

    assert str(error).startswith("400: So long xxx")
    assert len(str(error)) == len("400: ") + MESSAGE_LENGTH


def test_what_a_log_cannot_hold_of_a_refusal_becomes_question_marks():
    error, _ = ask(refusal(400, "Half \ud83d a heart, \x1b[31mred\0"))

    assert str(error) == "400: Half ? a heart, ?[31mred?"


@pytest.mark.parametrize(
    ("headers", "retry_after_s"),
    [
        ({"Retry-After": "2"}, 2),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "86400"}, 86400),
        ({"Retry-After": "86401"}, 86400),
        ({"Retry-After": "9" * 5000}, 86400),
        ({}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "Sun, 22 Nov 2026 10:00:00 GMT"}, None),
    ],
)
def test_a_rate_limit_is_not_waited_for_and_says_how_long_it_lasts(headers, retry_after_s):
    limit = refusal(429, "Too many requests")
    limit.headers = headers

    error, requests = ask(limit, ME)

    assert (error.retry_after_s, error.is_quota) == (retry_after_s, False)
    assert len(requests) == 1


def test_a_used_up_quota_is_told_from_a_rate_limit():
    limit = refusal(429, "Too many requests", reason="QUOTA_EXCEEDED")
    limit.headers = {"Retry-After": "3"}

    error, _ = ask(limit)

    assert (error.retry_after_s, error.is_quota) == (3, True)


def test_no_write_is_retried_behind_our_back():
    made = Answer({"id": "p", "external_urls": {"spotify": "https://open.spotify.com/playlist/p"}}, 201)

    with answering(Answer(b"", 502), made) as server, spotify.client_for(TOKEN, server.url) as client:
        with pytest.raises(spotify.Unclear, match="502"):
            spotify.create_playlist(client, "Mix", "", is_public=False)

        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_follows_no_redirect(status):
    with answering(ME) as elsewhere:
        error, _ = ask(Answer(b"", status, {"Location": elsewhere.url + "/v1/me"}))

        assert type(error) is spotify.Unreachable
        assert elsewhere.requests == []


def test_a_closed_port_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"

    with spotify.client_for(TOKEN, address) as client, pytest.raises(spotify.Unreachable):
        spotify.current_user(client)


def test_a_server_that_does_not_answer_is_given_up(monkeypatch):
    monkeypatch.setattr("spotify.client.TIMEOUTS_S", (3, 0.05))

    with silent() as address, spotify.client_for(TOKEN, address) as client:
        with pytest.raises(spotify.Unreachable) as raised:
            spotify.current_user(client)

    assert "read timeout=0.05" in str(raised.value.__cause__)


@pytest.mark.parametrize(
    "beginning",
    [
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n",
    ],
    ids=["head", "body", "chunks"],
)
@pytest.mark.parametrize("answer_s", [0.1, 0])
def test_an_answer_that_drips_is_given_up_though_no_chunk_is_late(beginning, answer_s, monkeypatch):
    monkeypatch.setattr("bounded_http.ANSWER_S", answer_s)

    with dripping(beginning) as address, spotify.client_for(TOKEN, address) as client:
        with pytest.raises(spotify.Unreachable) as raised:
            spotify.current_user(client)

    assert "Read timed out" in str(raised.value.__cause__)


def test_a_call_waits_3_seconds_to_connect_10_for_a_chunk_and_20_for_an_answer():
    assert TIMEOUTS_S == (3, 10)
    assert ANSWER_S == 20


def test_many_calls_share_one_connection_in_time():
    with answering(ME, ME, ME) as server, spotify.client_for(TOKEN, server.url) as client:
        for _ in range(3):
            spotify.current_user(client)

        [session] = client._sessions
        [pool] = session.get_adapter(server.url).poolmanager.pools._container.values()
        assert (pool.num_connections, client.calls) == (1, 3)


@pytest.mark.parametrize("answer", [ME, Answer(b"", 502), Answer(b"", is_lost=True)])
def test_counts_the_calls_that_went_out(answer):
    with answering(ME, answer) as server, spotify.client_for(TOKEN, server.url) as client:
        before = client.calls
        spotify.current_user(client)
        with suppress(spotify.Unreachable):
            spotify.current_user(client)

        assert (before, client.calls) == (0, 2)


def test_an_id_that_is_none_is_refused_without_a_request():
    with answering() as server, spotify.client_for(TOKEN, server.url) as client:
        with pytest.raises(spotify.Refused):
            spotify.read_playlist_entries(client, "../me")

        assert server.requests == []
        assert client.calls == 0


def test_no_log_holds_the_token(caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("spotipy", "spotipy.client", "urllib3", "urllib3.connectionpool", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)

    with answering(ME, refusal(400, "No")) as server, spotify.client_for(TOKEN, server.url) as client:
        spotify.current_user(client)
        with pytest.raises(spotify.Refused):
            spotify.current_user(client)

    assert "GET /me" in caplog.text  # urllib3's own line: the log was really listening
    assert TOKEN not in caplog.text


def test_spotipy_may_still_warn(caplog):
    logging.getLogger("spotipy.client").warning("something is odd")

    assert "something is odd" in caplog.text


def test_neither_an_error_nor_a_client_shows_the_token():
    error, _ = ask(refusal(401, "The access token expired"))

    assert TOKEN not in f"{error!r} {error} {error.__cause__!r}"
    with spotify.client_for(TOKEN, "http://127.0.0.1:1/v1") as client:
        assert TOKEN not in repr(client)


def test_no_token_is_left_in_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with answering(ME) as server, spotify.client_for(TOKEN, server.url) as client:
        spotify.current_user(client)

    assert list(tmp_path.iterdir()) == []


def test_the_token_of_a_cache_file_is_not_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    grant = {"access_token": "of-somebody-else", "refresh_token": "r", "scope": "", "expires_at": 4e9}
    Path(".cache").write_text(json.dumps(grant))

    with answering(ME) as server, spotify.client_for(TOKEN, server.url) as client:
        spotify.current_user(client)

        [request] = server.requests
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(Path(".cache").read_text()) == grant


def test_a_client_closes_its_connections():
    with answering(ME) as server, spotify.client_for(TOKEN, server.url) as client:
        spotify.current_user(client)

    [session] = client._sessions
    assert len(session.get_adapter(server.url).poolmanager.pools) == 0


def test_the_scopes_asked_for_are_those_that_the_calls_need():
    calls = filter(inspect.isfunction, vars(spotify).values())

    needed = {scope for call in calls for scope in getattr(call, "scopes", ())}

    assert needed == set(ALL)
    assert len(ALL) == 4
