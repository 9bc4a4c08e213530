"""A sign-in leads back to where the listener was going, and never to another site."""

import re
from html import unescape

import pytest

from web.destination import MAX_CHARACTERS, is_local

pytestmark = pytest.mark.slow

ELSEWHERE = [
    "",
    "evil.example",
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    r"\\evil.example",
    r"/\evil.example",
    r"/blocked\..\evil",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\x00",
    "/\u2028/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:/blocked",
    "http:blocked",
    "blocked",
    "?next=/blocked",
    "@evil.example",
    "/" + "a" * MAX_CHARACTERS,
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_that_is_not_ours_is_none_to_go_to(site, address):
    browser = site.browser()
    listener = site.add_listener("Nora")

    sent = browser.client.get("/login", query_string={"next": address})

    assert not is_local(address)
    if "\0" in address:
        assert sent.status_code == 404
    else:
        returned = browser.client.get(browser.answer(sent.headers["Location"], listener))
        assert returned.headers["Location"] == "/"


@pytest.mark.parametrize(
    "address", ["/", "/blocked", "/playlists/x?n=20&y=1970-#song-1", "/?next=//evil.example", "/a//b"]
)
def test_a_page_of_ours_is_one(address):
    assert is_local(address)


def turn_away(browser, address):
    """Ask for a page as a stranger, and return the page that this leads to."""
    return browser.client.get(address, follow_redirects=True).text


def press_sign_in(browser, page):
    """Press the sign-in link of a page, and return the address at Spotify that it leads to."""
    link = re.search(r'class="button" href="(/login[^"]*)"', page)[1]
    return browser.client.get(unescape(link)).headers["Location"]


@pytest.mark.parametrize("address", [each for each in ELSEWHERE if each and "\0" not in each])
def test_a_front_page_with_an_address_that_is_not_ours_leads_home(site, address):
    page = site.browser().client.get("/", query_string={"next": address}).text

    assert 'class="button" href="/login"' in page


def test_who_is_asked_to_sign_in_comes_to_the_page_they_wanted(site):
    browser = site.browser()
    listener = site.add_listener("Nora")

    welcome = turn_away(browser, "/disconnect?from=mail")
    returned = browser.client.get(browser.answer(press_sign_in(browser, welcome), listener))
    again = browser.client.get(browser.answer(browser.go_to_spotify(), listener))

    assert "Please sign in first." in welcome
    assert returned.headers["Location"] == "/disconnect?from=mail"
    assert again.headers["Location"] == "/"  # once


def test_who_says_no_at_first_still_comes_to_the_page_they_wanted(site):
    browser = site.browser()
    listener = site.add_listener("Nora")
    begun = press_sign_in(browser, turn_away(browser, "/blocked"))
    browser.client.get(browser.answer(begun, listener, answer="cancel"))

    returned = browser.client.get(browser.answer(browser.go_to_spotify(), listener))

    assert returned.headers["Location"] == "/blocked"


def test_a_form_or_a_part_of_a_page_is_no_place_to_go_to(site):
    browser = site.browser()
    listener = site.add_listener("Nora")
    browser.client.get("/jobs/x/progress", headers={"HX-Request": "true"})
    site.app.config["WTF_CSRF_ENABLED"] = False
    browser.client.post("/playlists")

    returned = browser.client.get(browser.answer(browser.go_to_spotify(), listener))

    assert returned.headers["Location"] == "/"


def test_signing_in_again_from_a_page_leads_back_to_it(site):
    browser = site.browser()
    listener = site.add_listener("Nora")
    browser.sign_in(listener)
    page = browser.make_playlist(site)
    site.clock.move(days=20)
    for _ in range(8):
        browser.client.get("/")
        site.clock.move(days=20)

    assert f'href="/login?next={page}"' in browser.client.get(page).text
    authorize = browser.client.get(f"/login?next={page}").headers["Location"]
    assert browser.client.get(browser.answer(authorize, listener)).headers["Location"] == page
