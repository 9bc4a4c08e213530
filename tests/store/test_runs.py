"""Runs of jobs: one runner at a time, and nothing lost when a runner dies."""

from datetime import timedelta

import pytest

from store import jobs, playlists, runs
from store.errors import JobCancelled, JobLost
from tests.support.database import PLAYLIST, START
from tests.support.threads import at_once

pytestmark = pytest.mark.slow

IN_AN_HOUR = START + timedelta(hours=1)


def test_claiming_at_once_is_won_by_one(database):
    job, _ = jobs.start(database, "lisa")

    claims = at_once(8, lambda number: runs.claim(database, job.id, f"runner {number}"))

    (won,) = (claim for claim in claims if claim)
    assert (won.state, won.runs) == ("running", 1)


def test_a_stale_job_claimed_at_once_is_won_by_one(database, claimed):
    database.clock.move(seconds=61)

    claims = at_once(8, lambda number: runs.claim(database, claimed.id, f"runner {number}"))

    (won,) = (claim for claim in claims if claim)
    assert won.runs == 2


def test_a_job_that_is_not_there_cannot_be_claimed(database):
    assert runs.claim(database, "no-such-job", "a-runner") is None


@pytest.mark.parametrize(("silent_s", "is_claimable"), [(0, False), (60, False), (61, True)])
def test_a_job_can_be_claimed_again_when_its_runner_has_gone_silent(
    database, claimed, silent_s, is_claimable
):
    database.clock.move(seconds=silent_s)

    assert (runs.claim(database, claimed.id, "second") is not None) == is_claimable


def test_progress_is_a_heartbeat(database, claimed):
    for _ in range(3):
        database.clock.move(seconds=59)
        runs.progress(database, claimed.id, "first", "read", 1, 2)

    assert runs.claim(database, claimed.id, "second") is None


def test_progress_is_shown(database, claimed):
    database.clock.move(seconds=5)

    runs.progress(database, claimed.id, "first", "read", 50, 120)

    job = jobs.get(database, claimed.id, "lisa")
    assert (job.stage, job.done, job.total) == ("read", 50, 120)
    assert job.heartbeat == START + timedelta(seconds=5)


def test_a_stage_without_counts_starts_at_none(database, claimed):
    runs.progress(database, claimed.id, "first", "read", 50, 120)
    runs.progress(database, claimed.id, "first", "mix")

    job = jobs.get(database, claimed.id, "lisa")
    assert (job.stage, job.done, job.total) == ("mix", 0, None)


def test_a_second_run_starts_over_but_knows_the_playlist(database, claimed):
    runs.remember_playlist(database, claimed.id, "first", PLAYLIST)
    runs.progress(database, claimed.id, "first", "write", 50, 120)
    database.clock.move(seconds=61)

    again = runs.claim(database, claimed.id, "second")

    assert (again.stage, again.done, again.total, again.runs) == ("", 0, None, 2)
    assert again.playlist_id == "p1"
    assert playlists.get_latest(database, "lisa") == PLAYLIST


WRITES = {
    "progress": lambda database, job: runs.progress(database, job.id, "first", "read"),
    "remember_playlist": lambda database, job: runs.remember_playlist(database, job.id, "first", PLAYLIST),
    "finish": lambda database, job: runs.finish(database, job.id, "first", PLAYLIST),
    "fail": lambda database, job: runs.fail(database, job.id, "first", "RateLimited"),
    "heartbeat": lambda database, job: runs.heartbeat(database, job.id, "first"),
    "park": lambda database, job: runs.park(database, job.id, "first", START, "RateLimited"),
    "end_cancelled": lambda database, job: runs.end_cancelled(database, job.id, "first"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_runner_that_lost_its_job_can_write_nothing(database, claimed, write):
    database.clock.move(seconds=61)
    taken_over = runs.claim(database, claimed.id, "second")

    with pytest.raises(JobLost):
        write(database, claimed)

    assert jobs.get(database, claimed.id, "lisa") == taken_over
    assert playlists.get_latest(database, "lisa") is None


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nobody_can_write_to_a_job_that_has_ended(database, claimed, write):
    runs.fail(database, claimed.id, "first", "RateLimited")

    with pytest.raises(JobLost):
        write(database, claimed)

    assert jobs.get(database, claimed.id, "lisa").error == "RateLimited"


def test_a_job_that_nobody_claimed_cannot_be_written(database):
    job, _ = jobs.start(database, "lisa")

    with pytest.raises(JobLost):
        runs.progress(database, job.id, "first", "read")


def test_finishing_keeps_the_job_and_the_playlist_together(database, claimed):
    runs.finish(database, claimed.id, "first", PLAYLIST)

    job = jobs.get(database, claimed.id, "lisa")
    assert (job.state, job.playlist_id, job.error) == ("done", "p1", None)
    assert playlists.get(database, "p1", "lisa") == PLAYLIST


def test_failing_keeps_the_kind_of_error(database, claimed):
    runs.fail(database, claimed.id, "first", "NothingMatched")

    job = jobs.get(database, claimed.id, "lisa")
    assert (job.state, job.error) == ("failed", "NothingMatched")


def test_an_ended_job_is_neither_live_nor_claimed_again(database, claimed):
    runs.finish(database, claimed.id, "first", PLAYLIST)
    database.clock.move(days=1)

    assert jobs.get_live(database, "lisa") is None
    assert jobs.list_due(database) == []
    assert runs.claim(database, claimed.id, "second") is None


def test_a_heartbeat_keeps_the_job_and_what_it_has_reported(database, claimed):
    runs.progress(database, claimed.id, "first", "read", 50, 120)
    for _ in range(3):
        database.clock.move(seconds=59)
        runs.heartbeat(database, claimed.id, "first")

    assert runs.claim(database, claimed.id, "second") is None
    job = jobs.get(database, claimed.id, "lisa")
    assert (job.stage, job.done, job.total) == ("read", 50, 120)
    assert job.heartbeat == START + timedelta(seconds=177)


def test_a_job_that_is_handed_back_waits_and_the_run_is_not_counted(database, claimed):
    runs.hand_back(database, claimed.id, "first", calls=3)

    waiting = jobs.get_live(database, "lisa")
    assert (waiting.state, waiting.runs, waiting.calls) == ("waiting", 0, 3)
    with pytest.raises(JobLost):
        runs.heartbeat(database, claimed.id, "first")
    assert runs.claim(database, claimed.id, "second").runs == 1


def test_a_job_that_another_runner_holds_is_not_handed_back(database, claimed):
    runs.hand_back(database, claimed.id, "second", calls=3)

    assert jobs.get_live(database, "lisa") == claimed


def test_a_parked_job_is_live_and_says_until_when_and_why(database, claimed):
    runs.park(database, claimed.id, "first", IN_AN_HOUR, "RateLimited")

    job = jobs.get_live(database, "lisa")
    assert (job.state, job.parked_until, job.error) == ("parked", IN_AN_HOUR, "RateLimited")
    assert jobs.start(database, "lisa") == (job, False)


@pytest.mark.parametrize(("later_s", "is_claimable"), [(0, False), (3599, False), (3600, True), (9999, True)])
def test_a_parked_job_can_be_claimed_from_its_time_on(database, claimed, later_s, is_claimable):
    runs.park(database, claimed.id, "first", IN_AN_HOUR, "RateLimited")

    database.clock.move(seconds=later_s)

    assert [job.id for job in jobs.list_due(database)] == [claimed.id] * is_claimable
    assert (runs.claim(database, claimed.id, "second") is not None) == is_claimable


def test_a_parked_job_that_goes_on_has_its_runs_counted_anew(database, claimed):
    runs.park(database, claimed.id, "first", START, "RateLimited")

    again = runs.claim(database, claimed.id, "second")

    assert (again.state, again.parked_until, again.error, again.runs) == ("running", None, None, 1)


def test_a_parked_job_that_is_due_is_won_by_one(database, claimed):
    runs.park(database, claimed.id, "first", START, "RateLimited")

    claims = at_once(8, lambda number: runs.claim(database, claimed.id, f"runner {number}"))

    assert len([claim for claim in claims if claim]) == 1


TOLD = {name: WRITES[name] for name in ("progress", "heartbeat", "park")}


@pytest.mark.parametrize("report", TOLD.values(), ids=TOLD)
def test_a_runner_is_told_that_its_job_is_cancelled_and_ends_it(database, claimed, report):
    assert jobs.cancel(database, claimed.id, "lisa")

    assert jobs.get_live(database, "lisa").state == "running"
    with pytest.raises(JobCancelled):
        report(database, claimed)
    runs.end_cancelled(database, claimed.id, "first", calls=7)

    ended = jobs.get(database, claimed.id, "lisa")
    assert (ended.state, ended.calls) == ("cancelled", 7)
    assert jobs.get_live(database, "lisa") is None


def test_a_runner_that_takes_over_a_cancelled_job_is_told_too(database, claimed):
    jobs.cancel(database, claimed.id, "lisa")
    database.clock.move(seconds=61)

    runs.claim(database, claimed.id, "second")

    with pytest.raises(JobCancelled):
        runs.progress(database, claimed.id, "second", "read")


def test_a_playlist_that_exists_is_remembered_though_the_job_is_cancelled(database, claimed):
    jobs.cancel(database, claimed.id, "lisa")

    runs.remember_playlist(database, claimed.id, "first", PLAYLIST)

    assert playlists.get_latest(database, "lisa") == PLAYLIST


def test_a_job_that_is_done_before_it_hears_of_its_end_is_done(database, claimed):
    jobs.cancel(database, claimed.id, "lisa")

    runs.finish(database, claimed.id, "first", PLAYLIST)

    assert jobs.get(database, claimed.id, "lisa").state == "done"


def test_calls_are_kept_with_every_report_and_stay_where_none_are_told(database, claimed):
    seen = []
    for write in (
        lambda: runs.progress(database, claimed.id, "first", "read", calls=1),
        lambda: runs.progress(database, claimed.id, "first", "read"),
        lambda: runs.heartbeat(database, claimed.id, "first"),
        lambda: runs.remember_playlist(database, claimed.id, "first", PLAYLIST, calls=3),
        lambda: runs.park(database, claimed.id, "first", START, "RateLimited", calls=4),
        lambda: runs.claim(database, claimed.id, "first"),
        lambda: runs.finish(database, claimed.id, "first", PLAYLIST, calls=9),
    ):
        write()
        seen.append(jobs.get(database, claimed.id, "lisa").calls)

    assert seen == [1, 1, 1, 3, 4, 4, 9]


def test_calls_of_a_job_that_failed_are_kept(database, claimed):
    runs.fail(database, claimed.id, "first", "RateLimited", calls=2)

    assert jobs.get(database, claimed.id, "lisa").calls == 2


def test_runners_that_report_at_once_do_not_block_each_other(database):
    accounts = ["lisa", "omar", "mia", "noor"]
    running = [
        runs.claim(database, jobs.start(database, account_id)[0].id, account_id) for account_id in accounts
    ]

    def report_fifty_pages(number):
        for page in range(50):
            runs.progress(database, running[number].id, accounts[number], "read", page + 1, 50)

    at_once(4, report_fifty_pages)

    assert [jobs.get_live(database, account_id).done for account_id in accounts] == [50] * 4
