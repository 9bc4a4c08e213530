"""The database: how it is opened, and what a transaction is."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from store.clock import Clock
from store.tables import metadata

# A writer waits so long for the others; each holds the file for milliseconds.
BUSY_TIMEOUT_S = 5
NEW_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


@dataclass(frozen=True)
class Database:
    """An open database, the keys of what is encrypted in it, and the clock of its rows."""

    engine: Engine
    cipher: MultiFernet = field(repr=False)
    clock: Clock

    def reading(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that only reads: it sees one state, and holds up nobody."""
        return self.engine.begin()

    def writing(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that writes, after those of others have ended; an error undoes it whole."""
        return self.engine.execution_options(writes=True).begin()


def open_database(url: str, token_keys: Sequence[str], clock: Clock) -> Database:
    """Open an SQLite database, and make the file, its folder and its tables where they are missing.

    No connection is left open, so that a process may fork afterwards.

    Parameters
    ----------
    url : str
        `sqlite:///FILE`.
    token_keys : sequence of str
        Fernet keys, at least one: the first encrypts, all decrypt.
    clock : Clock
        What the times in the rows are taken from.

    Raises
    ------
    ValueError
        If there is no key, or one is not a Fernet key.
    """
    cipher = _cipher(token_keys)
    file = Path(str(make_url(url).database)).absolute()
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S},
        hide_parameters=True,  # an error's text goes to the log, titles and ids must not
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    database = Database(engine, cipher, clock)
    with _one_at_a_time(file.parent):
        _switch_to_wal(engine)
        with database.writing() as connection:
            metadata.create_all(connection)
    engine.dispose()
    return database


def _cipher(token_keys: Sequence[str]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in token_keys])
    except ValueError:
        # The cause may quote the key.
        sentence = f"the keys for stored tokens must be Fernet keys, at least one; to make one: {NEW_KEY}"
        raise ValueError(sentence) from None


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
