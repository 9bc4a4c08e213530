"""Accounts: saved together with their token, and deleted with every row that they own."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from store import (
    allowance,
    drafts,
    features,
    jobs,
    libraries,
    opinions,
    own_playlists,
    recipes,
    runs,
    tables,
    unplayable,
    weekly,
)
from store.accounts import Account, forget, get_account, purge, sign_in
from store.errors import AccountForgotten, JobLost
from store.kept_rows import SECRETS, write_kept_rows
from store.libraries import KeptLibrary
from store.own_playlists import OwnPlaylist
from store.playlists import Playlist
from store.sessions import create_session, load_session
from store.tokens import Token, forget_token, lease, load_token, save_token
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


def test_an_account_tells_when_its_sign_in_ends_for_as_long_as_there_is_a_token(database):
    sign_in(database, LISA, TOKEN)
    signed_in = get_account(database, LISA.id)
    a_lease = lease(database, LISA.id, 30)
    save_token(database, LISA.id, replace(TOKEN, authorized_at=START + timedelta(days=1)), a_lease)
    renewed = get_account(database, LISA.id)
    forget_token(database, LISA.id, a_lease)

    assert signed_in.sign_in_ends_at == TOKEN.ends_at == TOKEN.authorized_at + timedelta(days=181)
    assert renewed.sign_in_ends_at == TOKEN.ends_at + timedelta(days=1)
    assert get_account(database, LISA.id).sign_in_ends_at is None


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
    own_playlists.save(database, account_id, [OwnPlaylist("p1", "Party", 3)])
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


def read_export(database, account_id):
    return json.loads("".join(write_kept_rows(database, account_id)))


def test_what_is_exported_holds_each_tables_rows_of_the_account_and_of_no_other(database):
    """Every table is walked: one that is added must be in it, or belong to nobody."""
    ids = {name: leave_rows_everywhere(database, name)[0] for name in ("lisa-id", "omar-id")}
    allowance_notes = 2
    with database.writing() as connection:
        for _ in range(allowance_notes):
            allowance.note_spent(connection, database, "lisa-id", START, 7)
        allowance.note_spent(connection, database, "omar-id", START, 8)

    exported = read_export(database, "lisa-id")

    assert sorted(exported) == sorted({*PERSONAL, "spent"})
    rows = list_rows(database, "lisa-id")
    assert {name: len(kept) for name, kept in exported.items()} == {
        **{name: len(rows[name]) for name in PERSONAL},
        "spent": allowance_notes,
    }
    assert {row["calls"] for row in exported["spent"]} == {7}
    assert exported["libraries"][0]["songs"] == [{"id": "s1"}]
    assert exported["draft_steps"][0]["state"]["action"] == STEP.action
    text = str(exported)
    assert "omar" not in text
    for secret in ("access", "refresh", "a-runner", ids["lisa-id"]):
        assert f"'{secret}'" not in text
    with database.reading() as connection:
        secrets = [
            value
            for name, columns in SECRETS.items()
            for column in columns
            for value in connection.scalars(select(tables.metadata.tables[name].c[column]))
            if value is not None
        ]
    assert secrets and not [secret for secret in secrets if str(secret) in text]


def test_all_other_columns_are_exported(database):
    leave_rows_everywhere(database, "lisa-id")

    for name, rows in read_export(database, "lisa-id").items():
        columns = {column.name for column in tables.metadata.tables[name].c}
        if name != "spent":
            assert set(rows[0]) == columns - SECRETS.get(name, set()), name


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


@pytest.mark.slow
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
