"""A sign-in leads back to where the listener was going, and never to another site."""

import pytest

from web.destination import MAX_CHARACTERS, is_local

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


def test_who_is_asked_to_sign_in_comes_to_the_page_they_wanted(site):
    browser = site.browser()
    listener = site.add_listener("Nora")

    turned_away = browser.client.get("/disconnect?from=mail")
    returned = browser.client.get(browser.answer(browser.go_to_spotify(), listener))
    again = browser.client.get(browser.answer(browser.go_to_spotify(), listener))

    assert turned_away.headers["Location"] == "/"
    assert returned.headers["Location"] == "/disconnect?from=mail"
    assert again.headers["Location"] == "/"  # once


def test_who_says_no_at_first_still_comes_to_the_page_they_wanted(site):
    browser = site.browser()
    listener = site.add_listener("Nora")
    browser.client.get("/blocked")
    browser.client.get(browser.answer(browser.go_to_spotify(), listener, answer="cancel"))

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
