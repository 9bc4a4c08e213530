"""Requests that no page can be built for, as fuzzing found them: answered all the same."""

import pytest

from tests.support.website import PUBLIC_URL

#: No names of hosts, though web servers let them through.
NO_HOSTS = ["x" * 64, "x" * 300, "a..b", "127.0.0.1:8000,evil.example"]
NO_ADDRESSES = ["http://[", "http://a]b/", "http://[::1", "//[", "http://\u2100.example/"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_a_host_that_is_none_is_answered(site, method):
    stranger = site.browser().client

    for host in NO_HOSTS:
        for path in ("/", "/history", "/login", "/no/such/page", "/healthz"):
            answer = stranger.open(path, method=method, headers={"Host": host})
            assert answer.status_code < 500, (host, path)
            if answer.status_code == 302:
                assert answer.location.startswith(PUBLIC_URL), (host, path)


@pytest.mark.parametrize("path", ["/", "/history", "/privacy"])
def test_a_query_that_is_no_text_is_refused_in_a_line(site, path):
    for query in (b"\xed\xa0\x80", b"q=\xff", b"n=50&r=\xf4\x90\x80\x80"):
        answer = site.browser().client.get(path, environ_overrides={"QUERY_STRING": query.decode("latin-1")})
        assert (answer.status_code, answer.text) == (400, "This address cannot be read.\n"), query


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_a_form_that_comes_from_no_address_leads_home(site, address):
    nora = site.browser()
    nora.sign_in(site.add_listener("Nora"))

    answer = nora.client.post(
        "/playlists", environ_overrides={"HTTP_REFERER": address.encode().decode("latin-1")}
    )

    assert answer.status_code == 400
    assert "The page was too old." in answer.text
    assert '<a href="/"' in answer.text
