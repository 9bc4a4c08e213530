"""Where a form comes from, as the browser tells or does not."""

import pytest
from flask.testing import FlaskClient

HOME = "https://songs.example"
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


@pytest.fixture
def nora(make_site):
    """The browser of a listener who is signed in at an https address, behind a proxy."""
    site = make_site(PUBLIC_URL=HOME, PROXY_HOPS="1")
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    return browser


def press(nora, headers, token=None):
    """Press *Make my playlist*, and return the status."""
    token = nora.csrf_token() if token is None else token
    return nora.client.post("/playlists", data={"csrf_token": token}, headers=FORWARDED | headers).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": HOME},
        {"Origin": f"{HOME}:443"},
        {"Referer": f"{HOME}/privacy"},
        {"Origin": "null", "Referer": f"{HOME}/"},
        {"Origin": HOME, "Referer": "https://elsewhere.example/"},
    ],
    ids=str,
)
def test_a_button_of_ours_works_whatever_the_browser_tells(nora, headers):
    assert press(nora, headers) == 303


def test_a_button_works_behind_a_proxy_that_changes_the_host(nora):
    """The proxy changes what we are asked by, but not what the browser says of the page."""
    token = nora.csrf_token()
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in nora.client._cookies.values())
    client = FlaskClient(nora.client.application, nora.client.application.response_class, use_cookies=False)

    answer = client.post(
        "/playlists",
        data={"csrf_token": token},
        headers={**FORWARDED, "Host": "10.0.0.7", "Cookie": cookies, "Referer": f"{HOME}/"},
    )

    assert answer.status_code == 303


@pytest.mark.parametrize("headers", [{}, {"Origin": HOME}], ids=str)
def test_without_a_token_nothing_helps(nora, headers):
    assert press(nora, headers, token="forged") == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://songs.example"},
        {"Origin": f"{HOME}:8443"},
        {"Origin": f"{HOME}.evil.example"},
        {"Origin": "https://songs.example@evil.example"},
        {"Origin": "https://[evil"},
        {"Origin": "https://songs.example:port"},
        {"Origin": "https://evil.example", "Referer": f"{HOME}/"},
        {"Origin": "null", "Referer": "https://evil.example/"},
        {"Referer": "https://evil.example/songs.example"},
        {"Referer": "nonsense"},
    ],
    ids=str,
)
def test_a_form_of_another_site_is_refused_even_with_a_token(nora, headers):
    assert press(nora, headers) == 400
