"""Weekly refreshes: due by the listener's own clocks, started once, on hold after three failures."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from store import jobs, playlists, runs, tables, weekly
from store.weekly import find_next
from tests.support.database import PLAYLIST
from tests.support.threads import at_once

MONDAY, THURSDAY, SUNDAY = 0, 3, 6


@pytest.mark.parametrize(
    ("weekday", "hour", "zone", "after", "expected"),
    [
        # 22 November 2026 is a Sunday.
        (MONDAY, 8, "UTC", (2026, 11, 22, 12), (2026, 11, 23, 8)),
        (SUNDAY, 13, "UTC", (2026, 11, 22, 12), (2026, 11, 22, 13)),
        (SUNDAY, 12, "UTC", (2026, 11, 22, 12), (2026, 11, 29, 12)),
        (SUNDAY, 11, "UTC", (2026, 11, 22, 12), (2026, 11, 29, 11)),
        # There it is Monday, 01:00.
        (MONDAY, 0, "Pacific/Auckland", (2026, 11, 22, 12), (2026, 11, 29, 11)),
        (SUNDAY, 20, "America/New_York", (2026, 11, 22, 12), (2026, 11, 23, 1)),
        # On 29 March 2026, 01:00 to 02:00 is skipped in Lisbon; from then on it is an hour earlier in UTC.
        (SUNDAY, 8, "Europe/Lisbon", (2026, 3, 22, 9), (2026, 3, 29, 7)),
        (SUNDAY, 1, "Europe/Lisbon", (2026, 3, 28, 12), (2026, 3, 29, 1)),
        # On 25 October 2026, 01:00 to 02:00 comes twice in Lisbon; the first is at midnight in UTC.
        (SUNDAY, 1, "Europe/Lisbon", (2026, 10, 24, 12), (2026, 10, 25, 0)),
        (SUNDAY, 1, "Europe/Lisbon", (2026, 10, 25, 0), (2026, 11, 1, 1)),
        (SUNDAY, 1, "Europe/Lisbon", (2026, 10, 25, 1), (2026, 11, 1, 1)),
    ],
)
def test_the_next_time_is_by_the_clocks_of_the_zone(weekday, hour, zone, after, expected):
    assert find_next(weekday, hour, zone, datetime(*after, tzinfo=UTC)) == datetime(*expected, tzinfo=UTC)


@pytest.fixture
def refresh(database):
    """Lisa's weekly refresh on Mondays at eight."""
    with database.writing() as connection:
        playlists.write(connection, PLAYLIST)
    return weekly.turn_on(database, "lisa", PLAYLIST.id, MONDAY, 8, "Europe/Lisbon")


def wait_until_due(database):
    database.clock.at = weekly.get(database, "lisa").next_at


def test_it_is_off_until_it_is_turned_on_and_can_be_turned_off(database, refresh):
    assert weekly.get(database, "omar") is None
    assert weekly.get(database, "lisa") == refresh
    assert refresh.next_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert (refresh.n_failures, refresh.is_on_hold) == (0, False)

    weekly.turn_off(database, "lisa")

    assert weekly.get(database, "lisa") is None


@pytest.mark.parametrize(
    ("weekday", "hour", "zone"), [(7, 8, "UTC"), (-1, 8, "UTC"), (0, 24, "UTC"), (0, 8, "Mars/Base")]
)
def test_a_time_that_there_is_not_is_refused(database, weekday, hour, zone):
    with pytest.raises(ValueError, match="there is no"):
        weekly.turn_on(database, "lisa", PLAYLIST.id, weekday, hour, zone)


def test_it_is_due_when_its_hour_has_come(database, refresh):
    database.clock.at = refresh.next_at - timedelta(seconds=1)
    before = weekly.list_due(database)
    database.clock.move(seconds=1)

    assert (before, weekly.list_due(database)) == ([], [refresh])


def test_a_due_refresh_starts_a_job_that_keeps_what_the_listener_added(database, refresh):
    wait_until_due(database)

    job = weekly.start_job(database, refresh)

    assert jobs.get_live(database, "lisa") == job
    assert (job.kind, job.draft_of, job.on_change, job.as_new) == ("weekly", PLAYLIST.id, "keep", False)
    assert weekly.list_due(database) == []
    assert weekly.get(database, "lisa").next_at == refresh.next_at + timedelta(days=7)


def test_workers_at_once_start_one_job(database, refresh):
    wait_until_due(database)

    started = [job for job in at_once(4, lambda _: weekly.start_job(database, refresh)) if job]

    assert len(started) == 1


def test_a_worker_that_comes_late_starts_no_second_job(database, refresh):
    wait_until_due(database)
    run_weekly(database, refresh, "done")

    assert weekly.start_job(database, refresh) is None


def test_it_waits_for_the_listeners_own_job(database, refresh):
    wait_until_due(database)
    own, _ = jobs.start(database, "lisa")

    assert weekly.start_job(database, refresh) is None
    assert weekly.list_due(database) == [refresh]
    jobs.cancel(database, own.id, "lisa")
    assert weekly.start_job(database, refresh).kind == "weekly"


def test_a_refresh_that_was_turned_off_meanwhile_starts_nothing(database, refresh):
    wait_until_due(database)
    weekly.turn_off(database, "lisa")

    assert weekly.start_job(database, refresh) is None
    assert jobs.get_live(database, "lisa") is None


def test_weeks_that_were_missed_are_not_made_up_for(database, refresh):
    database.clock.at = refresh.next_at + timedelta(days=15)
    weekly.start_job(database, refresh)

    assert weekly.get(database, "lisa").next_at == refresh.next_at + timedelta(days=21)


def run_weekly(database, refresh, how):
    """Let the job of a refresh run to its end."""
    job = weekly.start_job(database, refresh)
    runs.claim(database, job.id, "a-runner")
    if how == "done":
        runs.finish(database, job.id, "a-runner", PLAYLIST)
    else:
        runs.fail(database, job.id, "a-runner", "SignInExpired")


def run_next(database, how):
    wait_until_due(database)
    run_weekly(database, weekly.get(database, "lisa"), how)


def test_three_failures_put_it_on_hold_until_it_is_set_again(database, refresh):
    for _ in range(2):
        run_next(database, "failed")
        assert not weekly.get(database, "lisa").is_on_hold
    run_next(database, "failed")

    held = weekly.get(database, "lisa")
    assert (held.n_failures, held.is_on_hold) == (3, True)
    database.clock.move(days=30)
    assert weekly.list_due(database) == []

    again = weekly.turn_on(database, "lisa", PLAYLIST.id, THURSDAY, 8, "Europe/Lisbon")
    assert (again.n_failures, again.is_on_hold) == (0, False)
    assert weekly.get(database, "lisa") == again


def test_a_success_between_makes_failures_count_anew(database, refresh):
    for how in ("failed", "failed", "done", "failed", "failed"):
        run_next(database, how)

    assert (weekly.get(database, "lisa").n_failures, weekly.get(database, "lisa").is_on_hold) == (2, False)


def test_another_job_that_fails_is_no_failure_of_it(database, refresh):
    job, _ = jobs.start(database, "lisa", "save", draft_of=PLAYLIST.id, step=1)
    runs.claim(database, job.id, "a-runner")
    runs.fail(database, job.id, "a-runner", "Unreachable")

    assert weekly.get(database, "lisa").n_failures == 0


def test_a_refresh_in_a_zone_that_this_machine_does_not_know_is_on_hold_and_starts_no_job(
    database, refresh, caplog
):
    with database.writing() as connection:
        connection.execute(update(tables.weekly_refreshes).values(time_zone="Atlantis/Capital"))
    database.clock.at = refresh.next_at
    [due] = weekly.list_due(database)

    assert weekly.start_job(database, due) is None
    assert weekly.list_due(database) == []
    assert weekly.get(database, "lisa").is_on_hold
    assert "Atlantis/Capital" in caplog.text
