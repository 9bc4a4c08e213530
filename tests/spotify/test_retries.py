"""Retries: which call is retried, when, and with which token."""

from threading import Barrier, Thread

import pytest

import spotify
from spotify.retries import Pauses
from tests.support.scripted_server import Answer, answering, answering_with

ME = Answer({"account_id": "acc", "id": "user", "display_name": "Ada"})
MADE = Answer({"id": "p", "external_urls": {"spotify": "https://open.spotify.com/playlist/p"}}, 201)
WRITTEN = Answer({"snapshot_id": "x"})
EXPIRED = Answer({"error": {"status": 401, "message": "The access token expired"}}, 401)
BAD_GATEWAY = Answer(b"<html>Bad gateway</html>", 502)


def limited(retry_after_s=None, **reason):
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return Answer({"error": {"status": 429, "message": "Too many requests", **reason}}, 429, headers)


class Tokens:
    """An access with a list of tokens to come; it records which were refused."""

    def __init__(self, *following):
        self.current, self.following, self.refused = "old", list(following), []

    def token(self):
        return self.current

    def renew(self, refused):
        self.refused.append(refused)
        if not self.following:
            raise spotify.SignInExpired("the refresh token is not valid any more")
        self.current = self.following.pop(0)
        return self.current


def read(client):
    return spotify.current_user(client)


def make(client):
    return spotify.create_playlist(client, "Mix", "", is_public=False)


def write(client):
    spotify.replace_songs(client, "p", ["s1"])


def describe(client):
    spotify.describe_playlist(client, "p", description="New")


def remove(client):
    spotify.remove_playlist(client, "p")


def run(call, *answers, access="token", can_wait=True):
    """Make a call; return its result or error, the requests that arrived and the waits between them."""
    waits = []
    with answering(*answers) as server:
        with spotify.client_for(access, server.url + "/v1", waits.append if can_wait else None) as client:
            try:
                result = call(client)
            except spotify.SpotifyError as error:
                result = error
        assert client.calls == len(server.requests)
        return result, server.requests, waits


def bearers(requests):
    return [request.headers["Authorization"].removeprefix("Bearer ") for request in requests]


NO_ANSWER = [
    Answer({"error": {"status": 500, "message": "Server error"}}, 500),
    BAD_GATEWAY,
    Answer(b"", 503),
    Answer(b"upstream timed out", 504),
    Answer(b"<html>Welcome to this network</html>"),
    Answer({"id": "user"}, is_cut=True),
    Answer(b"", is_lost=True),
]


@pytest.mark.parametrize("missing", NO_ANSWER)
@pytest.mark.parametrize(
    ("call", "answer"), [(read, ME), (write, WRITTEN), (describe, Answer(b"")), (remove, Answer(b""))]
)
def test_an_idempotent_call_is_retried_where_no_answer_came(call, answer, missing):
    result, requests, waits = run(call, missing, missing, missing, answer)

    assert not isinstance(result, spotify.SpotifyError)
    assert len({(request.method, request.path, request.body) for request in requests}) == 1
    assert [len(requests), len(waits)] == [4, 3]


@pytest.mark.parametrize(("call", "answer"), [(read, ME), (write, WRITTEN)])
def test_a_call_is_retried_where_an_answer_should_not_be_empty(call, answer):
    result, requests, _ = run(call, Answer(b""), answer)

    assert not isinstance(result, spotify.SpotifyError)
    assert len(requests) == 2


def test_a_call_is_retried_three_times_at_most():
    error, requests, _ = run(read, *[BAD_GATEWAY] * 5)

    assert type(error) is spotify.Unreachable
    assert len(requests) == 4


def test_the_backoff_doubles_and_is_random():
    all_waits = [run(read, *[BAD_GATEWAY] * 4)[2] for _ in range(5)]

    for first, second, third in all_waits:
        assert 0.25 <= first <= 0.75
        assert 0.5 <= second <= 1.5
        assert 1 <= third <= 3
    assert len({waits[0] for waits in all_waits}) > 1


@pytest.mark.parametrize("missing", [*NO_ANSWER, Answer(b"", 201), Answer({"id": "p"}, 201)])
def test_a_call_that_is_not_idempotent_is_never_retried_blindly(missing):
    error, requests, waits = run(make, missing, MADE)

    assert type(error) is spotify.Unclear
    assert len(requests) == 1
    assert waits == []


@pytest.mark.parametrize("call", [read, make, write])
@pytest.mark.parametrize(
    ("status", "kind"), [(400, spotify.Refused), (403, spotify.Refused), (404, spotify.NotFound)]
)
def test_a_refusal_is_final(call, status, kind):
    error, requests, waits = run(call, Answer({"error": {"status": status, "message": "No"}}, status))

    assert type(error) is kind
    assert (len(requests), waits) == (1, [])


@pytest.mark.parametrize(("call", "answer"), [(read, ME), (make, MADE), (write, WRITTEN)])
def test_a_short_rate_limit_is_waited_for_as_long_as_it_says(call, answer):
    result, requests, waits = run(call, limited(2), limited(0), limited(20), answer)

    assert not isinstance(result, spotify.SpotifyError)
    assert waits == [2, 0, 20]
    assert len(requests) == 4


def test_the_fourth_rate_limit_of_a_call_is_not_waited_for():
    error, requests, waits = run(make, *[limited(1)] * 5)

    assert (error.retry_after_s, waits) == (1, [1, 1, 1])
    assert len(requests) == 4


@pytest.mark.parametrize(
    ("limit", "retry_after_s", "is_quota"),
    [
        (limited(21), 21, False),
        (limited(), None, False),
        (limited(48_925, reason="QUOTA_EXCEEDED"), 48_925, True),
        (limited(3, reason="QUOTA_EXCEEDED"), 3, True),
    ],
)
def test_a_long_an_unknown_and_a_quota_limit_are_for_the_caller(limit, retry_after_s, is_quota):
    error, requests, waits = run(read, limit, ME)

    assert (error.retry_after_s, error.is_quota) == (retry_after_s, is_quota)
    assert (len(requests), waits) == (1, [])


@pytest.mark.parametrize("answer", [limited(1), BAD_GATEWAY])
def test_without_a_wait_every_call_is_made_once(answer):
    error, requests, _ = run(read, answer, ME, can_wait=False)

    assert type(error) in (spotify.RateLimited, spotify.Unreachable)
    assert len(requests) == 1


class Cancelled(Exception):
    """Not one of Spotify's."""


@pytest.mark.parametrize("answer", [limited(1), BAD_GATEWAY])
def test_a_wait_may_end_the_call(answer):
    def cancel(seconds):
        raise Cancelled

    with answering(answer, ME) as server, spotify.client_for("token", server.url, cancel) as client:
        with pytest.raises(Cancelled):
            spotify.current_user(client)

        assert len(server.requests) == 1


@pytest.mark.parametrize(("call", "answer"), [(read, ME), (make, MADE), (write, WRITTEN)])
@pytest.mark.parametrize("can_wait", [True, False])
def test_a_refused_token_is_renewed_and_the_call_retried(call, answer, can_wait):
    access = Tokens("new")

    result, requests, waits = run(call, EXPIRED, answer, access=access, can_wait=can_wait)

    assert not isinstance(result, spotify.SpotifyError)
    assert bearers(requests) == ["old", "new"]
    assert (access.refused, waits) == (["old"], [])


def test_a_token_is_renewed_once_in_a_call():
    access = Tokens("new", "newer")

    error, requests, _ = run(read, EXPIRED, EXPIRED, ME, access=access)

    assert type(error) is spotify.SignInExpired
    assert bearers(requests) == ["old", "new"]
    assert access.refused == ["old"]


def test_each_call_may_renew_the_token_and_the_next_one_uses_it():
    access = Tokens("new", "newer")

    def read_twice(client):
        return read(client), read(client), read(client)

    _, requests, _ = run(read_twice, EXPIRED, ME, ME, EXPIRED, ME, access=access)

    assert bearers(requests) == ["old", "new", "new", "new", "newer"]


@pytest.mark.parametrize("access", [Tokens(), "token"])
def test_without_another_token_the_sign_in_has_expired(access):
    error, requests, _ = run(read, EXPIRED, ME, access=access)

    assert type(error) is spotify.SignInExpired
    assert len(requests) == 1


def test_a_renewed_token_a_rate_limit_and_a_failure_do_not_use_up_each_other():
    access = Tokens("new")
    troubles = [BAD_GATEWAY, limited(1), BAD_GATEWAY, EXPIRED, limited(1), BAD_GATEWAY, limited(1)]

    result, requests, _ = run(read, *troubles, ME, access=access)

    assert result == spotify.User("acc", "user", "Ada")
    assert bearers(requests) == ["old"] * 4 + ["new"] * 4


def read_five_pages(trouble, access="token"):
    """Read 5 pages, of which four meet the same trouble at once; return ids, requests and waits."""
    together, waits, met = Barrier(4, timeout=10), [], set()

    def answer(request):
        offset = int(request.query["offset"])
        if offset and offset not in met:
            met.add(offset)
            together.wait()
            return trouble
        songs = [{"track": {"id": f"s{offset + place}", "artists": []}} for place in range(50)]
        return Answer({"items": songs, "total": 250})

    with answering_with(answer) as server:
        with spotify.client_for(access, server.url, waits.append) as client:
            songs = [song.id for page in spotify.read_saved_pages(client) for song in page.songs]
        assert client.calls == len(server.requests)
        return songs, server.requests, waits


def test_one_renewal_serves_all_threads():
    access = Tokens("new")

    songs, requests, _ = read_five_pages(EXPIRED, access)

    assert songs == [f"s{number}" for number in range(250)]
    assert access.refused == ["old"]
    assert sorted(bearers(requests)) == ["new"] * 4 + ["old"] * 5


def test_one_pause_serves_all_threads_that_met_the_same_rate_limit():
    songs, requests, waits = read_five_pages(limited(7))

    assert songs == [f"s{number}" for number in range(250)]
    assert waits == [7]
    assert len(requests) == 1 + 4 + 4


def test_no_thread_makes_a_call_during_the_pause_of_another():
    pauses, order = Pauses(), []
    other = Thread(target=lambda: order.append(f"call after {pauses.wait_until_over()}"))

    def wait(seconds):
        other.start()
        other.join(0.05)  # ends only once the pause is over, so this is the whole pause
        order.append(f"waited {seconds}")

    pauses.take(wait, 3, pauses.wait_until_over())
    other.join()

    assert order == ["waited 3", "call after 1"]


def test_a_refusal_of_one_page_is_the_error_of_the_whole_reading():
    with pytest.raises(spotify.RateLimited) as raised:
        read_five_pages(limited(48_925, reason="QUOTA_EXCEEDED"))

    assert raised.value.is_quota


def test_neither_an_access_nor_its_error_shows_the_token():
    error, _, _ = run(read, EXPIRED, access="BQ-nobody-may-see")

    assert (
        "nobody-may-see"
        not in f"{error!r} {error.__context__!r} {spotify.access.OneToken('nobody-may-see')!r}"
    )


class Shared:
    """The pause of an app: what is left of it each time somebody looks, and what was added."""

    def __init__(self, *rests):
        self.rests, self.prolonged = list(rests), []

    def measure_rest(self):
        return self.rests.pop(0) if self.rests else 0

    def prolong(self, seconds):
        self.prolonged.append(seconds)


def run_shared(shared, *answers, wait=None):
    with answering(*answers) as server, spotify.client_for("token", server.url, wait, shared) as client:
        try:
            return read(client), len(server.requests)
        except spotify.SpotifyError as error:
            return error, len(server.requests)


@pytest.mark.parametrize(
    ("answer", "asked"), [(limited(7), 7), (limited(None), None), (limited(7_000), 7_000)]
)
def test_a_rate_limit_is_passed_on_to_all_who_call_for_the_app(answer, asked):
    shared = Shared()

    run_shared(shared, answer, ME, wait=lambda seconds: None)

    assert shared.prolonged == [asked]


def test_a_call_waits_for_the_rest_of_a_short_pause_that_another_has_met():
    waits = []

    result, n_requests = run_shared(Shared(4.2, 0.1), ME, wait=waits.append)

    assert (result, n_requests) == (spotify.User("acc", "user", "Ada"), 1)
    assert waits == [5, 1]


@pytest.mark.parametrize(
    ("rests", "waits"),
    [((21,), []), ((5, 5, 5, 5), [5, 5, 5])],
    ids=["too long for a call", "longer each time"],
)
def test_a_long_pause_that_another_has_met_ends_a_call_before_it_is_made(rests, waits):
    waited = []

    error, n_requests = run_shared(Shared(*rests), ME, wait=waited.append)

    assert (type(error), error.retry_after_s, n_requests) == (spotify.RateLimited, rests[-1], 0)
    assert waited == waits


def test_a_call_that_cannot_wait_is_not_made_in_a_pause():
    error, n_requests = run_shared(Shared(3), ME)

    assert (type(error), error.retry_after_s, n_requests) == (spotify.RateLimited, 3, 0)
