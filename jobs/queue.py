"""The queue that wakes the workers: a file of this machine, or Redis for several.

It may lose a message, for the job's row is the truth: whatever was not
delivered is found there and queued again.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from sqlite3 import DatabaseError

from huey import Huey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from redis import ConnectionPool, Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy.engine import make_url

from settings import Settings

log = logging.getLogger(__name__)

NAME = "recommender"
# Where PostgreSQL keeps the rows, so that no file of theirs has a neighbour.
ALONE = Path("instance/recommender.queue.db")
# Redis answers in a millisecond; a worker lets it wait for a message for one second.
MAX_ANSWER_S = 5
MAX_CONNECT_S = 3
# A Redis that is started anew is back within these tries; a worker reports one that stays away at each end.
TRIES = Retry(ConstantBackoff(1), 2)


class QueueUnusable(Exception):
    """The queue cannot be opened; the text says what to do."""


def open_queue(settings: Settings) -> Huey:
    """Give the queue: in Redis where `REDIS_URL` is set, else in a file of this machine.

    The file lies beside an SQLite database, and in `instance/` where there is
    none. Messages are signed, as they are unpickled. No connection to Redis is
    left open, so that a process may fork afterwards.

    Raises
    ------
    QueueUnusable
        If Redis does not answer, or refuses the password.
    """
    options = {"results": False, "serializer": SignedSerializer(secret=settings.secret_key)}
    if settings.redis_url:
        return RedisHuey(NAME, connection_pool=_reached(settings.redis_url), **options)
    address = make_url(settings.database_url)
    is_beside = address.get_backend_name() == "sqlite"
    file = Path(str(address.database)).with_suffix(".queue.db") if is_beside else ALONE
    file.absolute().parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(file), **options)


def enqueue(task: Callable[[str], object], job_id: str) -> None:
    """Queue a job; where the queue fails, the job waits for the worker's next look at the rows."""
    try:
        task(job_id)
    except (RedisError, DatabaseError) as error:
        log.error("job %s cannot be queued now, but is kept: %s", job_id, error)


def _reached(url: str) -> ConnectionPool:
    """Give connections to a Redis that has answered."""
    pool = ConnectionPool.from_url(
        url, socket_connect_timeout=MAX_CONNECT_S, socket_timeout=MAX_ANSWER_S, retry=TRIES
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
