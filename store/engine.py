"""SQLite and PostgreSQL: how each is connected to, and what differs between them."""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from sqlite3 import OperationalError
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from store.errors import DatabaseUnusable
from store.private_files import make_private

log = logging.getLogger(__name__)

# How long a writer waits for the others; each locks a row, or SQLite's file, for milliseconds. A page must
# answer within 5 s, even if it has waited first for one of as many that hold all threads.
BUSY_TIMEOUT_S = 2
# PostgreSQL's own library takes no less.
CONNECT_TIMEOUT_S = 2
# No statement of ours takes a second; one that does not end blocks a page or a worker.
STATEMENT_TIMEOUT_S = 4
# A server that has gone without closing the connection is noticed within a minute: by TCP's probes while we
# wait for it, and by what it does not acknowledge.
_KEEPALIVES = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
# Connections kept open besides one for each thread, such as for heartbeats; and those that are opened
# anew each time, where more is asked at once. Whoever finds none free waits for milliseconds.
N_SPARE, N_OVERFLOW = 2, 5
# By so many bytes SQLite maps the index of its log into memory.
INDEX_BLOCK = 32_768
SWEPT_AGAIN = "a worker tries again within a minute"
# How long a starting process waits while another migrates the tables.
MIGRATION_TIMEOUT_S = 60
# The key of our advisory lock: any number that nobody else locks in our database.
MIGRATION_LOCK = 7_405_118

_REMEDIES = {
    "sqlite": "set STATE_DIR, or DATABASE_URL, to a place that this user may write to",
    "postgresql": "check DATABASE_URL or RDS_*, that the server runs,"
    " and that its user may make tables there",
}

# A reader sees one snapshot. In SQLite it always does.
_READING: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def connect(url: str, n_threads: int = 1) -> Engine:
    """Create the engine of a database; no connection is opened yet.

    Parameters
    ----------
    url : str
        `sqlite:///FILE`, or `postgresql://USER:PASSWORD@HOST:PORT/NAME`.
    n_threads : int
        How many threads will use it at once, each with a connection.

    Raises
    ------
    ValueError
        If it is of another kind of database.
    """
    address = make_url(url)
    kind = address.drivername.partition("+")[0]
    if kind not in _ENGINES:
        raise ValueError("a database's URL must begin with sqlite:/// or postgresql://")
    pool = {"pool_size": n_threads + N_SPARE, "max_overflow": N_OVERFLOW}
    # Errors go to the log with their text: titles and ids must not be in it.
    return _ENGINES[kind](address, {**pool, "hide_parameters": True})


def for_reading(engine: Engine) -> Engine:
    """Return the engine whose transactions only read."""
    return engine.execution_options(**_READING[engine.dialect.name])


def for_writing(engine: Engine) -> Engine:
    """Return the engine whose transactions write."""
    return engine.execution_options(writes=True)


def note_erasure(connection: Connection) -> None:
    """Note in SQLite's file, with the transaction that deletes an account, that it has to be rewritten."""
    if connection.dialect.name == "sqlite":
        n_noted = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version = {n_noted + 1}")


def sweep(engine: Engine) -> None:
    """Let nothing that was deleted be left in SQLite's files; does nothing in PostgreSQL.

    The write-ahead log holds older states of the rows: it is moved into the file
    and emptied. SQLite overwrites what it deletes, but not the copies that it leaves
    behind where it has moved rows between pages: once an account was deleted, the
    file is rewritten. Where others hold the file for longer than writers wait, or the
    disk is full, it is left to the next time.
    """
    if engine.dialect.name != "sqlite":
        return
    pooled = engine.raw_connection()
    connection: SqliteConnection = pooled.driver_connection  # type: ignore[assignment]
    try:
        if (noted := _read_pragma(connection, "user_version")) != 0:
            connection.execute("VACUUM")
            _forget_noted(connection, noted)
        is_busy = _read_pragma(connection, "wal_checkpoint(TRUNCATE)") != 0
    except OperationalError as error:
        log.error("what was deleted may still be in the database's file (%s): %s", error, SWEPT_AGAIN)
    else:
        if is_busy:
            log.warning("what was deleted may still be in the database's log: %s", SWEPT_AGAIN)
    finally:
        pooled.close()


def _read_pragma(connection: SqliteConnection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _forget_noted(connection: SqliteConnection, noted: int) -> None:
    """Forget that the file has to be rewritten, unless another account was deleted since."""
    connection.execute("BEGIN IMMEDIATE")
    if _read_pragma(connection, "user_version") == noted:
        connection.execute("PRAGMA user_version = 0")
    connection.execute("COMMIT")


@contextmanager
def begin_exclusive(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that may change the tables while no other process does; an error rolls it back.

    Raises
    ------
    DatabaseUnusable
        If the database cannot be reached, refuses us, or its file cannot be written.
    """
    begin = _begin_exclusive_in_sqlite if engine.dialect.name == "sqlite" else _begin_exclusive_in_postgresql
    try:
        with begin(engine) as connection:
            yield connection
    except (DBAPIError, SqliteError, OSError) as error:
        reason = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split()).rstrip(".")
        # Neither the password is shown, nor a query, which may hold one.
        place = engine.url.set(query={}).render_as_string(hide_password=True)
        raise DatabaseUnusable(
            f"the database {place} cannot be used ({reason}): {_REMEDIES[engine.dialect.name]}"
        ) from error


@contextmanager
def _begin_exclusive_in_sqlite(engine: Engine) -> Iterator[Connection]:
    file = Path(str(engine.url.database)).absolute()
    make_private(file)
    with _lock_folder(file.parent):
        _switch_to_wal(engine)
        with for_writing(engine).begin() as connection:
            yield connection


@contextmanager
def _begin_exclusive_in_postgresql(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        # Migrating a large table may take longer.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.connection.driver_connection.max_answer_s = None  # type: ignore[union-attr]
        connection.execute(text(f"SET LOCAL lock_timeout = '{MIGRATION_TIMEOUT_S}s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        yield connection


def _sqlite(address: URL, options: dict[str, Any]) -> Engine:
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_S}, **options)
    event.listen(engine, "do_connect", _open_existing)
    event.listen(engine, "connect", _set_up_connection)
    event.listen(engine, "checkout", _require_same_file)
    event.listen(engine, "checkout", _mend_index)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(address: URL, options: dict[str, Any]) -> Engine:
    waits = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "options": f"-c lock_timeout={BUSY_TIMEOUT_S}s -c statement_timeout={STATEMENT_TIMEOUT_S}s",
        **_KEEPALIVES,
    }
    # Not at the top: with SQLite its driver is not needed.
    from store.postgresql import Connection as BoundedConnection
    from store.postgresql import require_answer

    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args=waits,
        **options,
    )
    event.listen(
        engine, "do_connect", lambda _, __, place, options: BoundedConnection.connect(*place, **options)
    )
    event.listen(engine, "checkout", require_answer)
    return engine


# Some providers shorten the scheme to `postgres`.
_ENGINES: dict[str, Callable[[URL, dict[str, Any]], Engine]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "postgres": _postgresql,
}


def _open_existing(
    _: Dialect, record: ConnectionPoolEntry, place: list[str], options: dict[str, Any]
) -> None:
    """Let SQLite open the file, but make no new one: what is gone must not come back empty.

    SQLite would not notice an overwritten file as long as its log has the pages that
    are asked for, so the beginning of the file is looked at without it.
    """
    file = Path(place[0]).absolute()
    _require_header(file)
    place[0], options["uri"] = f"{file.as_uri()}?mode=rw", True
    record.info["file"] = file


def _require_header(file: Path) -> None:
    """Raise where a file does not begin as SQLite's do. Python must not open it: see `make_private`."""
    try:
        # Taken for a file that never changes, it is read without locks and without its log.
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as without_log:
            _read_pragma(without_log, "schema_version")
    except SqliteError as error:
        # Anything else may be another process that moves the log into the file at this moment.
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise


def _require_same_file(_: SqliteConnection, record: ConnectionPoolEntry, __: object) -> None:
    """Have a connection replaced whose file was: it would go on with the one that is gone, or from its cache.

    Each time that the log is moved into the file the connections are replaced as well.
    """
    try:
        status = record.info["file"].stat()
        now = status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
    except OSError:
        # Gone, or on a disk that does not answer: to open it anew says which.
        now = None
    # The first look is at the file that was just opened.
    if now is None or record.info.setdefault("state", now) != now:
        raise DisconnectionError("the database's file was changed or replaced")


def _mend_index(_: SqliteConnection, record: ConnectionPoolEntry, __: object) -> None:
    """Make the index of SQLite's log as long again as it was, if it was cut off.

    It is part of this process's memory: to read beyond its end would kill the process.
    What it says SQLite finds out anew from the log.
    """
    file: Path = record.info["file"]
    index = file.with_name(f"{file.name}-shm")
    try:
        size = index.stat().st_size
    except OSError:
        return
    # At the first look it may be still to be made.
    before = record.info.get("index size", size)
    if size < before:
        log.error("the index of the database's log was cut off from %d to %d bytes", before, size)
        try:
            os.truncate(index, before)
        except OSError as error:
            raise DisconnectionError("the index of the database's log cannot be mended") from error
    record.info["index size"] = max(size, before, INDEX_BLOCK)


def _set_up_connection(connection: SqliteConnection, _: object) -> None:
    # The driver must not begin transactions, `_begin` does: the driver would begin
    # after the first SELECT, and what was read could be stale when it is written back.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # In WAL mode this can lose only the last commits before a power cut.
    connection.execute("PRAGMA synchronous = NORMAL")
    # Of the file's pages the system keeps a copy already: of each connection's own 2 MB a page needs little.
    connection.execute("PRAGMA cache_size = -64")
    # What is deleted is overwritten; most builds of SQLite would leave it where it was.
    connection.execute("PRAGMA secure_delete = ON")


def _begin(connection: Connection) -> None:
    # A writer that began as a reader could not wait for another writer: it would fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _switch_to_wal(engine: Engine) -> None:
    """Let readers run beside a writer; the setting is stored in the file."""
    pooled = engine.raw_connection()
    try:
        pooled.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        pooled.close()


@contextmanager
def _lock_folder(folder: Path) -> Iterator[None]:
    """Let only one of the processes that start together switch a new file to WAL.

    SQLite's time-out does not cover the switch: the second would fail.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
