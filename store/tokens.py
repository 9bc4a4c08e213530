"""The listeners' tokens, encrypted as they lie in the database."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, Connection, delete, select, update

from store import rows, tables
from store.database import Database
from store.errors import SignInNeeded

#: Six months, the shortest there are: so long Spotify lets a sign-in last, however often it is used.
MAX_SIGN_IN = timedelta(days=181)


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
        return self.authorized_at + MAX_SIGN_IN


def save_token(database: Database, account_id: str, token: Token, lease: str) -> bool:
    """Keep a token in place of the one that was exchanged for it; the lease goes on.

    False, and nothing is changed, where the lease is not in force any more:
    the listener has signed in meanwhile, or has left, or it ran out and
    somebody else has taken it.
    """
    change = update(tables.tokens).where(_is_leased(account_id, lease))
    with database.writing() as connection:
        saved = connection.execute(change.values(encrypted=database.cipher.encrypt(_as_json(token))))
    return saved.rowcount == 1


def write(connection: Connection, database: Database, account_id: str, token: Token) -> None:
    """Keep a new sign-in's token within a transaction of the caller's; a lease of the last one ends."""
    encrypted = database.cipher.encrypt(_as_json(token))
    row = {"account_id": account_id, "encrypted": encrypted, "lease": None, "leased_until": None}
    rows.upsert(connection, tables.tokens, row)


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


def forget_token(database: Database, account_id: str, lease: str) -> bool:
    """Delete the account's token; False, and it stays, where the lease is not in force any more."""
    with database.writing() as connection:
        gone = connection.execute(delete(tables.tokens).where(_is_leased(account_id, lease)))
    return gone.rowcount == 1


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
    change = update(tables.tokens).where(_is_leased(account_id, lease))
    with database.writing() as connection:
        connection.execute(change.values(lease=None, leased_until=None))


def _is_leased(account_id: str, lease: str) -> ColumnElement[bool]:
    kept = tables.tokens.c
    return (kept.account_id == account_id) & (kept.lease == lease)


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
