"""How much all listeners together have had asked of Spotify within a day."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from store import allowance, jobs
from store.errors import BudgetSpent
from store.tables import jobs as job_rows
from store.tables import spent
from tests.support.database import START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def asked(database):
    """A database in which 100 calls count, of jobs and of what they no longer tell, and as many that do not."""
    for account_id, at, calls, noted in (
        ("lisa", START - HOUR, 40, 10),
        ("omar", START - 23 * HOUR, 50, 0),
        ("mia", START - DAY, 300, 0),
        ("noor", START + HOUR, 300, 0),
    ):
        job, _ = jobs.start(database, account_id)
        change = update(job_rows).where(job_rows.c.id == job.id)
        with database.writing() as connection:
            connection.execute(change.values(heartbeat=at, calls=calls, calls_noted=noted))
    with database.writing() as connection:
        for at, calls in ((START - 2 * HOUR, 20), (START - DAY, 300), (START + HOUR, 300)):
            connection.execute(insert(spent).values(who="somebody", at=at, calls=calls))
    return database


def test_what_jobs_tell_and_what_is_noted_of_a_day_adds_up(asked):
    assert allowance.count_all(asked) == 100


def test_nothing_was_asked_where_there_is_no_job(database):
    assert allowance.count_all(database) == 0


@pytest.mark.parametrize(("max_calls", "wait"), [(0, None), (101, None), (100, HOUR), (60, 22 * HOUR)])
def test_a_call_beyond_the_budget_of_a_day_waits_until_enough_no_longer_counts(asked, max_calls, wait):
    if wait is None:
        allowance.require_budget(asked, max_calls)
        return

    with pytest.raises(BudgetSpent) as refused:
        allowance.require_budget(asked, max_calls)

    assert refused.value.until == START + wait
