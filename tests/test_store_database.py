"""The database: opened by several processes at once, and written by several threads at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateIndex, CreateTable

from store import tables
from store.clock import Clock
from store.database import open_database
from store.tables import UtcTime

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = Fernet.generate_key().decode()
ROOT = Path(__file__).parents[1]


class FakeClock(Clock):
    """A time that moves only when it is told to."""

    def __init__(self, at=START):
        self.at = at

    def now(self):
        return self.at

    def move(self, **by):
        self.at += timedelta(**by)


def open_store(folder, keys=(KEY,)):
    return open_database(f"sqlite:///{folder}/store.db", keys, FakeClock())


def bytes_on_disk(folder):
    """Everything that SQLite has written so far, the write-ahead log included."""
    assert (folder / "store.db-wal").exists()
    return b"".join(path.read_bytes() for path in folder.glob("store.db*"))


@pytest.fixture
def database(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.engine.dispose()


def add_account(connection, account_id):
    connection.execute(
        insert(tables.accounts).values(id=account_id, display_name="0", user_id="u", last_seen=START)
    )


def name_of(connection, account_id):
    return connection.scalar(select(tables.accounts.c.display_name).where(tables.accounts.c.id == account_id))


def test_the_clock_tells_the_time_in_utc():
    before = datetime.now(UTC)

    now = Clock().now()

    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_makes_the_folder_the_file_and_the_tables(tmp_path):
    database = open_store(tmp_path / "not" / "there")

    with database.reading() as connection:
        assert connection.execute(select(tables.accounts)).all() == []
    database.engine.dispose()


def test_a_file_is_opened_again_with_what_it_holds(tmp_path):
    first = open_store(tmp_path)
    with first.writing() as connection:
        add_account(connection, "lisa")
    first.engine.dispose()

    second = open_store(tmp_path)

    with second.reading() as connection:
        assert name_of(connection, "lisa") == "0"
    second.engine.dispose()


@pytest.mark.parametrize("keys", [[], [""], ["no-key"], [KEY, "no-key"], [KEY[:-1]]])
def test_a_bad_key_is_refused_with_the_way_to_make_one(tmp_path, keys):
    with pytest.raises(ValueError, match=r"Fernet\.generate_key") as refused:
        open_store(tmp_path, keys)

    assert "no-key" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_keys_are_not_shown(database):
    assert KEY not in repr(database)
    assert "cipher" not in repr(database)


def test_no_connection_is_left_open_for_a_fork_to_share(database):
    assert database.engine.pool.checkedin() == 0
    assert database.engine.pool.checkedout() == 0


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_every_connection_is_set_up(database, pragma, value):
    with database.reading() as first, database.reading() as second:
        assert first.scalar(text(f"PRAGMA {pragma}")) == value
        assert second.scalar(text(f"PRAGMA {pragma}")) == value


def test_an_error_undoes_the_whole_transaction(database):
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        add_account(connection, "lisa")
        1 / 0  # noqa: B018 - stands for anything that fails half-way

    with database.reading() as connection:
        assert name_of(connection, "lisa") is None


def test_a_reader_sees_one_state_and_does_not_wait_for_the_writer(database):
    with database.writing() as connection:
        add_account(connection, "lisa")

    with database.reading() as reader:
        before = name_of(reader, "lisa")
        with database.writing() as writer:
            writer.execute(update(tables.accounts).values(display_name="1"))
        after = name_of(reader, "lisa")

    assert (before, after) == ("0", "0")


def test_writers_lose_nothing(database):
    with database.writing() as connection:
        add_account(connection, "lisa")

    def count_fifty_on(_):
        for _ in range(50):
            with database.writing() as connection:
                counted = int(name_of(connection, "lisa"))
                connection.execute(update(tables.accounts).values(display_name=str(counted + 1)))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_fifty_on, range(4)))

    with database.reading() as connection:
        assert name_of(connection, "lisa") == "200"


OPENS_WHEN_TOLD = """
import sys
from store.clock import Clock
from store.database import open_database
print("ready", flush=True)
for url in sys.stdin:
    open_database(url.strip(), [sys.argv[1]], Clock())
    print("opened", flush=True)
"""


def test_processes_may_open_a_new_file_at_once(tmp_path):
    command = [sys.executable, "-c", OPENS_WHEN_TOLD, KEY]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
        for _ in range(4)
    ]
    answers = [process.stdout.readline() for process in processes]

    for number in range(20):
        for process in processes:
            process.stdin.write(f"sqlite:///{tmp_path}/{number}/store.db\n")
            process.stdin.flush()
        answers += [process.stdout.readline() for process in processes]
    for process in processes:
        process.communicate()

    assert answers == ["ready\n"] * 4 + ["opened\n"] * 80
    assert [process.returncode for process in processes] == [0] * 4


@pytest.fixture
def moments(database):
    table = Table("moments", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcTime))
    with database.writing() as connection:
        table.create(connection)
    return table


def test_moments_are_ordered_as_such_whatever_their_zone(database, moments):
    # 23:00 in Tokyo is 14:00 in UTC, an hour before 15:00 in UTC, and 15:00.5 comes after it.
    tokyo = timezone(timedelta(hours=9))
    given = [
        datetime(2026, 11, 22, 15, 0, 0, 500_000, tzinfo=UTC),
        datetime(2026, 11, 22, 15, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 23, 0, tzinfo=tokyo),
        None,
    ]

    with database.writing() as connection:
        connection.execute(insert(moments), [{"at": at} for at in given])
        kept = list(connection.scalars(select(moments.c.at).order_by(moments.c.at)))

    assert kept == [None, given[2], given[1], given[0]]
    assert all(at.tzinfo == UTC for at in kept[1:])


def test_a_time_without_its_zone_is_refused(database, moments):
    with pytest.raises(StatementError, match="without its zone"), database.writing() as connection:
        connection.execute(insert(moments).values(at=datetime(2026, 11, 22)))


def test_the_tables_can_be_said_in_postgresql():
    dialect = postgresql.dialect()

    made = [str(CreateTable(table).compile(dialect=dialect)) for table in tables.metadata.sorted_tables]
    (one_live_job,) = (index for index in tables.jobs.indexes if index.unique)

    assert len(made) == 5
    assert "TIMESTAMP WITH TIME ZONE" in made[0]
    assert "WHERE state IN ('waiting', 'running')" in str(CreateIndex(one_live_job).compile(dialect=dialect))
