"""Jobs: one live per account, one runner at a time, and nothing lost when a runner dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from store import jobs, playlists, runs, tables
from store.accounts import Account, sign_in
from store.errors import AccountForgotten, JobCancelled, JobLost
from store.playlists import Playlist
from store.record import LibraryCounts, PlaylistRecord
from store.tokens import Token
from tests.support.database import START, open_store

RECORD = PlaylistRecord((), (), LibraryCounts(0, 0, 0, 0))
PLAYLIST = Playlist("p1", "lisa", "New songs", START, RECORD, ("s1", "s2"), "https://example.org/p1")


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    for account_id in ("lisa", "omar", "mia", "noor"):
        account = Account(account_id, account_id, account_id)
        sign_in(opened, account, Token("a", "r", frozenset(), START, START))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def claimed(database):
    """A job of Lisa's that the runner "first" holds."""
    job, _ = jobs.start(database, "lisa")
    return runs.claim(database, job.id, "first")


def at_once(n_threads, act):
    """Call `act` with the number of each thread, in all threads at the same moment; return the results."""
    barrier = Barrier(n_threads)

    def wait_and_act(number):
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(n_threads) as threads:
        return list(threads.map(wait_and_act, range(n_threads)))


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


IN_AN_HOUR = START + timedelta(hours=1)


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
