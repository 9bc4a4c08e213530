"""The database: opened by several processes at once, and written by several threads at once."""

import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text, update
from sqlalchemy.exc import InternalError, OperationalError, StatementError

from store import tables
from store.clock import Clock
from store.engine import begin_exclusive
from store.errors import is_outage
from store.tables import UtcTime
from tests.support.database import KEY, START, open_store
from tests.support.outages import hang

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    yield opened
    opened.engine.dispose()


def add_account(connection, account_id):
    connection.execute(
        insert(tables.accounts).values(id=account_id, display_name="0", user_id="u", last_seen=START)
    )


def read_name(connection, account_id):
    return connection.scalar(select(tables.accounts.c.display_name).where(tables.accounts.c.id == account_id))


def test_the_clock_tells_the_time_in_utc():
    before = datetime.now(UTC)

    now = Clock().now()

    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_waiting_takes_its_time_unless_it_is_cancelled():
    cancelled = Event()
    began = time.monotonic()

    assert not Clock().wait(0.02)
    assert not Clock().wait(0.02, cancelled)
    took = time.monotonic() - began
    cancelled.set()

    assert took >= 0.03
    assert Clock().wait(60, cancelled)


def test_makes_the_folder_the_file_and_the_tables(tmp_path):
    database = open_store(f"sqlite:///{tmp_path}/not/there/store.db")

    with database.reading() as connection:
        assert connection.execute(select(tables.accounts)).all() == []
    database.engine.dispose()


@pytest.mark.parametrize("url", ["mysql://127.0.0.1/store", "oracle+cx_oracle://127.0.0.1/store"])
def test_another_kind_of_database_is_refused_with_those_there_are(url):
    with pytest.raises(ValueError, match="sqlite:/// or postgresql://"):
        open_store(url)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_is_understood(postgresql, scheme):
    with postgresql.new_database() as url:
        database = open_store(url.replace("postgresql", scheme))

        with database.reading() as connection:
            assert connection.execute(select(tables.accounts)).all() == []
        database.engine.dispose()


def test_a_database_is_opened_again_with_what_it_holds(database_url):
    first = open_store(database_url)
    with first.writing() as connection:
        add_account(connection, "lisa")
    first.engine.dispose()

    second = open_store(database_url)

    with second.reading() as connection:
        assert read_name(connection, "lisa") == "0"
    second.engine.dispose()


@pytest.mark.parametrize("keys", [[], [""], ["no-key"], [KEY, "no-key"], [KEY[:-1]]])
def test_a_bad_key_is_refused_with_the_way_to_make_one(tmp_path, keys):
    with pytest.raises(ValueError, match=r"Fernet\.generate_key") as refused:
        open_store(f"sqlite:///{tmp_path}/store.db", keys)

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
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 2000)],
)
def test_every_connection_to_sqlite_is_set_up(tmp_path, pragma, value):
    database = open_store(f"sqlite:///{tmp_path}/store.db")

    with database.reading() as first, database.reading() as second:
        assert first.scalar(text(f"PRAGMA {pragma}")) == value
        assert second.scalar(text(f"PRAGMA {pragma}")) == value
    database.engine.dispose()


@pytest.fixture
def on_postgresql(postgresql):
    with postgresql.new_database() as url:
        opened = open_store(url)
        yield opened
        opened.engine.dispose()


def test_a_reader_of_postgresql_cannot_write(on_postgresql):
    with pytest.raises(InternalError, match="read-only"), on_postgresql.reading() as connection:
        add_account(connection, "lisa")
    with on_postgresql.writing() as connection:
        add_account(connection, "lisa")


def test_the_wait_for_a_locked_row_of_postgresql_is_bounded(on_postgresql):
    with on_postgresql.reading() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "2s"


def test_the_wait_for_an_answer_of_postgresql_is_bounded(on_postgresql):
    with on_postgresql.reading() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "4s"
        theirs = socket.socket(fileno=os.dup(connection.connection.driver_connection.fileno()))

    with theirs:
        assert theirs.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
        assert theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


def test_a_migration_may_take_longer(on_postgresql):
    with begin_exclusive(on_postgresql.engine) as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
        assert connection.connection.driver_connection.max_answer_s is None


def test_a_postgresql_that_hangs_in_the_middle_of_a_transaction_is_an_outage(postgresql, on_postgresql):
    with pytest.raises(OperationalError) as caught, on_postgresql.reading() as connection:
        its_process = connection.scalar(text("SELECT pg_backend_pid()"))
        end = hang([its_process])
        try:
            connection.execute(text("SELECT 1"))
        finally:
            end()

    assert is_outage(caught.value)
    with on_postgresql.reading() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != its_process


def test_a_postgresql_too_slow_for_the_least_question_is_an_outage_too(on_postgresql, monkeypatch):
    monkeypatch.setattr("store.postgresql.MAX_PING_S", 0.0)

    # Where the machine is busy, an answer may be there before anybody waits for it.
    with pytest.raises(OperationalError) as caught:
        for _ in range(100):
            with on_postgresql.reading():
                pass

    assert is_outage(caught.value)


def test_a_lost_connection_to_postgresql_is_replaced(postgresql, on_postgresql):
    with on_postgresql.reading() as connection:
        its_process = connection.scalar(text("SELECT pg_backend_pid()"))
    postgresql.run(f"SELECT pg_terminate_backend({its_process}, 5000)")

    with on_postgresql.reading() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != its_process


def test_a_folder_that_can_no_longer_be_read_is_an_outage_and_its_end_is_noticed(tmp_path):
    (tmp_path / "state").mkdir()
    database = open_store(f"sqlite:///{tmp_path}/state/store.db")
    with database.reading() as connection:
        assert read_name(connection, "lisa") is None
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    (tmp_path / "state").touch()

    with pytest.raises(OperationalError) as caught, database.reading():
        pass

    assert is_outage(caught.value)
    (tmp_path / "state").unlink()
    (tmp_path / "elsewhere").rename(tmp_path / "state")
    with database.reading() as connection:
        assert read_name(connection, "lisa") is None
    database.engine.dispose()


def test_an_error_rolls_the_whole_transaction_back(database):
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        add_account(connection, "lisa")
        1 / 0  # noqa: B018 - stands for anything that fails half-way

    with database.reading() as connection:
        assert read_name(connection, "lisa") is None


def test_a_reader_sees_one_snapshot_and_does_not_wait_for_the_writer(database):
    with database.writing() as connection:
        add_account(connection, "lisa")

    with database.reading() as reader:
        before = read_name(reader, "lisa")
        with database.writing() as writer:
            writer.execute(update(tables.accounts).values(display_name="1"))
        after = read_name(reader, "lisa")

    assert (before, after) == ("0", "0")


def test_writers_lose_nothing(database):
    with database.writing() as connection:
        add_account(connection, "lisa")

    def count_fifty_on(_):
        for _ in range(50):
            with database.writing() as connection:
                wanted = select(tables.accounts.c.display_name).with_for_update()
                counted = int(connection.scalar(wanted))
                connection.execute(update(tables.accounts).values(display_name=str(counted + 1)))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_fifty_on, range(4)))

    with database.reading() as connection:
        assert read_name(connection, "lisa") == "200"


OPENS_WHEN_TOLD = """
import sys
from store.clock import Clock
from store.database import open_database
print("ready", flush=True)
for url in sys.stdin:
    open_database(url.strip(), [sys.argv[1]], Clock())
    print("opened", flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_urls(request, tmp_path):
    """The URLs of several databases that nobody has opened yet."""
    if request.param == "sqlite":
        yield [f"sqlite:///{tmp_path}/{number}/store.db" for number in range(20)]
        return
    server = request.getfixturevalue("postgresql")
    with ExitStack() as stack:
        yield [stack.enter_context(server.new_database()) for _ in range(5)]


@pytest.mark.slow
def test_processes_may_open_a_new_database_at_once(new_urls):
    command = [sys.executable, "-c", OPENS_WHEN_TOLD, KEY]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
        for _ in range(4)
    ]
    answers = [process.stdout.readline() for process in processes]

    for url in new_urls:
        for process in processes:
            process.stdin.write(f"{url}\n")
            process.stdin.flush()
        answers += [process.stdout.readline() for process in processes]
    for process in processes:
        process.communicate()

    assert answers == ["ready\n"] * 4 + ["opened\n"] * 4 * len(new_urls)
    assert [process.returncode for process in processes] == [0] * 4


@pytest.fixture
def times(database):
    table = Table("times", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcTime))
    with database.writing() as connection:
        table.create(connection)
    return table


def test_times_of_different_zones_are_ordered_correctly(database, times):
    # 23:00 in Tokyo is 14:00 in UTC, an hour before 15:00 in UTC, and 15:00.5 comes after it.
    tokyo = timezone(timedelta(hours=9))
    given = [
        datetime(2026, 11, 22, 15, 0, 0, 500_000, tzinfo=UTC),
        datetime(2026, 11, 22, 15, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 23, 0, tzinfo=tokyo),
        None,
    ]

    with database.writing() as connection:
        connection.execute(insert(times), [{"at": at} for at in given])
        stored = list(connection.scalars(select(times.c.at).order_by(times.c.at.nulls_first())))

    assert stored == [None, given[2], given[1], given[0]]
    assert all(at.tzinfo == UTC for at in stored[1:])


def test_a_time_without_its_zone_is_refused(database, times):
    with pytest.raises(StatementError, match="without its zone"), database.writing() as connection:
        connection.execute(insert(times).values(at=datetime(2026, 11, 22)))
