"""Mixes: in the history for a year, their songs held back for 60 days, and only for their listener."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from store import jobs, mixes, playlists, runs, tables
from store.errors import JobLost
from store.record import Credit, RecordedSong
from store.tuning import Tuning
from tests.support.database import PLAYLIST

SIXTY_DAYS = timedelta(days=60)


def make_playlist(database, *song_ids, account_id="lisa"):
    """Make a playlist of an account's that was written just now with these songs."""
    songs = tuple(
        RecordedSong(song_id, "A title", "Ann", "Ann", 2000, 0, rank, None, ())
        for rank, song_id in enumerate(song_ids, start=1)
    )
    record = replace(PLAYLIST.record, songs=songs)
    made = {"id": f"playlist of {account_id}", "account_id": account_id, "made_at": database.clock.now()}
    return replace(PLAYLIST, **made, record=record)


def finish(database, *song_ids, account_id="lisa"):
    """Finish a job of an account's with a mix of these songs; return its id."""
    job, _ = jobs.start(database, account_id)
    runs.claim(database, job.id, "a-runner")
    runs.finish(database, job.id, "a-runner", make_playlist(database, *song_ids, account_id=account_id))
    return job.id


def list_recent(database, account_id="lisa"):
    """Return the recent mixes that a job sees which the account asks for now."""
    job, _ = jobs.start(database, account_id)
    return list_seen_by(database, job)


def list_seen_by(database, job):
    return mixes.list_recent(database, job.account_id, job.created_at, but=job.id)


def test_before_the_first_mix_there_is_none(database):
    assert list_recent(database) == []


def test_the_songs_of_each_mix_come_back_newest_mix_first(database):
    for song_ids in (("s1", "s2"), ("s3",), ("s4", "s2")):
        finish(database, *song_ids)
        database.clock.move(hours=1)

    assert list_recent(database) == [{"s4", "s2"}, {"s3"}, {"s1", "s2"}]


def test_nobody_elses_mixes_are_seen(database):
    finish(database, "s1", account_id="omar")

    assert list_recent(database) == []


@pytest.mark.parametrize(("later_s", "is_seen"), [(0, True), (1, False)])
def test_a_mix_is_recent_for_60_days(database, later_s, is_seen):
    finish(database, "s1")
    database.clock.move(days=60, seconds=later_s)

    assert list_recent(database) == [{"s1"}] * is_seen


def test_a_job_that_goes_on_days_later_sees_the_mixes_that_it_saw_at_first(database):
    finish(database, "s1")
    database.clock.move(days=59)
    job, _ = jobs.start(database, "lisa")
    seen = list_seen_by(database, job)
    database.clock.move(days=2)

    assert list_seen_by(database, job) == seen == [{"s1"}]


def test_a_job_never_sees_its_own_mix_and_keeps_one_however_often_it_runs(database):
    job, _ = jobs.start(database, "lisa")
    for song_ids in (("s1",), ("s2",)):
        with database.writing() as connection:
            playlists.write(connection, make_playlist(database, *song_ids))
            mixes.write(connection, job.id, make_playlist(database, *song_ids))

    assert list_seen_by(database, job) == []
    with database.reading() as connection:
        assert connection.scalars(select(tables.mixes.c.song_ids)).all() == [["s2"]]


def test_a_job_that_fails_leaves_no_mix(database, claimed):
    runs.remember_playlist(database, claimed.id, "first", make_playlist(database, "s1"))
    runs.fail(database, claimed.id, "first", "RateLimited")

    assert list_recent(database) == []


def test_a_runner_that_lost_its_job_leaves_no_mix(database, claimed):
    database.clock.move(seconds=61)
    runs.claim(database, claimed.id, "second")

    with pytest.raises(JobLost):
        runs.finish(database, claimed.id, "first", make_playlist(database, "s1"))

    with database.reading() as connection:
        assert connection.execute(select(tables.mixes)).all() == []


def list_kept(database):
    with database.reading() as connection:
        return connection.scalars(select(tables.mixes.c.job_id)).all()


def test_mixes_older_than_a_year_are_purged(database):
    finish(database, "s1")
    database.clock.move(seconds=1)
    kept = finish(database, "s2")
    database.clock.move(days=365)

    mixes.purge(database)

    assert list_kept(database) == [kept]


def list_names(database, limit=10):
    return [mix.name for mix in mixes.list_history(database, "lisa", limit)]


def test_the_history_has_what_was_made_newest_first(database):
    made = []
    for song_ids in (("s1", "s2"), ("s3",), ("s4",)):
        made.insert(0, finish(database, *song_ids))
        database.clock.move(hours=1)
    finish(database, "s9", account_id="omar")

    history = mixes.list_history(database, "lisa", limit=2)

    assert [mix.id for mix in history] == made[:2]
    assert [mix.song_ids for mix in history] == [("s4",), ("s3",)]
    assert [(mix.playlist_id, mix.name) for mix in history] == [("playlist of lisa", None)] * 2
    assert history[0] == mixes.get(database, made[0], "lisa").line
    assert history[0].made_at == database.clock.now() - timedelta(hours=1)


def test_a_mix_is_shown_to_its_listener_only(database):
    made = finish(database, "s1")

    assert mixes.get(database, made, "omar") is None
    assert mixes.get(database, "no-such-mix", "lisa") is None
    mixes.name(database, made, "omar", "Mine")
    mixes.forget(database, made, "omar")
    assert list_names(database) == [None]


def test_a_mix_can_be_named_and_a_job_that_runs_again_keeps_the_name(database):
    job, _ = jobs.start(database, "lisa")
    playlist = make_playlist(database, "s1")
    runs.claim(database, job.id, "a-runner")
    runs.finish(database, job.id, "a-runner", playlist)

    mixes.name(database, job.id, "lisa", "Sunday")
    with database.writing() as connection:
        mixes.write(connection, job.id, playlist)

    assert list_names(database) == ["Sunday"]
    mixes.name(database, job.id, "lisa", None)
    assert list_names(database) == [None]


def test_a_mix_that_is_deleted_leaves_the_history_but_its_songs_do_not_come_again_yet(database):
    made = finish(database, "s1")

    mixes.forget(database, made, "lisa")

    assert mixes.list_history(database, "lisa", 10) == []
    assert mixes.get(database, made, "lisa") is None
    assert list_recent(database) == [{"s1"}]
    database.clock.move(days=60, seconds=1)
    mixes.purge(database)
    assert list_kept(database) == []


def test_a_mix_is_in_the_history_for_a_year_though_its_songs_may_come_again(database):
    made = finish(database, "s1")
    database.clock.move(days=365)

    mixes.purge(database)

    assert [mix.id for mix in mixes.list_history(database, "lisa", 10)] == [made]
    assert list_recent(database) == []
    database.clock.move(seconds=1)
    assert mixes.list_history(database, "lisa", 10) == []


def test_a_mix_outlives_its_playlist(database):
    made = finish(database, "s1")

    with database.writing() as connection:
        connection.execute(delete(tables.playlists))

    assert mixes.get(database, made, "lisa").line.playlist_id is None


def test_a_line_of_the_history_tells_what_the_mix_changed_and_how_it_was_tuned(database):
    job, _ = jobs.start(database, "lisa")
    runs.claim(database, job.id, "a-runner")
    playlist = make_playlist(database, "s1", "s2")
    tuning, went = Tuning(size=20, taste_percents=(50,)), (Credit("Old", "Ann"),)
    record = replace(playlist.record, tuning=tuning, went=went, n_came=2)
    runs.finish(database, job.id, "a-runner", replace(playlist, record=record))

    [line] = mixes.list_history(database, "lisa", 10)

    assert (line.tuning, line.n_came, line.n_went, line.song_ids) == (tuning, 2, 1, ("s1", "s2"))
    assert line.tastes == tuple(taste.name for taste in record.tastes)
