"""The stand-in's faults, each seen with a raw client over a real connection."""

import http.client
import socket
import time
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
import requests

from standin.faults import Answer, Fault, Sent
from standin.grants import Consent
from standin.named_faults import FAULTS, LATE_S, TOKEN_FAULTS, VERY_LATE_S, late
from standin.state import APP_SCOPES
from tests.support.standin import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, made_up_songs

NEVER = Fault(is_done=False, answer=Answer(418))


@pytest.fixture
def lisa(standin):
    return standin.add_listener(saved=5, name="Lisa")


@pytest.fixture
def api(standin, lisa):
    """Lisa's calls, as (method, path under /v1, JSON); times out after 2 s."""
    headers = {"Authorization": f"Bearer {standin.token_for(lisa)}"}

    def api(method, path, json=None):
        return requests.request(method, f"{standin.url}/v1{path}", json=json, headers=headers, timeout=2)

    return api


@pytest.fixture
def refresh_token(standin, lisa):
    grants = standin.state.grants
    code = grants.issue_code(Consent(lisa.id, APP_SCOPES, standin.state.now(), REDIRECT_URI))
    return grants.exchange(code, REDIRECT_URI, verifier="", is_public=False)["refresh_token"]


def refresh(standin, refresh_token):
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return requests.post(f"{standin.url}/api/token", data=form, auth=(CLIENT_ID, CLIENT_SECRET), timeout=2)


def read_error(answer):
    """Return status and error, after checking that the body has the same status."""
    error = answer.json()["error"]
    assert error.pop("status") == answer.status_code
    return answer.status_code, error


def uris(*numbers):
    return [f"spotify:track:{number:022d}" for number in numbers]


def names(lisa):
    return [playlist.name for playlist in lisa.playlists]


def bytes_on_the_wire(standin, path, token):
    """Return everything that comes back until the stand-in closes the connection."""
    address = urlsplit(standin.url)
    with socket.create_connection((address.hostname, address.port), timeout=2) as connection:
        head = f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
        connection.sendall(head.encode())
        pieces = iter(lambda: connection.recv(65536), b"")
        return b"".join(pieces)


# Which requests get a fault.


def test_without_a_script_nothing_goes_wrong(standin, api):
    standin.state.faults.add("GET /v1/me/tracks", NEVER)

    assert api("GET", "/me").status_code == 200
    assert api("PUT", "/me/tracks").status_code == 403


def test_a_fault_can_start_later_and_repeat(standin, api):
    script = standin.state.faults.add("GET /v1/me", NEVER, after=1, times=2)

    assert [api("GET", "/me").status_code for _ in range(5)] == [200, 418, 418, 200, 200]
    assert script.hits == 2


def test_two_faults_on_the_same_call_come_one_after_the_other(standin, api):
    standin.state.faults.add("GET /v1/me", NEVER)
    standin.state.faults.add("GET /v1/me", FAULTS["500"])

    assert [api("GET", "/me").status_code for _ in range(3)] == [418, 500, 200]


@pytest.mark.parametrize(
    ("on", "statuses"),
    [
        ("GET /v1/{any}", [418, 200, 418, 200]),
        ("GET /v1/me/{any}", [200, 418, 200, 200]),
        ("GET /v1/{rest*}", [418, 418, 418, 200]),
        ("{any} /v1/m{e*}", [418, 418, 200, 200]),
        ("{any} /{rest*}", [418, 418, 418, 418]),
        ("POST /v1/{rest*}", [200, 200, 200, 200]),
    ],
)
def test_braces_stand_for_one_part_or_with_a_star_for_more(standin, api, on, statuses):
    standin.state.faults.add(on, NEVER, times=None)

    asked = ["/me", "/me/tracks", "/search?q=song&type=track", "/../standin/standin.css"]

    assert [api("GET", path).status_code for path in asked] == statuses


def test_a_request_that_goes_wrong_is_recorded_like_any_other(standin, api):
    standin.state.faults.add("GET /v1/me", FAULTS["cut before it was done"])

    with pytest.raises(requests.ConnectionError):
        api("GET", "/me")

    assert standin.count("GET /v1/me") == 1


def test_clearing_removes_faults_and_releases_waiting_requests(standin, api):
    arrived, answers = Event(), []
    standin.state.faults.add("GET /v1/me", Fault(first=arrived.set, hold_s=60), times=None)
    waiting = Thread(target=lambda: answers.append(api("GET", "/me").status_code))
    waiting.start()
    assert arrived.wait(2)

    standin.state.faults.clear()
    waiting.join()

    assert answers == [200]
    assert api("GET", "/me").status_code == 200


# Refusals.


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("401", 401, {"message": "The access token expired"}),
        ("403 not on the list", 403, {"message": "User not registered in the Developer Dashboard"}),
        ("403 missing scope", 403, {"message": "Insufficient client scope"}),
        ("403 removed endpoint", 403, {"message": "Forbidden"}),
        ("429 short", 429, {"message": "API rate limit exceeded"}),
        ("429 long", 429, {"message": "API rate limit exceeded"}),
        ("429 quota", 429, {"message": "Too many requests", "reason": "QUOTA_EXCEEDED"}),
        ("429 without Retry-After", 429, {"message": "Too many requests"}),
        ("500", 500, {"message": "Server error."}),
    ],
)
def test_a_refusal_in_json_leaves_the_write_undone(standin, api, lisa, name, status, error):
    standin.state.faults.add("POST /v1/me/playlists", FAULTS[name])

    answer = api("POST", "/me/playlists", {"name": "Mix"})

    assert read_error(answer) == (status, error)
    assert names(lisa) == []
    assert api("POST", "/me/playlists", {"name": "Mix"}).status_code == 201


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("429 short", "2"), ("429 long", "3600"), ("429 quota", "48925"), ("429 without Retry-After", None)],
)
def test_a_429_says_how_long_to_wait_or_does_not(standin, api, name, seconds):
    standin.state.faults.add("GET /v1/me", FAULTS[name])

    assert api("GET", "/me").headers.get("Retry-After") == seconds


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("403 not on the list, in plain text", "User not registered"),
        ("403 missing scope, in plain text", "Insufficient client scope"),
        (
            "403 owner without Premium, in plain text",
            "Active premium subscription required for the owner of the app.",
        ),
        ("403 removed endpoint, in plain text", "Forbidden"),
    ],
)
def test_a_403_may_be_plain_text(standin, api, name, beginning):
    standin.state.faults.add("GET /v1/me", FAULTS[name])

    answer = api("GET", "/me")

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert answer.text.startswith(beginning)


@pytest.mark.parametrize(
    ("name", "status", "is_done"),
    [
        ("502", 502, False),
        ("502 after it was done", 502, True),
        ("503", 503, False),
        ("504", 504, False),
        ("504 after it was done", 504, True),
        ("HTML body", 200, True),
        ("empty body", 200, True),
    ],
)
def test_a_gateway_fails_before_or_after_the_write_and_never_in_json(
    standin, api, lisa, name, status, is_done
):
    standin.state.faults.add("POST /v1/me/playlists", FAULTS[name])

    answer = api("POST", "/me/playlists", {"name": "Mix"})

    assert answer.status_code == status
    assert (answer.content == b"") == (name in ("503", "empty body"))
    assert answer.content == b"" or answer.text.startswith("<!DOCTYPE html>")
    assert names(lisa) == ["Mix"] * is_done


def test_an_expired_access_token_is_dead_and_the_refresh_token_is_not(standin, api, refresh_token):
    standin.state.faults.add("GET /v1/me", FAULTS["access token expired"])

    assert read_error(api("GET", "/me")) == (401, {"message": "The access token expired"})
    assert api("GET", "/me").status_code == 401
    fresh = {"Authorization": f"Bearer {refresh(standin, refresh_token).json()['access_token']}"}
    assert requests.get(f"{standin.url}/v1/me", headers=fresh, timeout=2).status_code == 200


def test_only_the_tokens_of_the_listener_who_called_expire(standin, api):
    otto = standin.token_for(standin.add_listener(name="Otto"))
    standin.state.faults.add("GET /v1/me", FAULTS["access token expired"])

    api("GET", "/me")

    headers = {"Authorization": f"Bearer {otto}"}
    assert requests.get(f"{standin.url}/v1/me", headers=headers, timeout=2).status_code == 200


def test_revoked_access_cannot_be_refreshed_either(standin, api, refresh_token):
    standin.state.faults.add("PUT /v1/playlists/{id}/items", FAULTS["access revoked"])
    playlist_id = api("POST", "/me/playlists", {"name": "Mix"}).json()["id"]

    assert api("PUT", f"/playlists/{playlist_id}/items", {"uris": uris(1)}).status_code == 401
    assert refresh(standin, refresh_token).json()["error"] == "invalid_grant"


def test_an_answer_may_be_json_of_an_unknown_shape(standin, api, lisa):
    standin.state.faults.add("POST /v1/me/playlists", FAULTS["JSON of another shape"])

    answer = api("POST", "/me/playlists", {"name": "Mix"})

    assert (answer.status_code, list(answer.json()), names(lisa)) == (200, ["surprise"], ["Mix"])


def test_an_answer_may_be_huge(standin, api):
    standin.state.faults.add("GET /v1/me", FAULTS["huge body"])

    assert len(api("GET", "/me").content) > 3_000_000


def test_an_answer_may_be_a_redirect(standin, api):
    standin.state.faults.add("GET /v1/me", FAULTS["redirect"])

    answer = api("GET", "/me")

    assert [(each.status_code, each.headers["Location"]) for each in answer.history] == [(302, "/moved")]


# The wire.


@pytest.mark.parametrize(
    ("name", "is_done"), [("cut before it was done", False), ("cut before the answer", True)]
)
def test_a_connection_is_cut_without_an_answer(standin, api, lisa, name, is_done):
    token = standin.token_for(lisa)
    standin.state.faults.add("{any} /v1/me{rest*}", FAULTS[name], times=None)
    standin.state.faults.add("GET /v1/me", FAULTS[name], times=None)

    with pytest.raises(requests.ConnectionError):
        api("POST", "/me/playlists", {"name": "Mix"})

    assert names(lisa) == ["Mix"] * is_done
    assert bytes_on_the_wire(standin, "/v1/me", token) == b""


@pytest.mark.parametrize(
    ("name", "share"), [("cut before the body", 0), ("cut in the middle of the body", 0.5)]
)
def test_a_connection_is_cut_although_more_was_announced(standin, api, lisa, name, share):
    token = standin.token_for(lisa)
    whole = bytes_on_the_wire(standin, "/v1/me", token).partition(b"\r\n\r\n")[2]
    standin.state.faults.add("GET /v1/me", FAULTS[name])

    head, _, body = bytes_on_the_wire(standin, "/v1/me", token).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.0 200") or head.startswith(b"HTTP/1.1 200")
    assert f"Content-Length: {len(whole)}".encode() in head
    assert body == whole[: int(len(whole) * share)]


@pytest.mark.parametrize("name", ["cut before the body", "cut in the middle of the body"])
def test_an_answer_without_a_body_is_cut_too(standin, api, lisa, name):
    playlist_id = api("POST", "/me/playlists", {"name": "Mix"}).json()["id"]
    standin.state.faults.add("PUT /v1/playlists/{id}", FAULTS[name])

    with pytest.raises(requests.RequestException):
        api("PUT", f"/playlists/{playlist_id}", {"name": "New"})

    assert names(lisa) == ["New"]


def test_a_slow_body_drips(standin, lisa):
    address = urlsplit(standin.url)
    headers = {"Authorization": f"Bearer {standin.token_for(lisa)}"}
    standin.state.faults.add("GET /v1/me", Fault(sent=Sent.DRIPPING, drip_s=0.2))
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=2)
    started = time.monotonic()
    connection.request("GET", "/v1/me", headers=headers)

    answer = connection.getresponse()
    pieces = [answer.read1() for _ in range(30)]
    took_s = time.monotonic() - started
    connection.close()

    assert sum(map(len, pieces)) == int(answer.headers["Content-Length"])
    assert sum(map(bool, pieces)) > 5
    assert 0.2 <= took_s < 2


def test_a_slow_answer_without_a_body_is_unchanged(standin, api):
    playlist_id = api("POST", "/me/playlists", {"name": "Mix"}).json()["id"]
    standin.state.faults.add("PUT /v1/playlists/{id}", Fault(sent=Sent.DRIPPING, drip_s=0.1))

    answer = api("PUT", f"/playlists/{playlist_id}", {"name": "New"})

    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("is_held_after", [False, True])
def test_a_request_that_waits_keeps_nobody_else_waiting(standin, api, lisa, is_held_after):
    written = Event()
    held = Fault(then=lambda _: written.set(), hold_s=60) if is_held_after else Fault(delay_s=60)
    standin.state.faults.add("POST /v1/me/playlists", held)
    headers = {"Authorization": f"Bearer {standin.token_for(lisa)}"}

    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{standin.url}/v1/me/playlists", json={"name": "Mix"}, headers=headers, timeout=(2, 0.2)
        )

    assert written.wait(2) or not is_held_after
    assert api("GET", "/me/playlists").json()["total"] == is_held_after


def test_a_delay_is_as_long_as_stated(standin, api):
    standin.state.faults.add("GET /v1/me", FAULTS["delay"])

    assert api("GET", "/me").elapsed.total_seconds() >= FAULTS["delay"].delay_s


# Functions that tests call in the middle of a request.


def test_a_test_can_step_in_before_and_after_the_write(standin, api, lisa):
    seen = []
    fault = Fault(first=lambda: seen.append(names(lisa)), then=lambda _: seen.append(names(lisa)))
    standin.state.faults.add("POST /v1/me/playlists", fault)

    api("POST", "/me/playlists", {"name": "Mix"})

    assert seen == [[], ["Mix"]]


def test_a_refused_write_was_not_done_and_has_no_effects(standin, api):
    seen = []
    standin.state.faults.add("POST /v1/me/playlists", Fault(then=seen.append))

    assert api("POST", "/me/playlists", {}).status_code == 400
    assert seen == []


# Consistency.


def test_a_snapshot_may_be_the_one_before(standin, api):
    playlist_id = api("POST", "/me/playlists", {"name": "Mix"}).json()["id"]
    path = f"/playlists/{playlist_id}/items"
    before = api("GET", f"/playlists/{playlist_id}").json()["snapshot_id"]
    standin.state.faults.add("{any} /v1/{rest*}", FAULTS["stale snapshot_id"], times=3)

    written = api("PUT", path, {"uris": uris(1)}).json()["snapshot_id"]
    listed = api("GET", "/me/playlists").json()["items"][0]["snapshot_id"]
    saved = api("GET", "/me/tracks").json()["total"]

    assert (written, listed, saved) == (before, before, 5)
    assert api("GET", f"/playlists/{playlist_id}").json()["snapshot_id"] != before


def test_a_playlist_that_was_made_shows_up_late(standin, api, lisa):
    standin.state.faults.add("POST /v1/me/playlists", FAULTS["late item"])
    playlist_id = api("POST", "/me/playlists", {"name": "Mix"}).json()["id"]

    assert api("GET", "/me/playlists").json()["total"] == 0
    assert api("GET", f"/playlists/{playlist_id}").status_code == 200
    standin.clock.seconds += LATE_S
    assert api("GET", "/me/playlists").json()["total"] == 1


def test_a_playlist_that_was_made_without_an_answer_shows_up_very_late(standin, api):
    standin.state.faults.add("POST /v1/me/playlists", FAULTS["502 after it was done, seen very late"])

    assert api("POST", "/me/playlists", {"name": "Mix"}).status_code == 502
    standin.clock.seconds += VERY_LATE_S - 1
    assert api("GET", "/me/playlists").json()["total"] == 0
    standin.clock.seconds += 1
    assert api("GET", "/me/playlists").json()["total"] == 1


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_song_that_was_written_reads_back_late(standin, api, method):
    playlist_id = api("POST", "/me/playlists", {"name": "Mix"}).json()["id"]
    path = f"/playlists/{playlist_id}/items"
    standin.state.faults.add(f"{method} /v1{path}", late(5))

    api(method, path, {"uris": uris(1, 2, 3)})

    assert [item["item"]["name"] for item in api("GET", path).json()["items"]] == ["Song 1", "Song 2"]
    assert api("GET", f"/playlists/{playlist_id}").json()["items"]["total"] == 2
    standin.clock.seconds += 5
    assert api("GET", path).json()["total"] == 3


@pytest.mark.parametrize(
    ("path", "total"), [("/me/tracks", 5), ("/me/playlists", 1), ("/playlists/{id}/items", 3)]
)
def test_the_newest_item_that_is_read_shows_up_late(standin, api, path, total):
    playlist_id = api("POST", "/me/playlists", {"name": "Mix"}).json()["id"]
    api("PUT", f"/playlists/{playlist_id}/items", {"uris": uris(1, 2, 3)})
    path = path.format(id=playlist_id)
    standin.state.faults.add(f"GET /v1{path}", FAULTS["late item"])

    assert [api("GET", path).json()["total"] for _ in range(2)] == [total - 1, total - 1]
    standin.clock.seconds += LATE_S
    assert api("GET", path).json()["total"] == total


@pytest.mark.parametrize(
    "path", ["/me", "/me/tracks", "/me/playlists", "/me/library/contains?uris=" + uris(1)[0]]
)
def test_a_list_without_items_has_no_late_one(standin, path):
    headers = {"Authorization": f"Bearer {standin.token_for(standin.add_listener())}"}
    standin.state.faults.add("GET /v1/{rest*}", FAULTS["late item"])

    assert requests.get(f"{standin.url}/v1{path}", headers=headers, timeout=2).status_code == 200


# The token endpoint.


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client"])
def test_a_refresh_may_be_refused(standin, refresh_token, error):
    standin.state.faults.add("POST /api/token", TOKEN_FAULTS[error])

    answer = refresh(standin, refresh_token)

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert set(answer.json()) == {"error", "error_description"}


def test_a_refresh_may_replace_the_refresh_token(standin, refresh_token):
    standin.state.faults.add("POST /api/token", TOKEN_FAULTS["rotated refresh token"])

    new = refresh(standin, refresh_token).json()["refresh_token"]

    assert refresh(standin, refresh_token).json()["error"] == "invalid_grant"
    assert refresh(standin, new).status_code == 200


def test_a_new_refresh_token_may_be_lost_on_the_way(standin, refresh_token):
    standin.state.faults.add("POST /api/token", TOKEN_FAULTS["rotated refresh token that never arrives"])

    with pytest.raises(requests.ConnectionError):
        refresh(standin, refresh_token)

    assert refresh(standin, refresh_token).json()["error"] == "invalid_grant"


# All of them.


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_leaves_the_next_call_alone(standin, api, name):
    script = standin.state.faults.add("GET /v1/me/tracks", FAULTS[name])

    try:
        api("GET", "/me/tracks")
    except requests.RequestException as error:
        assert "cut" in name, error
    standin.clock.seconds += VERY_LATE_S

    assert script.hits == 1
    has_access = name not in ("access token expired", "access revoked")
    assert api("GET", "/me/tracks").status_code == (200 if has_access else 401)


@pytest.mark.parametrize("name", TOKEN_FAULTS)
def test_every_fault_of_the_token_endpoint_comes_once(standin, refresh_token, name):
    script = standin.state.faults.add("POST /api/token", TOKEN_FAULTS[name])

    try:
        refresh(standin, refresh_token)
    except requests.RequestException as error:
        assert "cut" in name or "never arrives" in name, error

    assert script.hits == 1
    assert refresh(standin, refresh_token).status_code == (400 if "rotated" in name else 200)


def test_a_library_can_change_while_it_is_read(standin, api, lisa):
    [new] = made_up_songs(1, first=50)
    fault = Fault(first=lambda: lisa.keep(new, standin.clock.now()))
    standin.state.faults.add("GET /v1/me/tracks", fault, after=1)

    pages = [api("GET", f"/me/tracks?limit=3&offset={offset}").json() for offset in (0, 3)]

    ids = [int(item["track"]["id"]) for page in pages for item in page["items"]]
    assert ids == [0, 1, 2, 2, 3, 4]
    assert [page["total"] for page in pages] == [5, 6]
