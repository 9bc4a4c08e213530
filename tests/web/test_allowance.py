"""How often one listener can have something made: what Spotify lets us ask is for all of them."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from store import allowance, libraries, runs, tables
from tests.support.standin import made_up_songs
from tests.support.website import Browser

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("half")]


@pytest.fixture
def half(monkeypatch):
    """Halve what is allowed: 100 calls an hour, which half as many jobs spend."""
    halved = [replace(each, calls=each.calls // 2, jobs=each.jobs // 2) for each in allowance.ALLOWANCES]
    monkeypatch.setattr(allowance, "ALLOWANCES", halved)
    monkeypatch.setattr(allowance, "MAX_CALLS", allowance.MAX_CALLS // 2)


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


def test_whatever_a_listener_posts_it_is_at_most_200_calls_an_hour_and_they_read_why(site, nora, monkeypatch):
    # What is really allowed.
    monkeypatch.undo()

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
    assert count_calls(site) < 100


def test_a_first_reading_of_any_size_is_allowed_and_counts_for_the_next(make_site):
    site = make_site()
    nora = site.browser()
    # More songs than 100 calls can read.
    listener = site.standin.state.add_listener("Nora", [*site.songs[:400], *made_up_songs(5_100)])
    nora.sign_in(listener)
    nora.token = nora.csrf_token()

    made = nora.make_playlist(site)
    n_calls = count_calls(site)
    refused = ask(nora, site, f"{made}/refresh")
    site.clock.move(hours=1, seconds=1)
    again = ask(nora, site, f"{made}/refresh")

    assert n_calls > 100
    assert (refused.status_code, again.status_code) == (429, 303)


def test_a_first_reading_is_the_first_though_playlists_were_listed_before(make_site):
    site = make_site()
    nora = site.browser()
    nora.sign_in(site.standin.state.add_listener("Nora", [*site.songs[:400], *made_up_songs(5_100)]))
    nora.token = nora.csrf_token()
    ask(nora, site, "/songs/playlists")

    page = ask(nora, site, "/playlists").headers["Location"]

    assert nora.client.get(page).status_code == 302, "it is made at once"


def test_a_first_reading_that_the_budget_of_all_interrupts_is_still_the_first(make_site):
    site = make_site(SPOTIFY_CALLS_A_DAY="110")
    nora = site.browser()
    # So many that more than 100 calls are left on the second day.
    nora.sign_in(site.standin.state.add_listener("Nora", [*site.songs[:400], *made_up_songs(10_100)]))

    page = nora.post("/playlists").headers["Location"]
    site.work()
    interrupted = nora.client.get(page).text
    site.clock.move(days=1, seconds=1)
    site.work()

    assert "as much as it may in a day, for all listeners" in interrupted
    assert nora.client.get(page).status_code == 302, "it is made"


def test_a_reading_of_all_that_would_be_too_much_is_not_begun(site, nora):
    kept = libraries.load(site.database, nora.listener.account_id)
    libraries.save(site.database, kept.__class__(**{**kept.__dict__, "total": 4_500}))
    before = count_calls(site)

    refused = ask(nora, site, f"{nora.address}/refresh", reread="on")

    assert (refused.status_code, count_calls(site)) == (429, before)
    assert ask(nora, site, f"{nora.address}/refresh").status_code == 303


def sign_in_again(nora, site):
    """Disconnect, and come back as the same listener."""
    nora.post("/disconnect")
    nora.sign_in(nora.listener)
    nora.token = nora.csrf_token()
    return ask(nora, site, "/playlists")


def test_whoever_disconnects_and_signs_in_again_has_no_more_made_for_it(site, nora):
    answers = [sign_in_again(nora, site) for _ in range(10)]

    assert 50 < count_calls_of_jobs(site) <= 100
    assert answers[0].status_code == 303
    assert answers[-1].status_code == 429
    assert "You have had a lot made in a short time" in answers[-1].text


def count_calls_of_jobs(site):
    """Return how many calls there were, but for those of a sign-in, which has limits of its own."""
    asked = [one for one in site.standin.state.requests if one.path.startswith("/v1")]
    return sum(one.path != "/v1/me" for one in asked)


def test_a_disconnect_that_is_a_day_ago_no_longer_counts(site, nora):
    while sign_in_again(nora, site).status_code == 303:
        pass

    site.clock.move(days=1, seconds=1)
    site.work()

    with site.database.reading() as connection:
        assert connection.execute(tables.spent.select()).all() == []
    assert ask(nora, site, "/playlists").status_code == 303


def test_a_disconnect_before_anything_was_asked_leaves_the_first_reading_to_the_next_time(make_site):
    site = make_site()
    nora = site.browser()
    nora.sign_in(site.add_listener("Nora"))
    first = nora.post("/playlists").headers["Location"].rpartition("/")[2]
    with site.database.reading() as connection:
        account_id = connection.scalar(select(tables.accounts.c.id))

    nora.post("/disconnect")

    with site.database.reading() as connection:
        assert [row.calls for row in connection.execute(tables.spent.select())] == [0]
    assert allowance.count_left(site.database, first, account_id) is None


def test_what_was_made_before_the_clock_was_set_back_keeps_nobody_waiting(site, nora):
    while ask(nora, site, f"{nora.address}/refresh", reread="on").status_code == 303:
        pass
    site.clock.move(hours=-3)

    assert ask(nora, site, f"{nora.address}/refresh", reread="on").status_code == 303


def test_what_is_kept_after_a_disconnect_names_nobody(site, nora):
    nora.post("/disconnect")

    with site.database.reading() as connection:
        [row, *_] = connection.execute(tables.spent.select()).all()
    assert re.fullmatch(r"[0-9a-f]{64}", row.who)
    assert row.who != hashlib.sha256(nora.listener.account_id.encode()).hexdigest()
    for page in ("/privacy", "/disconnect"):
        nora.sign_in(nora.listener)
        assert "names nobody" in nora.client.get(page).text


def test_disconnecting_while_something_is_made_counts_as_a_job(site, nora):
    ask_only = nora.client.post(f"{nora.address}/refresh", data={"csrf_token": nora.token})
    job_id = ask_only.location.rpartition("/")[2]
    runs.claim(site.database, job_id, "a runner")

    nora.post("/disconnect")

    with site.database.reading() as connection:
        calls = [row.calls for row in connection.execute(tables.spent.select())]
    assert len(calls) == 2
    assert allowance.USUAL_CALLS in calls


@pytest.fixture
def large(site):
    """A listener whose library takes more than 100 calls, which was read a day ago."""
    browser = site.browser()
    browser.listener = site.standin.state.add_listener("Nora", [*site.songs[:400], *made_up_songs(5_100)])
    browser.sign_in(browser.listener)
    browser.address = browser.make_playlist(site)
    browser.token = browser.csrf_token()
    site.clock.move(days=1, seconds=1)
    return browser


def test_a_reading_that_would_be_too_much_is_parked_says_why_and_goes_on(site, large):
    before = count_calls(site)

    begun = ask(large, site, f"{large.address}/refresh", reread="on")
    n_calls = count_calls(site) - before
    waiting = large.client.get(begun.location).text
    front = large.client.get(large.address).text
    site.clock.move(hours=1, seconds=1)
    site.work()
    done = large.client.get(begun.location)

    assert 75 < n_calls <= 100
    assert "You have had a lot made in a short time" in waiting
    assert "goes on by itself at" in waiting
    assert large.listener.playlists[0].name in front
    assert done.status_code == 302
    assert count_calls(site) - before < 2 * 100


def test_once_parked_what_was_asked_before_counts_for_the_day_alone(site, large):
    begun = ask(large, site, f"{large.address}/refresh", reread="on")
    large.client.post(f"{begun.location}/cancel", data={"csrf_token": large.token})
    refused = ask(large, site, f"{large.address}/refresh")
    site.clock.move(hours=1, seconds=1)

    assert refused.status_code == 429
    assert ask(large, site, f"{large.address}/refresh").status_code == 303


def spend(site, large, calls, **ago):
    """Note that calls were made for the listener some time ago."""
    database = site.database
    with database.writing() as connection:
        at = database.clock.now() - timedelta(**ago)
        allowance.note_spent(connection, database, large.listener.account_id, at, calls)


@pytest.mark.parametrize(
    ("spent", "waits"),
    [
        ([], {"hours": 1}),
        # The oldest leave room for what is still to be read.
        ([(90, {"hours": hours}) for hours in (20, 19, 18, 17, 16)], {"hours": 4}),
        ([(250, {"hours": 23}), (200, {"hours": 2})], {"hours": 1}),
    ],
    ids=["the hour's", "the day's", "both"],
)
def test_a_reading_that_is_too_much_goes_on_once_there_is_room_and_its_page_says_when(
    site, large, spent, waits
):
    form = {"csrf_token": large.token, "reread": "on"}
    begun = large.client.post(f"{large.address}/refresh", data=form).location
    # As by the earlier parts of a reading that takes a day.
    for calls, ago in spent:
        spend(site, large, calls, **ago)
    site.work()
    goes_on = site.clock.now() + timedelta(**waits)

    waiting = large.client.get(begun).text
    site.clock.move(**waits, seconds=-1)
    site.work()
    before = count_calls(site)
    site.clock.move(seconds=1)
    site.work()

    assert f'datetime="{goes_on:%Y-%m-%dT%H:%M}' in waiting
    assert count_calls(site) > before
