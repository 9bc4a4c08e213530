"""Whoever comes by another host than that of PUBLIC_URL, and what stands between."""

import re
from urllib.parse import urlsplit

import pytest
from flask import request
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

pytestmark = pytest.mark.slow

HOSTS = ["localhost:8000", "localhost", "10.0.0.7", "0.0.0.0:8000", "[::1]:8000", "songs.example", "[::1", ""]


def ask(site, host, address="/", method="GET", client=None, **headers):
    """Ask for a page by another host, as a browser does that is there."""
    client = client or FlaskClient(site.app, site.app.response_class)
    return client.open(address, method=method, headers={"Host": host, **headers})


@pytest.mark.parametrize("host", HOSTS, ids=ascii)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_page_of_another_host_leads_to_the_public_one(site, host, method):
    answer = ask(site, host, "/", method)

    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:8000/")


@pytest.mark.parametrize(
    "address",
    [
        "/login?next=/history%3Fx=1%26y=2",
        "/callback?code=a%2Bb&state=c",
        "/playlists/a%20b/%C3%A9?tune=%22x%22",
        "/not/there",
        "/a:b@c/~d",
    ],
)
def test_path_and_query_are_kept(site, address):
    assert ask(site, "localhost:8000", address).headers["Location"] == f"http://127.0.0.1:8000{address}"


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "/@evil.example",
        "/%0d%0aLocation:%20//evil.example",
        "/.evil.example",
    ],
)
def test_the_redirect_leads_nowhere_but_home(site, address):
    location = ask(site, "evil.example", address).headers["Location"]

    assert urlsplit(location)[:2] == ("http", "127.0.0.1:8000")
    assert location.startswith("http://127.0.0.1:8000/")
    assert "\n" not in location


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "127.0.0.1", "127.0.0.1:9000"])
def test_the_public_host_is_answered_at_any_port(site, host):
    """A port may be forwarded by another one, and nginx passes a host on without its port."""
    assert ask(site, host).status_code == 200


@pytest.mark.parametrize("host", ["songs.example", "SONGS.example:443", "songs.example:80"])
@pytest.mark.parametrize("proto", ["https", "http"])
def test_behind_the_load_balancer_the_public_host_is_answered_whatever_is_forwarded(make_site, host, proto):
    site = make_site(PUBLIC_URL="HTTPS://Songs.example", PROXY_HOPS="2")
    forwarded = {
        "X-Forwarded-For": "192.0.2.7, 10.0.0.2",
        "X-Forwarded-Proto": proto,
        "X-Forwarded-Port": "443",
    }

    assert ask(site, host, **forwarded).status_code == 200
    away = ask(site, "eb.example", "/privacy", **forwarded)
    assert away.headers["Location"] == "https://songs.example/privacy"
    assert "Secure" in away.headers["Set-Cookie"]


@pytest.mark.parametrize("host", HOSTS, ids=ascii)
def test_the_health_check_is_answered_by_any_host(site, host):
    assert ask(site, host, "/healthz").text.startswith("ok\n")


def test_a_sign_in_begun_at_localhost_works(site):
    browser = site.browser()
    listener = site.add_listener("Nora")

    moved = ask(site, "localhost:8000", "/login?next=/history", client=browser.client)
    returned = browser.answer(browser.client.get(moved.headers["Location"]).headers["Location"], listener)
    answer = browser.client.get(returned)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/history")
    assert "Nora" in browser.client.get("/").text


def test_a_form_of_another_host_changes_nothing_and_offers_a_sign_in_at_the_public_one(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    token = browser.csrf_token()
    stranger = FlaskClient(site.app, site.app.response_class)

    refused = stranger.post("/playlists", data={"csrf_token": token}, headers={"Host": "localhost:8000"})

    assert refused.status_code == 400
    assert "Please try again" in refused.text
    assert 'href="/login"' in refused.text
    assert ask(site, "localhost:8000", "/login").headers["Location"] == "http://127.0.0.1:8000/login"


def test_behind_a_proxy_that_renames_the_host_nothing_goes_round_for_ever(make_site, caplog):
    """The browser is at the public host, but every request of it reaches us by another name."""
    site = make_site(PUBLIC_URL="https://songs.example", PROXY_HOPS="1")
    listener = site.add_listener("Nora")
    # A client of Werkzeug's keeps cookies for the name that it sends: the one and only here.
    client = FlaskClient(site.app, site.app.response_class)

    def visit(address):
        for _ in range(3):
            answer = client.get(address, headers={"X-Forwarded-Proto": "https"})
            if not answer.headers.get("Location", "").startswith("https://songs.example/"):
                return answer
            address = answer.headers["Location"].removeprefix("https://songs.example")
        pytest.fail(f"{address} leads to itself")

    begun = visit("/login").headers["Location"]
    returned = site.browser().answer(begun, listener)
    home = visit(visit(returned).headers["Location"]).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', home)[1]
    made = client.post("/playlists", data={"csrf_token": token})

    assert "Nora" in home
    assert made.headers["Location"].startswith("/jobs/")
    assert "changes the header Host" in caplog.text


@pytest.mark.parametrize(
    "public_url", ["http://127.0.0.1:8000", "https://127.0.0.1:8000", "http://[::1]:8000"]
)
def test_whoever_asks_localhost_for_a_sign_in_twice_at_once_can_still_sign_in(make_site, caplog, public_url):
    """By a double click, or a browser that fetches ahead: there is no proxy, and none is blamed."""
    site = make_site(PUBLIC_URL=public_url)
    client = FlaskClient(site.app, site.app.response_class)

    begun = [ask(site, "localhost:8000", "/login", client=client) for _ in range(3)]

    assert [answer.headers["Location"] for answer in begun] == [f"{public_url}/login"] * 3
    assert "proxy" not in caplog.text


def test_behind_a_proxy_that_renames_the_host_tabs_side_by_side_do_not_redirect_each_other(make_site):
    site = make_site(PUBLIC_URL="https://songs.example", PROXY_HOPS="1")
    client = FlaskClient(site.app, site.app.response_class)
    tabs = ["/", "/privacy", "/privacy?x=1", "/login"]

    def open_tabs():
        headers = {"X-Forwarded-Proto": "https"}
        answers = [client.get(address, headers=headers) for address in tabs]
        return [answer.headers.get("Location", "").startswith("https://songs.example/") for answer in answers]

    assert open_tabs() == [True] * 4
    assert open_tabs() == [False] * 4


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        (b"x=\xc3\xa9", "x=%C3%A9"),
        (b"x=%C3%A9&y=a+b%2B", "x=%C3%A9&y=a+b%2B"),
        (b"x=\xff", "x=%FF"),
        (b"x=100%&y=?/", "x=100%&y=?/"),
        (b'x="<\\>|', "x=%22%3C%5C%3E%7C"),
    ],
    ids=ascii,
)
def test_the_bytes_of_a_query_are_encoded_once(site, query, sent):
    """A test client encodes a query itself; a browser may send bytes as they are."""
    environ = {"QUERY_STRING": query.decode("latin-1"), "PATH_INFO": "/", "HTTP_HOST": "localhost:8000"}

    answer = FlaskClient(site.app, site.app.response_class).open(EnvironBuilder(environ_overrides=environ))

    assert answer.headers["Location"] == f"http://127.0.0.1:8000/?{sent}"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_with_two_slashes_leads_to_no_other_host(site, method):
    answer = ask(site, "evil.example", "/history//x/delete", method)

    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("hops", ["0", "1"])
@pytest.mark.parametrize(
    ("public_url", "scheme"), [("http://127.0.0.1:8000", "http"), ("https://a.example", "https")]
)
def test_the_scheme_is_that_of_the_public_url_whatever_is_forwarded(make_site, public_url, scheme, hops):
    """Even uWSGI takes the scheme from `X-Forwarded-Proto`, whoever sends it."""
    site = make_site(PUBLIC_URL=public_url, PROXY_HOPS=hops)
    other = {"http": "https", "https": "http"}[scheme]
    schemes = []
    site.app.before_request(lambda: schemes.append(request.scheme))

    site.app.test_client().get("/healthz", headers={"X-Forwarded-Proto": other}, base_url=f"{other}://x")

    assert schemes == [scheme]


@pytest.mark.parametrize(("hops", "address"), [("0", "127.0.0.1"), ("1", "203.0.113.9"), ("2", "192.0.2.7")])
def test_only_counted_proxies_tell_who_asks(make_site, hops, address):
    site, addresses = make_site(PROXY_HOPS=hops), []
    site.app.before_request(lambda: addresses.append(request.remote_addr))

    site.browser().client.get("/healthz", headers={"X-Forwarded-For": "10.9.9.9, 192.0.2.7, 203.0.113.9"})

    assert addresses == [address]
