"""The queue that wakes the workers: a file of this machine, or Redis for several.

It may lose a message: the job's row is the truth, and whatever was not
delivered is found there and queued again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import (
    SQLITE_CORRUPT,
    SQLITE_ERROR,
    SQLITE_NOTADB,
    Connection,
    Cursor,
    DatabaseError,
    OperationalError,
)
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from huey.storage import SqliteStorage
from redis import ConnectionPool, Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError, RedisError
from redis.retry import Retry
from sqlalchemy.engine import make_url

from settings import Settings
from store.private_files import make_private

log = logging.getLogger(__name__)

NAME = "recommender"
# In the state folder where PostgreSQL keeps the rows, so that there is no database file to lie beside.
DEFAULT_FILE = "recommender.queue.db"
# What SQLite says of a file that is not as we have made it; our statements are right.
DAMAGED = {SQLITE_ERROR, SQLITE_CORRUPT, SQLITE_NOTADB}
# Redis and SQLite answer in a millisecond; a worker asks Redis to wait up to a second for a message. A page
# waits for it: whatever comes together, 3 s at most.
MAX_ANSWER_S = 2
MAX_CONNECT_S = 2
# A Redis that restarts is back within these tries; each time they run out, a worker reports it. One that
# does not answer is not asked again: the job's row is enough.
RETRY = Retry(ConstantBackoff(0.4), 2, supported_errors=(ConnectionError,))


class _ErasingConnection(Connection):
    """A connection that overwrites what it deletes; Huey's storage has no setting for that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute("PRAGMA secure_delete = ON")


class _Storage(SqliteStorage):  # type: ignore[misc]
    """Huey's storage, whose file is made anew where it is gone or damaged.

    Without it a worker would never learn of a job again: even what it does every minute
    goes by the queue.
    """

    _conn: Connection | None

    @contextmanager
    def db(self, commit: bool = False, close: bool = False) -> Iterator[Cursor]:
        """Yield a cursor, of a transaction where it is to `commit`."""
        if not self._is_there():
            self.close()
        try:
            with super().db(commit, close) as cursor:
                yield cursor
        except DatabaseError as error:
            # The last byte is the kind of error, the others tell more of it.
            if error.sqlite_errorcode & 0xFF in DAMAGED:
                log.error("the queue is damaged (%s) and made anew", error)
                self._remove()
            raise

    def close(self) -> bool:
        """Close the connection, and return whether there was one; two threads may do so at once."""
        with self.lock:
            connection, self._conn = self._conn, None
            if connection is not None:
                connection.close()
        return connection is not None

    def _create_connection(self) -> Connection:
        file = Path(self.filename).absolute()
        make_private(file)
        connection: Connection = super()._create_connection()
        for statement in self.ddl:
            connection.execute(statement)
        self._inode = file.stat().st_ino
        return connection

    def _is_there(self) -> bool:
        """Return whether the file is the one that is open."""
        try:
            return self._conn is not None and Path(self.filename).stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def _remove(self) -> None:
        """Remove the file, unless another process has made it anew already."""
        if self._is_there():
            for path in (Path(f"{self.filename}-journal"), Path(self.filename)):
                path.unlink(missing_ok=True)
        self.close()


class QueueUnusable(Exception):
    """The queue cannot be opened or does not answer; the text says what to do."""


def open_queue(settings: Settings) -> Huey:
    """Open the queue: in Redis where `REDIS_URL` is set, else in a file of this machine.

    The file lies beside an SQLite database, and in the state folder where there
    is none. Messages are signed, as they are unpickled. No connection to Redis is
    left open, so that a process may fork afterwards.

    Raises
    ------
    QueueUnusable
        If Redis does not answer, or refuses the password; or the file cannot be written.
    """
    options = {"results": False, "serializer": SignedSerializer(secret=settings.secret_key)}
    if settings.redis_url:
        return RedisHuey(NAME, connection_pool=_connect(settings.redis_url), **options)
    address = make_url(settings.database_url)
    is_beside = address.get_backend_name() == "sqlite"
    beside = Path(str(address.database)).with_suffix(".queue.db")
    file = beside if is_beside else settings.state_dir / DEFAULT_FILE
    try:
        # Without a write-ahead log, which would hold what was deleted.
        return SqliteHuey(
            NAME,
            storage_class=_Storage,
            filename=str(file),
            timeout=MAX_ANSWER_S,
            journal_mode="delete",
            factory=_ErasingConnection,
            **options,
        )
    except (OSError, OperationalError) as error:
        raise QueueUnusable(
            f"the queue {file} cannot be written ({error}): set STATE_DIR to a folder that can be,"
            " or REDIS_URL"
        ) from error


def set_threads(queue: Huey, n_threads: int) -> None:
    """Let a consumer of this queue run so many jobs at once, whatever its command line says."""
    create = queue.create_consumer
    queue.create_consumer = lambda **options: create(**{**options, "workers": n_threads})


def check(queue: Huey) -> None:
    """Ask the queue how much is in it; raises QueueUnusable where it does not answer."""
    try:
        queue.pending_count()
    except (RedisError, DatabaseError, OSError) as error:
        raise QueueUnusable(f"the queue does not answer: {error}") from error


def enqueue(task: Callable[[str], object], job_id: str) -> None:
    """Queue a job; where the queue fails, the job waits for the worker's next look at the rows."""
    try:
        task(job_id)
    except (RedisError, DatabaseError, OSError) as error:
        log.error("job %s cannot be queued now, but is kept: %s", job_id, error)


def _connect(url: str) -> ConnectionPool:
    """Return the connections to a Redis that has answered, none of them open."""
    pool = ConnectionPool.from_url(
        url, socket_connect_timeout=MAX_CONNECT_S, socket_timeout=MAX_ANSWER_S, retry=RETRY
    )
    try:
        Redis(connection_pool=pool).ping()
    except RedisError as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise QueueUnusable(
            f"Redis cannot be used ({reason}): check REDIS_URL, and that its server runs"
        ) from error
    finally:
        pool.disconnect()
    return pool
