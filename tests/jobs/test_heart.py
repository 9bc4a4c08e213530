"""A run tells that it lives for as long as it does, whatever the database does meanwhile."""

import pytest
from sqlalchemy import text

from jobs.run import Parts, Run, heart_beating
from store import jobs, runs
from store.errors import JobLost
from store.job import STALE
from tests.support.worker_process import wait_until

FAILS = "cannot tell that it lives: (sqlite3.OperationalError) no such table: jobs"


@pytest.fixture
def run(site, monkeypatch):
    """A runner's hold on a job of somebody who has just asked for a playlist."""
    monkeypatch.setattr("jobs.run.HEARTBEAT_S", 0.01)
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    job_id = browser.post("/playlists").headers["Location"].rpartition("/")[2]
    job = runs.claim(site.database, job_id, "a runner")
    return Run(job, "a runner", Parts(site.settings, site.database, None))


def rename(site, before, after):
    with site.database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))


def beat_at(site, run):
    return jobs.get(site.database, run.job.id, run.job.account_id).heartbeat


def test_the_heart_goes_on_after_an_error_of_the_database(site, run, caplog):
    with heart_beating(run):
        rename(site, "jobs", "elsewhere")
        wait_until(lambda: FAILS in caplog.text)
        rename(site, "elsewhere", "jobs")
        site.clock.move(seconds=1)

        wait_until(lambda: beat_at(site, run) == site.clock.now())
        assert not run.is_over.is_set()
        run.wait(1)


def test_a_run_that_could_not_tell_for_too_long_is_over(site, run, caplog):
    with heart_beating(run):
        rename(site, "jobs", "elsewhere")
        wait_until(lambda: FAILS in caplog.text)
        site.clock.at += STALE
        caplog.clear()
        wait_until(lambda: FAILS in caplog.text)
        assert not run.is_over.is_set()
        site.clock.move(seconds=1)
        assert run.is_over.wait(10)
        rename(site, "elsewhere", "jobs")

        with pytest.raises(JobLost):
            run.wait(1)


def test_a_run_that_was_taken_over_is_over(site, run):
    site.clock.move(seconds=61)
    runs.claim(site.database, run.job.id, "another")

    with heart_beating(run):
        assert run.is_over.wait(10)
