"""How often one listener can have something made: what Spotify lets us ask is for all of them."""

import pytest

from store import allowance, libraries
from tests.support.standin import made_up_songs
from tests.support.website import Browser


def ask(nora: Browser, site, path, **form):
    """Post a form that starts a job, and let the worker work; return the answer."""
    answer = nora.client.post(path, data={"csrf_token": nora.token, **form})
    site.work()
    return answer


@pytest.fixture
def nora(site):
    browser = site.browser()
    browser.listener = site.add_listener("Nora", saved=400)
    browser.sign_in(browser.listener)
    browser.address = browser.make_playlist(site)
    browser.token = browser.csrf_token()
    return browser


def count_calls(site):
    return sum(one.path.startswith("/v1") for one in site.standin.state.requests)


def test_whatever_a_listener_posts_it_is_at_most_200_calls_an_hour_and_they_read_why(site, nora):
    answers = [
        answer
        for _ in range(40)
        for answer in (
            ask(nora, site, f"{nora.address}/refresh", reread="on"),
            ask(nora, site, f"{nora.address}/save", as_new="on"),
        )
    ]

    assert 150 < count_calls(site) <= 200
    assert answers[0].status_code == 303
    assert answers[-1].status_code == 429
    assert "You have had a lot made in a short time" in answers[-1].text
    assert "please wait 60 minutes, then try again" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) == 3_600


def test_an_hour_later_there_is_room_again(site, nora):
    while ask(nora, site, f"{nora.address}/refresh", reread="on").status_code == 303:
        pass
    wait = int(ask(nora, site, f"{nora.address}/refresh", reread="on").headers["Retry-After"])

    site.clock.move(seconds=wait - 1)
    before = ask(nora, site, f"{nora.address}/refresh", reread="on").status_code
    site.clock.move(seconds=1)
    after = ask(nora, site, f"{nora.address}/refresh", reread="on").status_code

    assert (before, after) == (429, 303)


def test_a_day_has_a_ceiling_of_its_own(site, nora):
    for _ in range(6):
        while ask(nora, site, f"{nora.address}/refresh", reread="on").status_code == 303:
            pass
        site.clock.move(minutes=60)
    refused = ask(nora, site, f"{nora.address}/refresh", reread="on")

    assert count_calls(site) <= allowance.ALLOWANCES[1].calls
    assert "hours, then try again" in refused.text


def test_stopping_what_is_made_again_and_again_is_too_much_as_well(site, nora):
    for _ in range(allowance.ALLOWANCES[0].jobs):
        answer = nora.client.post(f"{nora.address}/refresh", data={"csrf_token": nora.token})
        if answer.status_code == 429:
            break
        nora.client.post(f"{answer.headers['Location']}/cancel", data={"csrf_token": nora.token})

    assert answer.status_code == 429
    assert count_calls(site) < 200


def test_a_first_reading_of_any_size_is_allowed_and_counts_for_the_next(make_site):
    site = make_site()
    nora = site.browser()
    # More songs than 200 calls can read.
    listener = site.standin.state.add_listener("Nora", [*site.songs[:400], *made_up_songs(10_100)])
    nora.sign_in(listener)
    nora.token = nora.csrf_token()

    made = nora.make_playlist(site)
    n_calls = count_calls(site)
    refused = ask(nora, site, f"{made}/refresh")
    site.clock.move(hours=1, seconds=1)
    again = ask(nora, site, f"{made}/refresh")

    assert n_calls > 200
    assert (refused.status_code, again.status_code) == (429, 303)


def test_a_reading_of_all_that_would_be_too_much_is_not_begun(site, nora):
    kept = libraries.load(site.database, nora.listener.account_id)
    libraries.save(site.database, kept.__class__(**{**kept.__dict__, "total": 9_500}))
    before = count_calls(site)

    refused = ask(nora, site, f"{nora.address}/refresh", reread="on")

    assert (refused.status_code, count_calls(site)) == (429, before)
    assert ask(nora, site, f"{nora.address}/refresh").status_code == 303
