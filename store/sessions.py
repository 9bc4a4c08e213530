"""What we remember of a browser; the browser itself holds only the session's id."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import delete, insert, select, update

from store import tables
from store.database import Database

MAX_IDLE = timedelta(days=30)
# A stranger's session holds a sign-in under way; whoever does not come back leaves it.
MAX_SIGN_IN = timedelta(hours=1)
# A page view is a read; only the first in so long a time is a write as well.
TOUCH_EVERY = timedelta(hours=1)


def new_session(database: Database, data: Mapping[str, Any], account_id: str | None) -> str:
    """Keep what JSON can say under a new id of 256 random bits.

    Sessions too long idle go, and strangers' after an hour.
    """
    session_id = secrets.token_urlsafe(32)
    now = database.clock.now()
    # On its own, so that rows of several accounts are not held while another account is waited for.
    with database.writing() as connection:
        kept = tables.sessions.c
        is_left = kept.account_id.is_(None) & (kept.last_seen < now - MAX_SIGN_IN)
        connection.execute(delete(tables.sessions).where((kept.last_seen < now - MAX_IDLE) | is_left))
    with database.writing() as connection:
        connection.execute(
            insert(tables.sessions).values(
                id_hash=_hash(session_id),
                account_id=account_id,
                encrypted=_encrypted(database, data),
                last_seen=now,
            )
        )
    return session_id


def load_session(
    database: Database, session_id: str, when_touched: Callable[[], None] | None = None
) -> dict[str, Any] | None:
    """Give what was saved under an id, and keep it for another 30 days; its account has been seen, too.

    That is written once an hour, and `when_touched` called then. None where the
    id is unknown, has been idle for longer than that, or was saved with a key
    that we do not have any more.
    """
    now = database.clock.now()
    kept = tables.sessions.c
    its_row = kept.id_hash == _hash(session_id)
    with database.reading() as connection:
        row = connection.execute(
            select(kept.encrypted, kept.last_seen, kept.account_id).where(its_row)
        ).one_or_none()
    if row is None or now - row.last_seen > MAX_IDLE:
        return None
    try:
        data: dict[str, Any] = json.loads(database.cipher.decrypt(row.encrypted))
    except InvalidToken:
        return None
    if now - row.last_seen >= TOUCH_EVERY:
        its_account = tables.accounts.c.id == row.account_id
        with database.writing() as connection:
            connection.execute(update(tables.accounts).where(its_account).values(last_seen=now))
            connection.execute(update(tables.sessions).where(its_row).values(last_seen=now))
        if when_touched:
            when_touched()
    return data


def change_session(database: Database, session_id: str, data: Mapping[str, Any]) -> None:
    """Keep other data under an id; one that was removed meanwhile, as by a sign-out, stays removed."""
    change = update(tables.sessions).where(tables.sessions.c.id_hash == _hash(session_id))
    with database.writing() as connection:
        connection.execute(
            change.values(encrypted=_encrypted(database, data), last_seen=database.clock.now())
        )


def remove_session(database: Database, session_id: str) -> None:
    """Forget a session, if it is there."""
    with database.writing() as connection:
        connection.execute(delete(tables.sessions).where(tables.sessions.c.id_hash == _hash(session_id)))


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def _encrypted(database: Database, data: Mapping[str, Any]) -> bytes:
    return database.cipher.encrypt(json.dumps(dict(data)).encode())
