"""The listeners' tokens, encrypted as they lie in the database."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.fernet import InvalidToken
from sqlalchemy import Connection, delete, select

from store import rows, tables
from store.database import Database
from store.errors import SignInNeeded


@dataclass(frozen=True)
class Token:
    """What lets us act for a listener.

    The access token ends at `expires_at`. The refresh token ends six months
    after `authorized_at`, however often it was used.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scopes: frozenset[str]
    expires_at: datetime
    authorized_at: datetime


def save_token(database: Database, account_id: str, token: Token) -> None:
    """Keep a token in place of the account's last one."""
    with database.writing() as connection:
        write(connection, database, account_id, token)


def write(connection: Connection, database: Database, account_id: str, token: Token) -> None:
    """Keep a token within a transaction of the caller's."""
    encrypted = database.cipher.encrypt(_as_json(token))
    rows.upsert(connection, tables.tokens, {"account_id": account_id, "encrypted": encrypted})


def load_token(database: Database, account_id: str) -> Token:
    """Give the account's token.

    Raises
    ------
    SignInNeeded
        If there is none, or it was encrypted with a key that we do not have any more.
    """
    wanted = select(tables.tokens.c.encrypted).where(tables.tokens.c.account_id == account_id)
    with database.reading() as connection:
        encrypted = connection.scalar(wanted)
    if encrypted is None:
        raise SignInNeeded("no token is kept for this account")
    try:
        return _from_json(database.cipher.decrypt(encrypted))
    except InvalidToken:
        raise SignInNeeded("no key opens the token of this account") from None


def forget_token(database: Database, account_id: str) -> None:
    """Delete the account's token, if there is one."""
    with database.writing() as connection:
        connection.execute(delete(tables.tokens).where(tables.tokens.c.account_id == account_id))


def _as_json(token: Token) -> bytes:
    return json.dumps(
        {
            "access_token": token.access_token,
            "refresh_token": token.refresh_token,
            "scopes": sorted(token.scopes),
            "expires_at": token.expires_at.isoformat(),
            "authorized_at": token.authorized_at.isoformat(),
        }
    ).encode()


def _from_json(text: bytes) -> Token:
    kept = json.loads(text)
    return Token(
        access_token=kept["access_token"],
        refresh_token=kept["refresh_token"],
        scopes=frozenset(kept["scopes"]),
        expires_at=datetime.fromisoformat(kept["expires_at"]),
        authorized_at=datetime.fromisoformat(kept["authorized_at"]),
    )
