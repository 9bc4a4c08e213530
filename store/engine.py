"""The two kinds of databases that we can keep our tables in, and what differs between them."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError

from store.errors import DatabaseUnusable

# A writer waits so long for the others; each holds a row, or SQLite's file, for milliseconds.
BUSY_TIMEOUT_S = 5
# No statement of ours takes a second; one that does not end holds up a page or a worker.
MAX_STATEMENT_S = 30
# A server that has gone without a word is noticed within a minute, by the pieces that TCP sends meanwhile and
# by what it does not acknowledge.
_KEEPALIVES = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
# The text of an error goes to the log: titles and ids must not.
_QUIET: dict[str, Any] = {"hide_parameters": True}
# Who starts while another changes the tables waits so long for the end of that.
MAX_CHANGE_S = 60
# Any number that nobody else locks in our database.
CHANGE_LOCK = 7_405_118

# A reader sees one state. SQLite's always do.
_READING: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def connect(url: str) -> Engine:
    """Make the engine of a database, and an SQLite file's folder; no connection is opened yet.

    Parameters
    ----------
    url : str
        `sqlite:///FILE`, or `postgresql://USER:PASSWORD@HOST:PORT/NAME`.

    Raises
    ------
    ValueError
        If it names another kind of database.
    """
    address = make_url(url)
    kind = address.drivername.partition("+")[0]
    if kind not in _ENGINES:
        raise ValueError("a database's URL must begin with sqlite:/// or postgresql://")
    return _ENGINES[kind](address)


def for_reading(engine: Engine) -> Engine:
    """Give the engine whose transactions only read."""
    return engine.execution_options(**_READING[engine.dialect.name])


def for_writing(engine: Engine) -> Engine:
    """Give the engine whose transactions write."""
    return engine.execution_options(writes=True)


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that may change the tables while no other process does; an error undoes it.

    Raises
    ------
    DatabaseUnusable
        If the database cannot be reached, or refuses us.
    """
    begin = _alone_in_sqlite if engine.dialect.name == "sqlite" else _alone_in_postgresql
    try:
        with begin(engine) as connection:
            yield connection
    except (DBAPIError, SqliteError) as error:
        reason = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split()).rstrip(".")
        # The password is hidden, and so is a query, which may hold one.
        place = engine.url.set(query={}).render_as_string(hide_password=True)
        raise DatabaseUnusable(
            f"the database {place} cannot be used ({reason}): check DATABASE_URL or RDS_*,"
            " that the server runs, and that its user may make tables there"
        ) from error


@contextmanager
def _alone_in_sqlite(engine: Engine) -> Iterator[Connection]:
    with _one_at_a_time(Path(str(engine.url.database)).absolute().parent):
        _switch_to_wal(engine)
        with for_writing(engine).begin() as connection:
            yield connection


@contextmanager
def _alone_in_postgresql(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        # A change of a large table may take its time.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{MAX_CHANGE_S}s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({CHANGE_LOCK})"))
        yield connection


def _sqlite(address: URL) -> Engine:
    Path(str(address.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_S}, **_QUIET)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(address: URL) -> Engine:
    waits = {
        "connect_timeout": BUSY_TIMEOUT_S,
        "options": f"-c lock_timeout={BUSY_TIMEOUT_S}s -c statement_timeout={MAX_STATEMENT_S}s",
        **_KEEPALIVES,
    }
    # A server that has been started anew has cut what lies in the pool: look before use.
    url = address.set(drivername="postgresql+psycopg")
    return create_engine(url, connect_args=waits, pool_pre_ping=True, **_QUIET)


# Elsewhere the scheme is written short.
_ENGINES: dict[str, Callable[[URL], Engine]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "postgres": _postgresql,
}


def _prepare(connection: SqliteConnection, _: object) -> None:
    """Set up a new connection."""
    # The driver must not begin transactions: it does so after the first SELECT,
    # and what was read can then be stale when it is written back. `_begin` does.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # In WAL mode this loses nothing but the last moments before a power cut.
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    # A writer that began as a reader could not wait for another: it would fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _switch_to_wal(engine: Engine) -> None:
    """Let readers and a writer work side by side; the file remembers it."""
    pooled = engine.raw_connection()
    try:
        pooled.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        pooled.close()


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Keep processes that start together from switching a new file at once.

    SQLite's time-out does not cover that switch: the second would fail.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
