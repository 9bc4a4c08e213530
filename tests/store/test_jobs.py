"""Jobs: one live per account, started, listed and cancelled."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from store import jobs, runs, tables
from store.errors import AccountForgotten, JobCancelled
from tests.support.database import PLAYLIST, START
from tests.support.threads import at_once

IN_AN_HOUR = START + timedelta(hours=1)


def test_a_new_job_waits(database):
    job, is_new = jobs.start(database, "lisa", as_new=True)

    assert is_new
    assert (job.state, job.stage, job.done, job.total, job.runs) == ("waiting", "", 0, None, 0)
    assert (job.error, job.playlist_id, job.as_new, job.reread) == (None, None, True, False)
    assert (job.parked_until, job.cancel_asked, job.calls) == (None, False, 0)
    assert job.created_at == job.heartbeat == START
    # 16 bytes, six bits a character.
    assert len(job.id) == 22
    assert jobs.get(database, job.id, "lisa") == jobs.get_live(database, "lisa") == job


def test_a_job_is_shown_to_its_listener_only(database, claimed):
    assert jobs.get(database, claimed.id, "lisa") == claimed
    assert jobs.get(database, claimed.id, "omar") is None
    assert jobs.get(database, "no-such-job", "lisa") is None
    assert jobs.get_live(database, "omar") is None


def test_a_job_knows_that_the_library_is_to_be_read_again(database):
    job, _ = jobs.start(database, "lisa", reread=True)

    assert runs.claim(database, job.id, "a-runner").reread


def test_jobs_that_have_ended_are_counted_by_how_they_did(database):
    for account_id, error in [("lisa", None), ("omar", "RateLimited"), ("lisa", "RateLimited")]:
        job, _ = jobs.start(database, account_id)
        runs.claim(database, job.id, "a-runner")
        if error:
            runs.fail(database, job.id, "a-runner", error)
        else:
            runs.finish(database, job.id, "a-runner", replace(PLAYLIST, account_id=account_id))
    stopped, _ = jobs.start(database, "omar", kind="draft")
    jobs.cancel(database, stopped.id, "omar")
    jobs.start(database, "lisa")

    ended = [
        jobs.Ended("make", "failed", "RateLimited", 2),
        jobs.Ended("draft", "cancelled", None, 1),
        jobs.Ended("make", "done", None, 1),
    ]
    assert jobs.count_ended(database, timedelta(hours=1)) == ended
    database.clock.move(hours=2)
    assert jobs.count_ended(database, timedelta(hours=1)) == []


def test_no_job_is_started_for_an_account_that_is_not_there(database):
    with pytest.raises(AccountForgotten):
        jobs.start(database, "nobody")


@pytest.mark.parametrize("is_claimed", [False, True])
def test_a_live_job_is_returned_instead_of_a_second(database, is_claimed):
    first, _ = jobs.start(database, "lisa")
    if is_claimed:
        runs.claim(database, first.id, "a-runner")

    second, is_new = jobs.start(database, "lisa", as_new=True)

    assert not is_new
    assert (second.id, second.as_new) == (first.id, False)


def test_another_job_can_start_when_the_last_has_ended(database, claimed):
    runs.fail(database, claimed.id, "first", "RateLimited")

    again, is_new = jobs.start(database, "lisa")

    assert is_new
    assert again.id != claimed.id


def test_starting_at_once_makes_one_job_per_account(database):
    accounts = ["lisa", "omar"]

    started = at_once(8, lambda number: jobs.start(database, accounts[number % 2]))

    assert sum(is_new for _, is_new in started) == 2
    assert len({job.id for job, _ in started}) == 2


def test_the_database_itself_refuses_a_second_live_job(database, claimed):
    row = {"account_id": "lisa", "state": "waiting", "stage": "", "done": 0, "as_new": False, "runs": 0}

    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(tables.jobs).values(id="second", created_at=START, heartbeat=START, **row))


def test_due_jobs_are_listed_oldest_first(database):
    for account_id in ("omar", "lisa", "mia"):
        jobs.start(database, account_id)
        database.clock.move(seconds=1)

    assert [job.account_id for job in jobs.list_due(database)] == ["omar", "lisa", "mia"]


def test_due_are_the_waiting_the_parked_whose_time_has_come_and_the_stale(database):
    waiting, parked, stale, alive = (
        jobs.start(database, account_id)[0] for account_id in ("lisa", "omar", "mia", "noor")
    )
    for job in (parked, stale, alive):
        runs.claim(database, job.id, "first")
    runs.park(database, parked.id, "first", START + timedelta(seconds=50), "RateLimited")

    at_first = {job.id for job in jobs.list_due(database)}
    database.clock.move(seconds=55)
    runs.heartbeat(database, alive.id, "first")
    soon = {job.id for job in jobs.list_due(database)}
    database.clock.move(seconds=6)
    later = {job.id for job in jobs.list_due(database)}

    assert at_first == {waiting.id}
    assert soon == {waiting.id, parked.id}
    assert later == {waiting.id, parked.id, stale.id}


FREE = {
    "waiting": lambda database, job: None,
    "parked": lambda database, job: (
        runs.claim(database, job.id, "first"),
        runs.park(database, job.id, "first", IN_AN_HOUR, "RateLimited"),
    ),
    "stale": lambda database, job: (
        runs.claim(database, job.id, "first"),
        database.clock.move(seconds=61),
    ),
}


@pytest.mark.parametrize("leave", FREE.values(), ids=FREE)
def test_a_job_that_no_runner_holds_is_cancelled_at_once(database, leave):
    job, _ = jobs.start(database, "lisa")
    leave(database, job)

    assert jobs.cancel(database, job.id, "lisa")

    ended = jobs.get(database, job.id, "lisa")
    assert (ended.state, ended.parked_until) == ("cancelled", None)
    database.clock.move(days=1)
    assert runs.claim(database, job.id, "second") is None
    assert jobs.get_live(database, "lisa") is None
    assert jobs.list_due(database) == []


def test_only_a_live_job_of_ones_own_can_be_cancelled(database, claimed):
    assert not jobs.cancel(database, claimed.id, "omar")
    runs.progress(database, claimed.id, "first", "read")
    runs.finish(database, claimed.id, "first", PLAYLIST)

    assert not jobs.cancel(database, claimed.id, "lisa")
    assert not jobs.cancel(database, "no-such-job", "lisa")
    assert jobs.get(database, claimed.id, "lisa").state == "done"


def test_cancelling_and_claiming_at_once_leaves_no_job_that_nobody_ends(database):
    for _ in range(10):
        job, _ = jobs.start(database, "lisa")

        claim, was_cancelled = at_once(
            2,
            lambda number, job=job: (
                jobs.cancel(database, job.id, "lisa") if number else runs.claim(database, job.id, "a-runner")
            ),
        )

        assert was_cancelled
        if claim:
            with pytest.raises(JobCancelled):
                runs.progress(database, job.id, "a-runner", "read")
            runs.end_cancelled(database, job.id, "a-runner")
        assert jobs.get(database, job.id, "lisa").state == "cancelled"


def ended(database, account_id, state="failed", playlist=None):
    """Run a job that ends in `state`, move the clock on by a second, and return the job's id."""
    job, _ = jobs.start(database, account_id)
    runs.claim(database, job.id, "a-runner")
    if playlist:
        runs.remember_playlist(database, job.id, "a-runner", playlist)
    if state == "cancelled":
        runs.end_cancelled(database, job.id, "a-runner")
    else:
        runs.fail(database, job.id, "a-runner", "Unclear")
    database.clock.move(seconds=1)
    return job.id


def could_have_created(database, account_id, n_runs=1):
    job, _ = jobs.start(database, account_id)
    for runner in range(n_runs):
        job = runs.claim(database, job.id, str(runner))
        database.clock.move(minutes=2)
    return job.id, [each.id for each in jobs.list_possible_creators(database, job)]


def test_a_first_job_has_no_playlist_to_look_for(database):
    _, found = could_have_created(database, "lisa")

    assert found == []


def test_a_job_that_ran_before_may_have_created_a_playlist(database):
    job_id, found = could_have_created(database, "lisa", n_runs=2)

    assert found == [job_id]


def test_a_job_that_was_parked_after_calls_may_have_created_a_playlist(database, claimed):
    later = START + timedelta(hours=1)
    runs.park(database, claimed.id, "first", later, "RateLimited", calls=3)
    database.clock.at = later
    again = runs.claim(database, claimed.id, "second")

    assert (again.runs, jobs.list_possible_creators(database, again)) == (1, [again])


def test_jobs_that_ended_without_a_playlist_may_have_created_one(database):
    failed, cancelled = ended(database, "lisa"), ended(database, "lisa", "cancelled")
    ended(database, "omar")

    _, found = could_have_created(database, "lisa")

    assert found == [failed, cancelled]


def test_a_later_job_that_had_a_playlist_has_looked_for_those_before_it(database):
    ended(database, "lisa")
    ended(database, "lisa", playlist=PLAYLIST)
    after = ended(database, "lisa")

    _, found = could_have_created(database, "lisa")

    assert found == [after]


SET_BACK = {
    "running": lambda database, job: runs.claim(database, job.id, "first"),
    "parked": FREE["parked"],
}


@pytest.mark.parametrize("leave", SET_BACK.values(), ids=SET_BACK)
def test_a_clock_that_is_set_back_keeps_nobody_from_a_job_whose_runner_has_died(database, leave):
    job, _ = jobs.start(database, "lisa")
    leave(database, job)

    database.clock.set_back(hours=3)

    assert [each.id for each in jobs.list_due(database)] == [job.id]
    assert runs.claim(database, job.id, "second")


@pytest.mark.parametrize("leave", SET_BACK.values(), ids=SET_BACK)
def test_a_job_is_stopped_at_once_though_the_clock_was_set_back_after_its_runner_died(database, leave):
    job, _ = jobs.start(database, "lisa")
    leave(database, job)

    database.clock.set_back(hours=3)

    assert jobs.cancel(database, job.id, "lisa")
    assert jobs.get(database, job.id, "lisa").state == "cancelled"
    assert jobs.start(database, "lisa")[1]


def test_machines_whose_clocks_differ_by_seconds_leave_each_other_their_jobs(database, claimed):
    database.clock.set_back(seconds=10)

    assert runs.claim(database, claimed.id, "second") is None


def test_a_job_that_was_started_before_the_clock_was_set_back_has_not_waited(database):
    jobs.start(database, "lisa")

    database.clock.set_back(hours=3)

    assert jobs.measure_wait(database) == timedelta(0)


def test_a_runner_that_may_have_lived_a_moment_ago_is_known_by_its_stage(database, claimed):
    runs.progress(database, claimed.id, "first", "write")

    database.clock.set_back(hours=3)
    after_a_jump = runs.claim(database, claimed.id, "second")
    database.clock.move(seconds=61)
    after_silence = runs.claim(database, claimed.id, "third")

    assert (after_a_jump.stage, after_silence.stage) == ("write", "")
