"""A connection to PostgreSQL that does not wait for a server that hangs."""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

# A server that lives has ended each statement before: see `STATEMENT_TIMEOUT_S` in `store.engine`.
MAX_ANSWER_S = 4.5
# For the least that can be asked. With this and what connecting takes, a page answers within 5 s.
MAX_PING_S = 1.0
HAS_ANSWERED = "has answered"

Answer = TypeVar("Answer")


class Connection(psycopg.Connection[Any]):
    """A connection that is closed where an answer takes longer than `max_answer_s`; None waits for ever."""

    max_answer_s: float | None = MAX_ANSWER_S

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """Wait for an answer, in which everything that is asked of the server ends.

        Raises
        ------
        psycopg.OperationalError
            If there is none in time.
        """
        try:
            return super().wait(gen, interval, self.max_answer_s if timeout is None else timeout)
        except psycopg.OperationalError:
            # Whatever the server has refused, it is no longer busy with.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise


def require_answer(connection: Connection, record: ConnectionPoolEntry, _: object) -> None:
    """Have all pooled connections replaced where the server does not answer on this one.

    A restart of the server cuts them; one that hangs must not be waited for on each.

    Raises
    ------
    psycopg.Error
        If it does not answer on a connection that was just opened: another would be no better.
    """
    usual, connection.max_answer_s = connection.max_answer_s, MAX_PING_S
    try:
        connection.autocommit = True
        connection.execute("SELECT 1")
        connection.autocommit = False
    except psycopg.Error as error:
        if HAS_ANSWERED not in record.info:
            raise
        raise InvalidatePoolError("the server does not answer on this connection") from error
    record.info[HAS_ANSWERED] = True
    connection.max_answer_s = usual
