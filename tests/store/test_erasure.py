"""What was deleted is in no file of the database."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import event

from store import accounts, jobs, mixes, opinions, recipes, runs
from store.accounts import Account, sign_in
from store.opinions import Opinion
from store.tokens import Token
from store.tuning import Tuning
from tests.support.database import PLAYLIST, START, open_store
from tests.support.secret_search import written_in

# Labels of all lengths, which make SQLite move rows between its pages.
LENGTHS = (3, 30, 300, 3_000)


@pytest.fixture
def in_a_file(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path}/store.db")
    yield opened
    opened.engine.dispose()


def join(database, n_listeners, n_opinions, seed=1):
    """Sign listeners in, and let them all give opinions in any order; return their ids."""
    chance = random.Random(seed)
    ids = [f"listener-{number:03}-of-the-tests" for number in range(n_listeners)]
    for account_id in ids:
        account = Account(account_id, f"name of {account_id}", f"user of {account_id}")
        sign_in(database, account, Token("a", "r", frozenset(), START, START))
    turns = [(account_id, turn) for account_id in ids for turn in range(n_opinions)]
    chance.shuffle(turns)
    with database.writing() as connection:
        for account_id, turn in turns:
            label = f"label {turn} of {account_id} {'y' * chance.choice(LENGTHS)}"
            opinions.write(
                connection, account_id, Opinion("song", str(chance.random()), "never", label, START)
            )
    return ids


def find_files(folder, text):
    """Return the files that hold a text."""
    return [name for name, content in written_in(folder) if text.encode() in content]


def test_a_deleted_account_is_in_no_file_though_its_rows_were_moved(in_a_file, tmp_path):
    # Without rewriting the file, this seed leaves a row of one of the six behind.
    ids = join(in_a_file, 20, 60, seed=5)

    for deleted in random.Random(5).sample(ids, 6):
        accounts.forget(in_a_file, deleted)
        assert find_files(tmp_path, deleted) == []
        ids.remove(deleted)
    assert all(len(opinions.list_opinions(in_a_file, kept)) == 60 for kept in ids)


def test_accounts_that_are_purged_are_in_no_file(in_a_file, tmp_path):
    ids = join(in_a_file, 3, 20)
    in_a_file.clock.move(days=191)

    accounts.purge(in_a_file)

    assert [find_files(tmp_path, account_id) for account_id in ids] == [[], [], []]


def delete_opinion(database, listener):
    opinions.give(database, listener, "song", "s1", "never", "the deleted words")
    opinions.withdraw(database, listener, "song", "s1")


def delete_recipe(database, listener):
    recipes.keep(database, listener, "the deleted words", Tuning())
    recipes.forget(database, listener, "the deleted words")


def delete_mix(database, listener):
    job, _ = jobs.start(database, listener)
    runs.claim(database, job.id, "first")
    runs.finish(database, job.id, "first", replace(PLAYLIST, account_id=listener))
    mixes.name(database, job.id, listener, "the deleted words")
    mixes.forget(database, job.id, listener)


@pytest.mark.parametrize("delete", [delete_opinion, delete_recipe, delete_mix])
def test_what_a_listener_deletes_is_in_no_file(in_a_file, tmp_path, delete):
    [listener] = join(in_a_file, 1, 0)

    delete(in_a_file, listener)

    assert find_files(tmp_path, "the deleted words") == []


def test_what_a_reader_holds_is_swept_out_later(in_a_file, tmp_path, caplog):
    leaving, _ = join(in_a_file, 2, 20)
    # Nobody waits for the reader.
    event.listen(
        in_a_file.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout = 0")
    )

    with in_a_file.reading() as reader:
        reader.exec_driver_sql("SELECT * FROM accounts").all()
        accounts.forget(in_a_file, leaving)
        assert "a worker tries again within a minute" in caplog.text
    in_a_file.sweep()

    assert find_files(tmp_path, leaving) == []


def test_a_deleted_account_is_gone_from_the_tables_of_postgresql_once_they_are_vacuumed(postgresql):
    with postgresql.new_database() as url:
        database = open_store(url)
        deleted, kept = join(database, 2, 60)

        accounts.forget(database, deleted)
        with database.engine.connect() as connection:
            at_once = connection.execution_options(isolation_level="AUTOCOMMIT")
            at_once.exec_driver_sql("VACUUM (FULL)")
            at_once.exec_driver_sql("CHECKPOINT")

        tables = postgresql.folder / "base"
        assert find_files(tables, kept)
        assert find_files(tables, deleted) == []
        database.engine.dispose()
