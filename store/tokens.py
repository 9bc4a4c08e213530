"""The listeners' tokens, encrypted as they lie in the database."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from sqlalchemy import Connection, delete, select, update

from store import rows, tables
from store.database import Database
from store.errors import SignInNeeded

#: Six months, the shortest there are: so long Spotify lets a sign-in last, however often it is used.
LONGEST_SIGN_IN = timedelta(days=181)


@dataclass(frozen=True)
class Token:
    """What lets us act for a listener.

    The access token ends at `expires_at`, the refresh token six months after
    `authorized_at`.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scopes: frozenset[str]
    expires_at: datetime
    authorized_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When the listener must have signed in again."""
        return self.authorized_at + LONGEST_SIGN_IN


def save_token(database: Database, account_id: str, token: Token) -> None:
    """Keep a token in place of the account's last one; a lease of it goes on.

    Raises
    ------
    AccountForgotten
        If the account is not there any more.
    """
    with database.writing() as connection:
        rows.require_account(connection, account_id)
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


def lease(database: Database, account_id: str, seconds: float) -> str | None:
    """Let only the caller exchange the account's token for a new one, for so long or until it is released.

    Give what to release it with; None where somebody else has it just now, or
    there is no token. It should be longer than any exchange may take.
    """
    now = database.clock.now()
    kept = tables.tokens.c
    is_free = kept.leased_until.is_(None) | (kept.leased_until <= now)
    fresh = secrets.token_urlsafe(16)
    taken = update(tables.tokens).where(kept.account_id == account_id, is_free)
    with database.writing() as connection:
        leased = connection.execute(taken.values(lease=fresh, leased_until=now + timedelta(seconds=seconds)))
    return fresh if leased.rowcount == 1 else None


def release(database: Database, account_id: str, lease: str) -> None:
    """Give a lease back; one that has run out, and that somebody else may have by now, is left alone."""
    kept = tables.tokens.c
    its_row = (kept.account_id == account_id) & (kept.lease == lease)
    with database.writing() as connection:
        connection.execute(update(tables.tokens).where(its_row).values(lease=None, leased_until=None))


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
