"""Signing in, as a listener and as somebody who means harm would."""

import json
import re
from base64 import b64decode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from spotify import scopes
from standin.faults import Answer, Fault, Sent
from startup import SESSION_COOKIE
from store import tables, tokens


def test_a_listener_signs_in_and_is_greeted_by_name(site):
    listener = site.add_listener("Nora")

    page = site.browser().sign_in(listener)

    assert page.status_code == 200
    assert "Nora" in page.text
    assert "Make my playlist" in page.text


def test_the_way_to_spotify_carries_state_and_pkce_and_the_four_scopes(site):
    asked = {
        name: values[0] for name, values in parse_qs(urlsplit(site.browser().go_to_spotify()).query).items()
    }

    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 20
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/callback"
    assert set(asked["scope"].split()) == set(scopes.ALL)


def test_the_redirect_address_never_comes_from_the_request(site):
    client = site.browser().client
    sent = client.get("/login", headers={"X-Forwarded-Host": "evil.example"})
    away = client.get("/login", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})

    assert parse_qs(urlsplit(sent.headers["Location"]).query)["redirect_uri"] == [
        "http://127.0.0.1:8000/callback"
    ]
    assert away.headers["Location"] == "http://127.0.0.1:8000/login"


def test_a_forged_state_is_refused(site):
    browser = site.browser()
    returned = browser.answer(browser.go_to_spotify(), site.add_listener("Nora"))
    code = parse_qs(urlsplit(returned).query)["code"][0]

    refused = browser.client.get(f"/callback?code={code}&state=forged")

    assert refused.status_code == 400
    assert "Sign-in was not completed" in refused.text
    assert site.standin.state.count("POST /api/token") == 0


def test_a_return_that_another_browser_began_is_refused(site):
    listener = site.add_listener("Nora")
    begun = site.browser()
    returned = begun.answer(begun.go_to_spotify(), listener)

    refused = site.browser().client.get(returned)

    assert refused.status_code == 400


def test_state_and_code_work_once(site):
    browser = site.browser()
    returned = browser.answer(browser.go_to_spotify(), site.add_listener("Nora"))
    browser.client.get(returned)

    browser.post("/logout")
    replayed = browser.client.get(returned)

    assert replayed.status_code == 400
    assert site.standin.state.count("POST /api/token") == 1


def go_home(browser, answered):
    """Follow an answer that must lead home, and return the page."""
    assert (answered.status_code, answered.headers["Location"]) == (302, "/"), answered.text
    return browser.client.get("/").text


@pytest.mark.parametrize("headers", [{}, {"Sec-Purpose": "prefetch"}], ids=["reload", "prefetch"])
def test_a_return_that_comes_twice_leads_whoever_is_signed_in_home(site, headers):
    browser = site.browser()
    returned = browser.answer(browser.go_to_spotify(), site.add_listener("Nora"))
    first = browser.client.get(returned, headers=headers)

    again = browser.client.get(returned)

    assert first.status_code == 302
    assert "Nora" in go_home(browser, again)
    assert site.standin.state.count("POST /api/token") == 1


def test_a_look_at_the_return_by_head_does_not_use_it_up(site):
    browser = site.browser()
    returned = browser.answer(browser.go_to_spotify(), site.add_listener("Nora"))

    browser.client.head(returned)

    assert "Nora" in go_home(browser, browser.client.get(returned))


def test_the_return_of_a_second_tab_leads_home_too(site):
    browser, nora = site.browser(), site.add_listener("Nora")
    one, two = browser.go_to_spotify(), browser.go_to_spotify()

    browser.client.get(browser.answer(one, nora))
    second = browser.client.get(browser.answer(two, nora))

    assert "Nora" in go_home(browser, second)


def test_a_return_that_comes_again_during_another_sign_in_leads_where_the_listener_was_going(site):
    browser, nora = site.browser(), site.add_listener("Nora")
    returned = browser.answer(browser.go_to_spotify(), nora)
    browser.client.get(returned)
    browser.client.get("/login?next=/history")

    assert browser.client.get(returned).headers["Location"] == "/history"


@pytest.mark.parametrize("query", ["", "?code=x&state=forged", "?error=access_denied&state=forged"])
def test_a_return_with_a_wrong_state_changes_nothing_for_whoever_is_signed_in(site, query):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    before = browser.client.get_cookie(SESSION_COOKIE).value

    page = go_home(browser, browser.client.get(f"/callback{query}"))

    assert "Nora" in page
    assert browser.client.get_cookie(SESSION_COOKIE).value == before
    assert site.standin.state.count("POST /api/token") == 1


def test_a_new_sign_in_that_fails_is_told_to_whoever_is_signed_in(site):
    browser, nora = site.browser(), site.add_listener("Nora")
    browser.sign_in(nora)
    returned = browser.answer(browser.go_to_spotify(), nora)
    site.standin.close()

    assert "Sign-in was not completed" in browser.client.get(returned).text


@pytest.mark.parametrize("next_page", ["", "?next=/history"])
def test_a_return_that_comes_again_while_the_first_is_being_read_signs_nobody_out(site, next_page):
    browser, again = site.browser(), site.browser()
    returned = browser.answer(
        browser.client.get(f"/login{next_page}").headers["Location"], site.add_listener("Nora")
    )
    again.client.set_cookie(SESSION_COOKIE, browser.client.get_cookie(SESSION_COOKIE).value)
    seconds = []
    meanwhile = Fault(then=lambda _: seconds.append(again.client.get(returned)))
    site.standin.state.faults.add("GET /v1/me", meanwhile, times=1)

    first = browser.client.get(returned)

    (second,) = seconds
    assert (second.status_code, second.headers["Location"]) == (302, "/")
    assert "Set-Cookie" not in second.headers, "it may arrive after the cookie of the first"
    assert first.status_code == 302
    page = browser.client.get("/").text
    assert "Nora" in page
    assert "not completed" not in page


def change_token_answer(site, change):
    """Let Spotify's next token be answered with a changed object."""

    def then(response):
        response.set_data(json.dumps(change(json.loads(response.get_data()))))

    site.standin.state.faults.add("POST /api/token", Fault(then=then), times=1)


@pytest.mark.parametrize(
    "without",
    [lambda granted: granted.pop("scope"), lambda granted: granted.update(scope=None)],
    ids=["absent", "null"],
)
def test_an_answer_without_scope_allows_what_was_asked_for(site, without):
    listener = site.add_listener("Nora")
    change_token_answer(site, lambda granted: (without(granted), granted)[1])
    browser = site.browser()

    assert "Nora" in browser.sign_in(listener).text
    assert tokens.load_token(site.database, listener.account_id).scopes == frozenset(scopes.ALL)
    assert browser.make_playlist(site)


@pytest.mark.parametrize("scope", ["", scopes.ALL[0]])
def test_an_answer_with_fewer_scopes_is_still_refused(site, scope):
    change_token_answer(site, lambda granted: {**granted, "scope": scope})
    browser = site.browser()

    refused = browser.client.get(browser.answer(browser.go_to_spotify(), site.add_listener("Nora")))

    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("lifetime", "status"),
    [(3600, 302), (10**30, 302), (10**400, 302), (-(10**400), 302), (float("inf"), 400), ("soon", 400)],
    ids=["an hour", "30 zeros", "400 zeros", "minus 400 zeros", "infinite", "no number"],
)
def test_any_lifetime_of_a_token_ends_in_a_sign_in_or_a_refusal(site, lifetime, status):
    change_token_answer(site, lambda granted: {**granted, "expires_in": lifetime})
    browser = site.browser()

    returned = browser.client.get(browser.answer(browser.go_to_spotify(), site.add_listener("Nora")))

    assert returned.status_code == status


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b"", b"7"], ids=["lists", "objects", "", "7"]
)
def test_an_answer_that_is_no_token_is_a_refusal(site, body, status):
    site.standin.state.faults.add("POST /api/token", Fault(answer=Answer(status, body)), times=1)
    browser = site.browser()

    returned = browser.client.get(browser.answer(browser.go_to_spotify(), site.add_listener("Nora")))

    assert returned.status_code == 400


def test_a_code_that_spotify_does_not_know_is_refused(site, caplog):
    browser = site.browser()
    state = parse_qs(urlsplit(browser.go_to_spotify()).query)["state"][0]

    page = go_home(browser, browser.client.get(f"/callback?code=made-up-code&state={state}"))

    assert "Sign-in was not completed" in page
    assert "made-up-code" not in page
    assert "invalid_grant" in caplog.text
    assert "made-up-code" not in caplog.text


def test_a_cancelled_consent_is_not_scolded(site):
    browser = site.browser()
    returned = browser.answer(browser.go_to_spotify(), site.add_listener("Nora"), answer="cancel")

    page = browser.client.get(returned)

    assert page.status_code == 200
    assert "You have not signed in" in page.text
    assert "Nothing was changed" in page.text
    assert 'href="/login"' in page.text


def test_a_return_without_anything_is_refused(site):
    assert site.browser().client.get("/callback").status_code == 400


def test_the_session_gets_a_new_id_at_sign_in(site):
    browser = site.browser()
    returned = browser.answer(browser.go_to_spotify(), site.add_listener("Nora"))
    before = browser.client.get_cookie(SESSION_COOKIE).value

    browser.client.get(returned)

    assert browser.client.get_cookie(SESSION_COOKIE).value != before
    thief = site.browser()
    thief.client.set_cookie(SESSION_COOKIE, before)
    assert "Nora" not in thief.client.get("/").text


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site):
    cookie = site.browser().client.get("/login").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # the site is at http://127.0.0.1


def test_behind_https_the_cookie_never_travels_in_the_clear(make_site):
    cookie = (
        make_site(PUBLIC_URL="https://songs.example").browser().client.get("/login").headers["Set-Cookie"]
    )

    assert "Secure" in cookie


def test_the_cookie_has_a_name_of_our_own(site):
    """Whatever else runs at 127.0.0.1 leaves a cookie `session` there."""
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))

    browser.client.set_cookie("session", "of-another-application")

    assert "Nora" in browser.client.get("/").text


def test_the_cookie_holds_no_token_and_no_secret_of_the_sign_in(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))

    cookie = browser.client.get_cookie(SESSION_COOKIE).value

    padded = cookie.partition(".")[0] + "=="
    assert re.fullmatch(r'"[\w-]{43}"', b64decode(padded).decode())  # an id of 256 bits, nothing else


def test_the_cookie_lasts_30_days_from_the_last_hour_of_a_visit(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    first = browser.client.get_cookie(SESSION_COOKIE)
    site.clock.move(minutes=59)
    at_once = browser.client.get("/")
    site.clock.move(minutes=1)
    later = browser.client.get("/")

    assert first.max_age == 30 * 24 * 3600
    assert "Set-Cookie" not in at_once.headers
    assert "Max-Age=2592000;" in later.headers["Set-Cookie"]
    assert browser.client.get_cookie(SESSION_COOKIE).value == first.value


@pytest.mark.parametrize("cookie", ["", "x", "bm90LXNpZ25lZA.x", "a.b.c", "é"])
def test_a_forged_cookie_is_a_stranger(site, cookie):
    browser = site.browser()
    browser.client.set_cookie(SESSION_COOKIE, cookie)

    assert "Sign in with Spotify" in browser.client.get("/").text


def test_a_visitor_who_only_looks_gets_no_cookie(site):
    assert "Set-Cookie" not in site.browser().client.get("/").headers


def test_two_listeners_at_once_never_see_each_other(site):
    nora, ole = site.browser(), site.browser()

    nora.sign_in(site.add_listener("Nora"))
    ole.sign_in(site.add_listener("Ole"))

    assert "Nora" in nora.client.get("/").text
    assert "Nora" not in ole.client.get("/").text
    assert "Ole" in ole.client.get("/").text


def test_signing_out_ends_the_session_for_good(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    old = browser.client.get_cookie(SESSION_COOKIE).value

    browser.post("/logout")

    assert "Nora" not in browser.client.get("/").text
    browser.client.set_cookie(SESSION_COOKIE, old)
    assert "Nora" not in browser.client.get("/").text


def test_signing_out_says_so(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))

    page = browser.client.get(browser.post("/logout").headers["Location"]).text

    assert "You have signed out" in page
    assert "Sign in with Spotify" in page


def test_signing_out_everywhere_ends_the_sessions_at_all_browsers_but_nobody_elses(site):
    nora = site.add_listener("Nora")
    phone, desk, ole = site.browser(), site.browser(), site.browser()
    phone.sign_in(nora)
    desk.sign_in(nora)
    ole.sign_in(site.add_listener("Ole"))
    lost = phone.client.get_cookie(SESSION_COOKIE).value

    assert 'action="/logout/everywhere"' in desk.client.get("/").text
    told = desk.client.get(desk.post("/logout/everywhere").location).text

    assert "You have signed out at every browser." in told
    for browser in (phone, desk):
        browser.client.set_cookie(SESSION_COOKIE, lost)
        assert "Nora" not in browser.client.get("/").text
    assert "Ole" in ole.client.get("/").text
    desk.sign_in(nora)
    assert "Nora" in desk.client.get("/").text


def test_disconnecting_is_asked_about_first_and_links_lead_there(site):
    browser = site.browser()
    listener = site.add_listener("Nora")
    browser.sign_in(listener)

    page = browser.client.get("/disconnect").text

    assert "Everything that is kept about you here is deleted at once" in page
    assert '<form method="post" action="/disconnect"' in page
    assert "Keep everything" in page
    for linking in ("/", "/privacy"):
        assert 'href="/disconnect"' in browser.client.get(linking).text
        assert 'action="/disconnect"' not in browser.client.get(linking).text
    assert "Nora" in browser.client.get("/").text


def test_signing_out_needs_a_post_with_a_token(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))

    assert browser.client.get("/logout").status_code == 405
    assert browser.client.post("/logout").status_code == 400
    assert "Nora" in browser.client.get("/").text


def test_spotify_out_of_reach_at_the_return_is_a_refusal_that_can_be_tried_again(site):
    browser = site.browser()
    returned = browser.answer(browser.go_to_spotify(), site.add_listener("Nora"))
    site.standin.close()

    page = browser.client.get(returned)

    assert page.status_code == 400
    assert "you can try again" in page.text


def test_a_drip_at_the_return_is_given_up(site, monkeypatch):
    monkeypatch.setattr("bounded_http.ANSWER_S", 0.1)
    browser = site.browser()
    returned = browser.answer(browser.go_to_spotify(), site.add_listener("Nora"))
    site.standin.state.faults.add("POST /api/token", Fault(sent=Sent.DRIPPING, drip_s=2.0))

    page = browser.client.get(returned)

    assert page.status_code == 400
    assert "you can try again" in page.text


def come_back(site, browser, days):
    """Let days pass, with visits so that the session does not end; return the page that the front one leads to."""
    for _ in range(days // 25):
        site.clock.move(days=25)
        browser.client.get("/")
    site.clock.move(days=days % 25)
    return browser.client.get("/", follow_redirects=True).text


@pytest.mark.parametrize(("days", "is_warned"), [(166, False), (167, True), (180, True)])
def test_two_weeks_before_the_six_months_are_over_the_pages_ask_for_a_new_sign_in(site, days, is_warned):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    playlist = browser.make_playlist(site)
    last_day = site.clock.now() + timedelta(days=181)

    front = come_back(site, browser, days)

    for page in (front, browser.client.get(playlist).text):
        assert ("A sign-in at Spotify lasts six months" in page) == is_warned
        assert (f"{last_day:%-d %B %Y}" in page) == is_warned


@pytest.mark.parametrize("days", [166, 167, 182])
@pytest.mark.parametrize("written", ["not at all", "for the sign-in before"])
def test_a_sign_in_that_an_older_program_saved_is_warned_of_in_time(site, days, written):
    """It does not know the column of the end: a new row has none, a renewed one that of before."""
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    ends_at = site.clock.now() + timedelta(days=1) if written == "for the sign-in before" else None
    with site.database.writing() as connection:
        connection.execute(update(tables.tokens).values(ends_at=ends_at))

    front = come_back(site, browser, days)

    assert ("A sign-in at Spotify lasts six months" in front) == (days == 167)
    assert ("The permission that you gave at Spotify has ended" in front) == (days == 182)


def test_using_the_sign_in_does_not_make_it_last_longer(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    come_back(site, browser, 100)

    browser.make_playlist(site)  # with a token that is renewed

    assert "A sign-in at Spotify lasts six months" in come_back(site, browser, 67)


def test_signing_in_again_ends_the_warning(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    come_back(site, browser, 170)

    page = browser.sign_in(listener).text

    assert "six months" not in page
    assert "A sign-in at Spotify lasts six months" in come_back(site, browser, 168)


def test_after_six_months_all_is_kept_but_a_new_playlist_needs_a_new_sign_in(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    playlist = browser.make_playlist(site)

    front = come_back(site, browser, 184)
    job = browser.post(f"{playlist}/refresh").headers["Location"]
    site.work()

    for page in (front, browser.client.get(playlist).text):
        assert "The permission that you gave at Spotify has ended" in page
        assert re.search(f'href="/login\\?next={playlist}[^"]*">sign in with Spotify again', page)
        assert page.count('<li class="song') == 50
    assert "Please sign in again" in browser.client.get(job).text
    browser.sign_in(listener)
    assert browser.make_playlist(site) == playlist
    assert "has ended" not in browser.client.get(playlist).text


def test_a_token_that_is_gone_reads_as_a_permission_that_has_ended(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    lease = tokens.lease(site.database, listener.account_id, 30)
    tokens.forget_token(site.database, listener.account_id, lease)

    assert "The permission that you gave at Spotify has ended" in browser.client.get("/").text
