"""The browsers' sessions; a browser itself holds only the session's id."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import bindparam, delete, insert, select, update

from store.database import Database
from store.tables import accounts, sessions

MAX_IDLE = timedelta(days=30)
# An anonymous session holds a sign-in under way; one that is given up leaves it behind.
MAX_ANONYMOUS_IDLE = timedelta(hours=1)
# A page view only reads; at most one an hour writes as well.
TOUCH_EVERY = timedelta(hours=1)


_BY_HASH = select(sessions.c.encrypted, sessions.c.last_seen, sessions.c.account_id).where(
    sessions.c.id_hash == bindparam("id_hash")
)


def create_session(database: Database, data: Mapping[str, Any], account_id: str | None) -> str:
    """Save JSON data under a new id of 256 random bits, and return the id.

    Sessions that were idle for too long are deleted, anonymous ones after an
    hour.
    """
    session_id = secrets.token_urlsafe(32)
    now = database.clock.now()
    is_idle = sessions.c.last_seen < now - MAX_IDLE
    is_given_up = sessions.c.account_id.is_(None) & (sessions.c.last_seen < now - MAX_ANONYMOUS_IDLE)
    # A transaction of its own, so that rows of several accounts are not locked while it waits for another.
    with database.writing() as connection:
        connection.execute(delete(sessions).where(is_idle | is_given_up))
    with database.writing() as connection:
        connection.execute(
            insert(sessions).values(
                id_hash=_hash(session_id),
                account_id=account_id,
                encrypted=_encrypt(database, data),
                last_seen=now,
            )
        )
    return session_id


def load_session(
    database: Database, session_id: str, on_touch: Callable[[], None] | None = None
) -> dict[str, Any] | None:
    """Return the data saved under an id, and keep it for another 30 days; its account counts as seen, too.

    That is written at most once an hour, and `on_touch` called then. None where
    the id is unknown, was idle for longer than 30 days, or its data was
    encrypted with a key that we no longer have.
    """
    now, id_hash = database.clock.now(), _hash(session_id)
    with database.reading() as connection:
        row = connection.execute(_BY_HASH, {"id_hash": id_hash}).one_or_none()
    if row is None or now - row.last_seen > MAX_IDLE:
        return None
    try:
        data: dict[str, Any] = json.loads(database.cipher.decrypt(row.encrypted))
    except InvalidToken:
        return None
    if now - row.last_seen >= TOUCH_EVERY:
        with database.writing() as connection:
            # The account first: see `Database.writing`.
            connection.execute(update(accounts).where(accounts.c.id == row.account_id).values(last_seen=now))
            is_same = sessions.c.id_hash == id_hash
            connection.execute(update(sessions).where(is_same).values(last_seen=now))
        if on_touch:
            on_touch()
    return data


def update_session(database: Database, session_id: str, data: Mapping[str, Any]) -> None:
    """Save other data under an id; a session that was removed meanwhile, as by a sign-out, stays removed."""
    change = update(sessions).where(sessions.c.id_hash == _hash(session_id))
    with database.writing() as connection:
        connection.execute(change.values(encrypted=_encrypt(database, data), last_seen=database.clock.now()))


def remove_session(database: Database, session_id: str) -> None:
    """Delete a session, if there is one."""
    with database.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.id_hash == _hash(session_id)))


def remove_sessions(database: Database, account_id: str) -> None:
    """Delete every session of an account, at whichever browser."""
    with database.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.account_id == account_id))


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def _encrypt(database: Database, data: Mapping[str, Any]) -> bytes:
    return database.cipher.encrypt(json.dumps(dict(data)).encode())
