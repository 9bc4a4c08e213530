"""Who asks too often: refused with a page that says for how long, and little is kept of it."""

import json

import pytest
from sqlalchemy import func, select

from store import tables
from tests.support.servers import running_redis
from web.rate_limits import MAX_CHANGES, MAX_SIGN_INS

N_SIGN_INS, N_CHANGES = (int(limit.split()[0]) for limit in (MAX_SIGN_INS, MAX_CHANGES))


def count_rows(site):
    with site.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(tables.sessions))


@pytest.mark.slow
def test_2000_sign_ins_that_are_begun_from_one_address_leave_few_rows(site):
    answers = [site.browser().client.get("/login") for _ in range(2_000)]

    # Two web processes without Redis count by themselves.
    assert count_rows(site) == N_SIGN_INS <= 60 / 2
    assert {answer.status_code for answer in answers[N_SIGN_INS:]} == {429}
    assert all(0 < int(answer.headers["Retry-After"]) <= 3_600 for answer in answers[N_SIGN_INS:])
    assert "please wait 60 minutes, then try again" in answers[-1].text
    assert "Set-Cookie" not in answers[-1].headers


def test_strangers_who_look_at_any_page_leave_no_row(site):
    for address in ("/", "/history", "/playlists/x", "/?next=/history", "/callback", "/nowhere") * 5:
        answer = site.browser().client.get(address, follow_redirects=True)
        assert "Set-Cookie" not in answer.headers, address

    assert count_rows(site) == 0


def test_many_sign_ins_that_are_begun_in_one_browser_leave_a_small_row(site):
    browser = site.browser()
    for _ in range(N_SIGN_INS - 1):
        browser.client.get("/login")

    with browser.client.session_transaction() as kept:
        assert len(json.dumps(dict(kept))) < 5_000
    assert "Nora" in browser.sign_in(site.add_listener("Nora")).text


def test_the_fifth_tab_still_signs_in_by_the_first_ones_address(site):
    browser, nora = site.browser(), site.add_listener("Nora")
    first, *_ = [browser.go_to_spotify() for _ in range(5)]

    assert browser.client.get(browser.answer(first, nora)).status_code == 302
    assert "Nora" in browser.client.get("/").text


@pytest.mark.parametrize(
    ("address", "is_same"),
    [("192.0.2.1", False), ("2001:db8::1:0:0:2", True), ("2001:db8:0:1::1", False), ("nonsense", False)],
)
def test_addresses_are_counted_apart_but_those_of_one_home_together(make_site, address, is_same):
    site = make_site(PROXY_HOPS="1")
    for _ in range(N_SIGN_INS):
        site.browser().client.get("/login", headers={"X-Forwarded-For": "2001:db8::1"})

    answer = site.browser().client.get("/login", headers={"X-Forwarded-For": address})

    assert (answer.status_code == 429) == is_same


def test_a_listener_who_posts_without_end_is_refused_and_others_are_not(site):
    nora, ole = site.browser(), site.browser()
    nora.sign_in(site.add_listener("Nora"))
    ole.sign_in(site.add_listener("Ole"))

    answers = [nora.client.post("/logout", data={"csrf_token": "forged"}) for _ in range(N_CHANGES + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {400}
    assert answers[-1].status_code == 429
    assert "please wait a minute, then try again" in answers[-1].text
    assert nora.client.get("/").status_code == 200
    assert ole.post("/playlists").status_code == 303


def test_with_redis_all_processes_count_together(make_site, redis_url):
    one, two = (make_site(REDIS_URL=redis_url) for _ in range(2))
    for _ in range(N_SIGN_INS):
        one.browser().client.get("/login")

    assert two.browser().client.get("/login").status_code == 429


def test_without_its_redis_a_process_counts_by_itself(make_site, redis_url, tmp_path):
    with running_redis(tmp_path) as url:
        site = make_site(REDIS_URL=url)

    statuses = [site.browser().client.get("/login").status_code for _ in range(N_SIGN_INS + 1)]

    assert statuses == [302] * N_SIGN_INS + [429]
