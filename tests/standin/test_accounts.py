"""The stand-in's accounts service: consent, codes, tokens, and every way to be refused."""

import hashlib
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from standin.named_faults import FAULTS
from tests.support.standin import CLIENT_ID, CLIENT_SECRET

BACK = "http://127.0.0.1:8000/callback"
VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def authorize(standin, listener=None, answer="agree", **changed):
    """Press a button of the consent page; return the response, redirects not followed."""
    asked = {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": "user-library-read playlist-modify-private",
        "state": "s t&te",
    } | changed
    form = {"answer": answer, "listener": listener.id if listener else ""}
    address = requests.Request("POST", f"{standin.url}/authorize", params=asked).prepare().url
    return requests.post(address, data=form, allow_redirects=False, timeout=5)


def sent_back(response):
    """Return what the app is told, as name -> value."""
    assert response.status_code == 302
    address = urlsplit(response.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == BACK
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def token(standin, auth=(CLIENT_ID, CLIENT_SECRET), **form):
    return requests.post(f"{standin.url}/api/token", data=form, auth=auth, timeout=5)


def exchange(standin, code, auth=(CLIENT_ID, CLIENT_SECRET), **more):
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK} | more
    return token(standin, auth, **form)


def signed_in(standin, listener, auth=(CLIENT_ID, CLIENT_SECRET), **more):
    """Return the token endpoint's answer after a whole sign-in with PKCE."""
    code = sent_back(authorize(standin, listener, **PKCE))["code"]
    return exchange(standin, code, auth, code_verifier=VERIFIER, **more).json()


def whose(standin, access_token):
    answer = requests.get(
        f"{standin.url}/v1/me", headers={"Authorization": f"Bearer {access_token}"}, timeout=5
    )
    return answer.json().get("display_name", answer.json().get("error"))


def refusal(response):
    assert response.status_code == 400
    assert set(response.json()) == {"error", "error_description"}
    return response.json()["error"]


def test_agreeing_gives_a_code_and_the_code_gives_tokens(standin):
    lisa, _ = standin.add_listener(name="Lisa"), standin.add_listener(name="Otto")

    told = sent_back(authorize(standin, lisa))
    answer = exchange(standin, told["code"])

    assert told["state"] == "s t&te"
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert set(tokens) == {"access_token", "token_type", "scope", "expires_in", "refresh_token"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert tokens["scope"] == "user-library-read playlist-modify-private"
    assert whose(standin, tokens["access_token"]) == "Lisa"


def test_cancelling_gives_access_denied_and_the_state(standin):
    assert sent_back(authorize(standin, standin.add_listener(), answer="cancel")) == {
        "error": "access_denied",
        "state": "s t&te",
    }


def test_the_consent_page_says_what_is_asked_for_and_who_can_answer(standin):
    standin.add_listener(name="Lisa <Simpson>", saved=1200)
    asked = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": BACK}

    page = requests.get(f"{standin.url}/authorize", params=asked | {"scope": "user-library-read"}, timeout=5)

    assert page.status_code == 200
    assert "local stand-in for Spotify" in page.text
    assert "See the songs you have saved" in page.text
    assert "Lisa &lt;Simpson&gt;" in page.text
    assert "1,200 saved songs" in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"client_id": "somebody-else"}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": "http://127.0.0.1:8000/callback/"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://127.0.0.1:8000/callback?x=1"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "https://127.0.0.1:8000/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://[::1]:8000/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://localhost:8000/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://127.0.0.1:port/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://127.0.0.1@evil.example/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": ""}, "INVALID_CLIENT: Invalid redirect URI"),
    ],
)
def test_an_unknown_app_or_address_gets_a_page_and_no_redirect(standin, changed, sentence):
    response = authorize(standin, standin.add_listener(), **changed)

    assert response.status_code == 400
    assert sentence in response.text
    assert "Location" not in response.headers


@pytest.mark.parametrize("port", ["", ":80", ":8000", ":65535"])
def test_a_loopback_address_registered_without_port_takes_any(standin, port):
    address = f"http://127.0.0.1{port}/callback"

    response = authorize(standin, standin.add_listener(), redirect_uri=address)

    assert response.headers["Location"].startswith(f"{address}?code=")


def test_an_address_registered_with_port_takes_no_other(standin):
    standin.state.redirect_uris = ("http://127.0.0.1:8000/callback", "http://localhost:8000/callback")
    listener = standin.add_listener()

    assert authorize(standin, listener).status_code == 302
    for other in ("http://127.0.0.1:8001/callback", "http://localhost:8000/callback"):
        assert authorize(standin, listener, redirect_uri=other).status_code == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "user-library-read everything"}, "invalid_scope"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_request_for_what_does_not_exist_goes_back_with_its_error(standin, changed, error):
    assert sent_back(authorize(standin, standin.add_listener(), **changed))["error"] == error


def test_a_code_works_once(standin):
    code = sent_back(authorize(standin, standin.add_listener()))["code"]

    assert exchange(standin, code).status_code == 200
    assert refusal(exchange(standin, code)) == "invalid_grant"


@pytest.mark.parametrize(("age_s", "status"), [(600, 200), (601, 400)])
def test_a_code_lives_ten_minutes(standin, age_s, status):
    code = sent_back(authorize(standin, standin.add_listener()))["code"]
    standin.clock.seconds += age_s

    assert exchange(standin, code).status_code == status


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "invented"},
        {"redirect_uri": "http://127.0.0.1:8001/callback"},
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
    ],
)
def test_a_wrong_code_address_or_verifier_is_an_invalid_grant(standin, changed):
    code = sent_back(authorize(standin, standin.add_listener(), **PKCE))["code"]

    form = {"code": code, "code_verifier": VERIFIER} | changed

    assert refusal(exchange(standin, **form)) == "invalid_grant"


def test_a_verifier_for_a_code_without_challenge_is_an_invalid_grant(standin):
    code = sent_back(authorize(standin, standin.add_listener()))["code"]

    assert refusal(exchange(standin, code, code_verifier=VERIFIER)) == "invalid_grant"


@pytest.mark.parametrize("auth", [(CLIENT_ID, "wrong"), ("wrong", CLIENT_SECRET), None])
def test_wrong_credentials_are_an_invalid_client(standin, auth):
    code = sent_back(authorize(standin, standin.add_listener()))["code"]

    assert refusal(exchange(standin, code, auth)) == "invalid_client"


def test_without_a_secret_a_challenge_is_needed(standin):
    code = sent_back(authorize(standin, standin.add_listener()))["code"]

    assert refusal(exchange(standin, code, None, client_id=CLIENT_ID)) == "invalid_client"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "redirect_uri": BACK}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "invented"}, "invalid_grant"),
    ],
)
def test_an_incomplete_request_for_a_token_says_so(standin, form, error):
    assert refusal(token(standin, **form)) == error


def test_with_a_secret_a_refresh_leaves_the_refresh_token_as_it_is(standin):
    first = signed_in(standin, standin.add_listener())

    for _ in range(2):
        answer = token(standin, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
        assert set(answer) == {"access_token", "token_type", "scope", "expires_in"}
        assert whose(standin, answer["access_token"]) == "Lisa"


def test_without_a_secret_a_refresh_replaces_the_refresh_token(standin):
    public = {"auth": None, "client_id": CLIENT_ID}
    old = signed_in(standin, standin.add_listener(), **public)["refresh_token"]

    new = token(standin, **public, grant_type="refresh_token", refresh_token=old).json()["refresh_token"]

    assert refusal(token(standin, **public, grant_type="refresh_token", refresh_token=old)) == "invalid_grant"
    assert token(standin, **public, grant_type="refresh_token", refresh_token=new).status_code == 200


def test_an_access_token_lives_an_hour(standin):
    access_token = signed_in(standin, standin.add_listener())["access_token"]

    standin.clock.seconds += 3599
    assert whose(standin, access_token) == "Lisa"
    standin.clock.seconds += 1
    assert whose(standin, access_token) == {"status": 401, "message": "The access token expired"}


def test_expire_tokens_ends_every_access_token_but_no_refresh_token(standin):
    tokens = signed_in(standin, standin.add_listener())
    standin.state.expire_tokens()

    assert whose(standin, tokens["access_token"])["status"] == 401
    fresh = token(standin, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    assert whose(standin, fresh["access_token"]) == "Lisa"


def test_revoke_ends_the_refresh_tokens_of_one_listener(standin):
    lisa, otto = standin.add_listener(name="Lisa"), standin.add_listener(name="Otto")
    of_lisa, of_otto = (signed_in(standin, listener)["refresh_token"] for listener in (lisa, otto))

    standin.state.revoke(lisa)

    assert refusal(token(standin, grant_type="refresh_token", refresh_token=of_lisa)) == "invalid_grant"
    assert token(standin, grant_type="refresh_token", refresh_token=of_otto).status_code == 200


def test_a_refresh_token_dies_half_a_year_after_the_consent_however_often_it_was_used(standin):
    refresh_token = signed_in(standin, standin.add_listener())["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}

    standin.clock.seconds += 180 * 24 * 3600
    assert token(standin, **form).status_code == 200
    standin.clock.seconds += 4 * 24 * 3600
    assert refusal(token(standin, **form)) == "invalid_grant"


def test_every_code_token_and_secret_is_remembered_even_after_it_ended(standin):
    lisa = standin.add_listener()
    unused, code = (sent_back(authorize(standin, lisa))["code"] for _ in range(2))
    tokens = exchange(standin, code).json()
    fresh = token(standin, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    public = {"auth": None, "client_id": CLIENT_ID}
    old = signed_in(standin, lisa, **public)["refresh_token"]
    new = token(standin, **public, grant_type="refresh_token", refresh_token=old).json()["refresh_token"]
    direct = standin.token_for(lisa)
    standin.state.expire_tokens()
    standin.state.revoke(lisa)

    secrets = standin.state.secrets().keys()

    assert secrets >= {CLIENT_SECRET, f"{CLIENT_ID}:{CLIENT_SECRET}", unused, code, old, new, direct}
    assert secrets >= {tokens["access_token"], tokens["refresh_token"], fresh["access_token"]}
    # The last four are of the sign-in without a secret: its code, its verifier and two access tokens.
    assert len(secrets) == 10 + 4


def test_what_is_recorded_of_a_request_for_a_token_tells_whose_it_is_and_the_fault_it_met(standin):
    lisa = standin.add_listener(name="Lisa")
    tokens = signed_in(standin, lisa)
    standin.state.faults.add("POST /api/token", FAULTS["500"])
    standin.state.revoke(lisa)

    token(standin, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    token(standin, grant_type="refresh_token", refresh_token="unknown")

    asked = [(each.listener, each.fault) for each in standin.state.requests if each.path == "/api/token"]
    assert asked == [(lisa, None), (lisa, FAULTS["500"]), (None, None)]
