"""The open database and its transactions."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Connection, Engine

from store import engine as engines
from store.clock import Clock
from store.schema import bring_up_to_date

_ANY_ROW = "SELECT id FROM accounts LIMIT 1"
NEW_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


@dataclass(frozen=True)
class Database:
    """An open database, the keys for what is encrypted or hidden in it, and the clock for its rows."""

    engine: Engine
    cipher: MultiFernet = field(repr=False)
    hiding_key: bytes = field(repr=False)
    clock: Clock
    #: The connection of the `snapshot` that is open in this thread.
    _snapshot: ContextVar[Connection | None] = field(
        default_factory=lambda: ContextVar("snapshot", default=None), init=False, repr=False, compare=False
    )

    @cached_property
    def _reader(self) -> Engine:
        return engines.for_reading(self.engine)

    @cached_property
    def _writer(self) -> Engine:
        return engines.for_writing(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a transaction that only reads: it sees one snapshot, and blocks nobody."""
        if shared := self._snapshot.get():
            yield shared
        else:
            with self._reader.begin() as connection:
                yield connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that is read meanwhile, here and in what is called, be read in one transaction."""
        with self.reading() as connection:
            token = self._snapshot.set(connection)
            try:
                yield
            finally:
                self._snapshot.reset(token)

    def describe(self) -> str:
        """Return which program keeps the database, and in which version: "postgresql 16.2"."""
        with self.reading() as connection:
            dialect = connection.dialect
            version = dialect.server_version_info or ()
        return f"{dialect.name} {'.'.join(map(str, version))}"

    def check(self) -> None:
        """Read a row, which fails as everything else does where the database is away or damaged."""
        with self._reader.connect() as connection:
            connection.exec_driver_sql(_ANY_ROW)

    def writing(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that writes; an error rolls it back.

        In SQLite, writers take turns. In PostgreSQL they run concurrently: a
        row that is read to be changed must be selected `with_for_update`,
        which SQLite ignores. A transaction that writes to several tables locks
        the account's row first, which prevents deadlocks.
        """
        return self._writer.begin()

    @contextmanager
    def erasing(self) -> Iterator[Connection]:
        """Begin a transaction that writes, and `sweep` once it has ended."""
        with self.writing() as connection:
            yield connection
        self.sweep()

    def sweep(self) -> None:
        """Let nothing that was deleted be left in SQLite's files; PostgreSQL takes a `VACUUM FULL`."""
        engines.sweep(self.engine)


def open_database(url: str, token_keys: Sequence[str], clock: Clock, n_threads: int = 1) -> Database:
    """Open an SQLite or PostgreSQL database; create what is missing, and migrate older tables.

    No connection is left open, so that a process may fork afterwards.

    Parameters
    ----------
    url : str
        As `store.engine.connect` takes it.
    token_keys : sequence of str
        Fernet keys, at least one: the first encrypts, all decrypt.
    clock : Clock
        The source of the times in the rows.
    n_threads : int
        How many threads of this process will ask at once.

    Raises
    ------
    ValueError
        If there is no key, one is not a Fernet key, or the URL is of another kind of database.
    DatabaseUnusable
        If it cannot be reached, or refuses us.
    NewerDatabase
        If a newer program has migrated its tables.
    """
    cipher = _cipher(token_keys)
    engine = engines.connect(url, n_threads)
    try:
        bring_up_to_date(engine)
    finally:
        engine.dispose()
    # The first key, but for another purpose, under another name.
    hiding_key = hmac.digest(token_keys[0].encode(), b"accounts that are hidden", hashlib.sha256)
    return Database(engine, cipher, hiding_key, clock)


def _cipher(token_keys: Sequence[str]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in token_keys])
    except ValueError:
        # The cause may quote the key.
        sentence = f"the keys for stored tokens must be Fernet keys, at least one; to make one: {NEW_KEY}"
        raise ValueError(sentence) from None
