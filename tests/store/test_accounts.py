"""Accounts: saved together with their token, and deleted with every row that they own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from store import (
    drafts,
    features,
    jobs,
    libraries,
    opinions,
    recipes,
    runs,
    tables,
    unplayable,
    weekly,
)
from store.accounts import Account, forget, get_account, purge, sign_in
from store.errors import AccountForgotten, JobLost
from store.libraries import KeptLibrary
from store.playlists import Playlist
from store.sessions import create_session, load_session
from store.tokens import Token, lease, load_token
from store.tuning import DEFAULT_TUNING
from tests.support.database import START, STEP, open_store

LISA = Account("lisa-id", "Lisa", "lisa")
TOKEN = Token("access", "refresh", frozenset({"a-scope"}), START + timedelta(hours=1), START)


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    yield opened
    opened.engine.dispose()


def test_nobody_has_an_account_before_signing_in(database):
    assert get_account(database, LISA.id) is None


def test_signing_in_keeps_the_account_and_the_token(database):
    sign_in(database, LISA, TOKEN)

    assert get_account(database, LISA.id) == LISA
    assert load_token(database, LISA.id) == TOKEN


def test_signing_in_again_keeps_the_new_name_and_the_time(database):
    sign_in(database, LISA, TOKEN)
    database.clock.move(days=2)

    sign_in(database, Account("lisa-id", "Lisa the Second", "lisa"), TOKEN)

    assert get_account(database, LISA.id) == Account("lisa-id", "Lisa the Second", "lisa")
    with database.reading() as connection:
        assert connection.scalars(select(tables.accounts.c.last_seen)).all() == [START + timedelta(days=2)]


def test_an_account_is_not_kept_without_its_token(database):
    unkeepable = Token("access", "refresh", frozenset(), "no time", START)

    with pytest.raises(AttributeError):
        sign_in(database, LISA, unkeepable)

    assert get_account(database, LISA.id) is None


PERSONAL = sorted(set(tables.metadata.tables) - {"chores", "features", "pauses", "spent"})


def leave_rows_everywhere(database, account_id):
    """Use everything that stores rows of a listener; return the session's id and a running job."""
    sign_in(database, Account(account_id, f"{account_id} by name", account_id), TOKEN)
    lease(database, account_id, 30)
    session_id = create_session(database, {"account_id": account_id}, account_id)
    done, _ = jobs.start(database, account_id)
    runs.claim(database, done.id, "a-runner")
    runs.finish(database, done.id, "a-runner", make_playlist(account_id))
    libraries.save(database, make_library(account_id))
    opinions.give(database, account_id, "song", "s1", "never", "A song")
    unplayable.remember(database, account_id, ["s2"])
    features.save(database, {"s3": {"energy": 0.5}})
    drafts.add(database, account_id, f"playlist of {account_id}", 0, STEP)
    recipes.keep(database, account_id, "Sunday morning", DEFAULT_TUNING)
    weekly.turn_on(database, account_id, f"playlist of {account_id}", 0, 8, "Europe/Lisbon")
    running, _ = jobs.start(database, account_id)
    return session_id, runs.claim(database, running.id, "a-runner")


def make_playlist(account_id):
    return Playlist(f"playlist of {account_id}", account_id, "New", START, None, ("s1",), "url")


def make_library(account_id):
    return KeptLibrary(account_id, ({"id": "s1"},), 1, START, START, 0)


def list_rows(database, account_id):
    """Return every row that mentions an account in any way, by table."""
    with database.reading() as connection:
        return {
            table.name: [row for row in connection.execute(table.select()) if account_id in str(row)]
            for table in tables.metadata.sorted_tables
        }


def test_forgetting_an_account_leaves_no_row_of_it_in_any_table(database):
    leave_rows_everywhere(database, "lisa-id")
    leave_rows_everywhere(database, "omar-id")
    before = list_rows(database, "lisa-id")
    of_omar = list_rows(database, "omar-id")

    forget(database, "lisa-id")

    assert sorted(name for name, rows in before.items() if rows) == PERSONAL
    assert not any(list_rows(database, "lisa-id").values())
    assert list_rows(database, "omar-id") == of_omar


def test_every_personal_table_refers_to_the_account_and_goes_with_it(database):
    for name in set(PERSONAL) - {"accounts"}:
        (its_account,) = tables.metadata.tables[name].c.account_id.foreign_keys
        assert (its_account.target_fullname, its_account.ondelete) == ("accounts.id", "CASCADE"), name


def test_a_runner_whose_listener_has_gone_can_write_nothing(database):
    session_id, job = leave_rows_everywhere(database, "lisa-id")

    forget(database, "lisa-id")

    for write in (
        lambda: runs.progress(database, job.id, "a-runner", "read"),
        lambda: runs.remember_playlist(database, job.id, "a-runner", make_playlist("lisa-id")),
        lambda: runs.finish(database, job.id, "a-runner", make_playlist("lisa-id")),
        lambda: runs.finish_draft(database, job.id, "a-runner", 0, STEP),
        lambda: runs.fail(database, job.id, "a-runner", "RateLimited"),
    ):
        with pytest.raises(JobLost):
            write()
    for write in (
        lambda: libraries.save(database, make_library("lisa-id")),
        lambda: opinions.give(database, "lisa-id", "song", "s1", "never", "A song"),
        lambda: unplayable.remember(database, "lisa-id", ["s2"]),
        lambda: drafts.add(database, "lisa-id", "playlist of lisa-id", 0, STEP),
        lambda: recipes.keep(database, "lisa-id", "Sunday morning", DEFAULT_TUNING),
        lambda: weekly.turn_on(database, "lisa-id", "playlist of lisa-id", 0, 8, "Europe/Lisbon"),
    ):
        with pytest.raises(AccountForgotten):
            write()
    assert load_session(database, session_id) is None
    assert lease(database, "lisa-id", 30) is None
    assert not any(list_rows(database, "lisa-id").values())


@pytest.fixture
def on_postgresql(postgresql):
    with postgresql.new_database() as url:
        opened = open_store(url)
        yield opened
        opened.engine.dispose()


WRITES = {
    "playlist": lambda database, job: runs.remember_playlist(
        database, job.id, "a-runner", make_playlist(job.account_id)
    ),
    "library": lambda database, job: libraries.save(database, make_library(job.account_id)),
    "job": lambda database, job: jobs.start(database, job.account_id),
    "recipe": lambda database, job: recipes.keep(database, job.account_id, "Monday", DEFAULT_TUNING),
}


# SQLite has one writer at a time: there can be no deadlock.
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_forgetting_while_rows_are_written_deadlocks_nobody(on_postgresql, write):
    for number in range(10):
        _, job = leave_rows_everywhere(on_postgresql, f"listener-{number}")
        barrier = Barrier(2)

        def write_until_gone(job=job, barrier=barrier):
            barrier.wait()
            for _ in range(10_000):
                try:
                    write(on_postgresql, job)
                except (JobLost, AccountForgotten):
                    return True

        with ThreadPoolExecutor(1) as thread:
            writing = thread.submit(write_until_gone)
            barrier.wait()
            forget(on_postgresql, job.account_id)

            assert writing.result()
        assert not any(list_rows(on_postgresql, job.account_id).values())


def test_an_account_not_seen_for_190_days_is_deleted(database):
    leave_rows_everywhere(database, "lisa-id")
    database.clock.move(seconds=1)
    sign_in(database, Account("omar-id", "Omar", "omar"), TOKEN)
    database.clock.move(days=190)

    assert purge(database) == 1

    assert not any(list_rows(database, "lisa-id").values())
    assert get_account(database, "omar-id") is not None
    assert purge(database) == 0


def test_looking_at_pages_counts_as_being_seen(database):
    session_id, _ = leave_rows_everywhere(database, "lisa-id")
    sign_in(database, Account("omar-id", "Omar", "omar"), TOKEN)
    for _ in range(10):
        database.clock.move(days=20)
        assert load_session(database, session_id) is not None

    assert purge(database) == 1

    with database.reading() as connection:
        assert connection.scalars(select(tables.accounts.c.id)).all() == ["lisa-id"]
        assert connection.scalar(select(func.max(tables.accounts.c.last_seen))) == database.clock.now()
