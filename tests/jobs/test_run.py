"""A run keeps its heartbeat for as long as it lives, whatever the database does meanwhile."""

import pytest
from sqlalchemy import text

from jobs.run import Parts, Run, keep_alive
from store import jobs, runs
from store.errors import JobLost
from store.job import STALE
from tests.support.worker_process import wait_until

FAILURE = "cannot keep its heartbeat: (sqlite3.OperationalError) no such table: jobs"


@pytest.fixture
def run(site, browser, monkeypatch):
    """A run of a job of a listener who has just asked for a playlist."""
    monkeypatch.setattr("jobs.run.HEARTBEAT_S", 0.01)
    job_id = browser.post("/playlists").headers["Location"].rpartition("/")[2]
    job = runs.claim(site.database, job_id, "a runner")
    return Run(job, "a runner", Parts(site.settings, site.database, None))


def rename_table(site, before, after):
    with site.database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))


def load_heartbeat(site, run):
    return jobs.get(site.database, run.job.id, run.job.account_id).heartbeat


def test_the_heartbeat_goes_on_after_an_error_of_the_database(site, run, caplog):
    with keep_alive(run):
        rename_table(site, "jobs", "elsewhere")
        wait_until(lambda: FAILURE in caplog.text)
        rename_table(site, "elsewhere", "jobs")
        site.clock.move(seconds=1)

        wait_until(lambda: load_heartbeat(site, run) == site.clock.now())
        assert not run.is_over.is_set()
        run.wait(1)


def test_a_run_without_a_heartbeat_for_too_long_is_over(site, run, caplog):
    with keep_alive(run):
        rename_table(site, "jobs", "elsewhere")
        wait_until(lambda: FAILURE in caplog.text)
        site.clock.move(seconds=STALE.total_seconds())
        caplog.clear()
        wait_until(lambda: FAILURE in caplog.text)
        assert not run.is_over.is_set()
        site.clock.move(seconds=1)
        assert run.is_over.wait(10)
        rename_table(site, "elsewhere", "jobs")

        with pytest.raises(JobLost):
            run.wait(1)


def test_a_run_that_was_taken_over_is_over(site, run):
    site.clock.move(seconds=61)
    runs.claim(site.database, run.job.id, "another")

    with keep_alive(run):
        assert run.is_over.wait(10)


def test_a_clock_that_is_set_meanwhile_ends_no_run_and_changes_no_duration(site, run, caplog):
    with keep_alive(run):
        run.progress("read")
        site.clock.move(seconds=2)
        run.progress("mix")
        rename_table(site, "jobs", "elsewhere")
        site.clock.set_back(hours=-3)
        caplog.clear()
        wait_until(lambda: FAILURE in caplog.text)
        rename_table(site, "elsewhere", "jobs")
        site.clock.set_back(hours=6)

        assert not run.is_over.is_set()
        assert run.measure("done", "").stages_s == {"read": 2, "mix": 0}
