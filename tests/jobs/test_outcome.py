"""How long a job is parked, how long it lives at most, and what is logged of an unforeseen error."""

from datetime import timedelta
from functools import partial

import pytest

from jobs.outcome import DEFAULT_PAUSE, MAX_LIFE, record_end
from jobs.run import Parts, Run
from spotify import MAX_LIST_LAG
from standin.effects import hide_after_writing
from standin.faults import Answer, Fault
from standin.named_faults import refused
from store import jobs, runs

SAVED, CREATE, LISTS = "GET /v1/me/tracks", "POST /v1/me/playlists", "GET /v1/me/playlists"
# A creation that is done, gets no answer, and is in no list for half a minute.
DONE_UNSEEN = Fault(then=partial(hide_after_writing, 30.0), answer=Answer(502))


def limit(retry_after):
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return refused(429, "API rate limit exceeded", headers)


@pytest.fixture
def load_job(site, nora, browser):
    """Start a job that waits; call the fixture for its current row."""
    job_id = browser.post("/playlists").headers["Location"].rpartition("/")[2]
    return lambda: jobs.get(site.database, job_id, nora.account_id)


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [
        (None, DEFAULT_PAUSE),
        ("0", MAX_LIST_LAG),
        ("1", MAX_LIST_LAG),
        ("61", timedelta(seconds=61)),
        ("999999999999999", timedelta(days=1)),
    ],
)
def test_a_job_is_parked_for_a_minute_at_least_and_a_day_at_most(site, load_job, retry_after, pause):
    site.standin.state.faults.add(SAVED, limit(retry_after), times=None)

    site.work()

    job = load_job()
    assert (job.state, job.parked_until - site.clock.now()) == ("parked", pause)


def test_a_job_that_is_parked_again_and_again_fails_by_name_within_three_days(site, load_job):
    site.standin.state.faults.add(SAVED, limit("40000"), times=None)
    n_parked = 0

    site.work()
    while (job := load_job()).state == "parked":
        n_parked += 1
        site.clock.at = job.parked_until
        site.work()

    assert (job.state, job.error, job.parked_until) == ("failed", "RateLimited", None)
    assert n_parked == MAX_LIFE.total_seconds() // 40000 == 6


@pytest.mark.parametrize(("retry_after", "times"), [("1", 4), ("21", 1)])
def test_a_short_pause_makes_no_second_playlist_of_one_that_no_list_shows_yet(
    site, nora, load_job, retry_after, times
):
    site.standin.state.faults.add(CREATE, DONE_UNSEEN)
    site.standin.state.faults.add(LISTS, limit(retry_after), times=times)
    site.work()
    assert load_job().state == "parked"

    site.clock.at = load_job().parked_until
    site.work()
    site.clock.move(minutes=2)

    assert load_job().state == "done"
    assert [len(playlist.entries) for playlist in nora.playlists] == [50]


def test_an_unforeseen_error_is_logged_even_where_the_job_was_lost_meanwhile(site, load_job, caplog):
    job = runs.claim(site.database, load_job().id, "first")

    with record_end(Run(job, "first", Parts(site.settings, site.database, None))):
        site.clock.move(minutes=2)
        runs.claim(site.database, job.id, "second")
        raise ZeroDivisionError("nobody foresaw this")

    assert "ZeroDivisionError: nobody foresaw this" in caplog.text
    assert load_job().state == "running"
