"""The listeners' tokens, encrypted in the database, and the lease to renew one."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, update

from store import rows
from store.clock import is_ahead
from store.database import Database
from store.errors import SignInNeeded
from store.tables import tokens

#: Spotify lets a sign-in last six months, however often it is used; the shortest six months have 181 days.
MAX_SIGN_IN = timedelta(days=181)


@dataclass(frozen=True)
class Token:
    """The tokens by which we act for a listener.

    The access token expires at `expires_at`, the refresh token six months after
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


_ENCRYPTED = select(tokens.c.encrypted).where(tokens.c.account_id == bindparam("account_id"))


def save_token(database: Database, account_id: str, token: Token, lease_id: str) -> bool:
    """Save a token in place of the one that was exchanged for it; the lease goes on.

    Returns False, and changes nothing, where the lease is no longer in force:
    the listener has signed in meanwhile, or has left, or it ran out and
    somebody else has taken it.
    """
    change = update(tokens).where(_is_leased(account_id, lease_id))
    with database.writing() as connection:
        saved = connection.execute(change.values(_as_row(database, token)))
    return saved.rowcount == 1


def write(connection: Connection, database: Database, account_id: str, token: Token) -> None:
    """Save a new sign-in's token within the caller's transaction; a lease of the last token ends."""
    row = {"account_id": account_id, **_as_row(database, token), "lease": None, "leased_until": None}
    rows.upsert(connection, tokens, row)


def load_token(database: Database, account_id: str) -> Token:
    """Load the account's token.

    Raises
    ------
    SignInNeeded
        If there is none, or it was encrypted with a key that we no longer have.
    """
    with database.reading() as connection:
        encrypted = connection.scalar(_ENCRYPTED, {"account_id": account_id})
    if encrypted is None:
        raise SignInNeeded("no token is stored for this account")
    try:
        return _from_json(database.cipher.decrypt(encrypted))
    except InvalidToken:
        raise SignInNeeded("no key opens the token of this account") from None


def forget_token(database: Database, account_id: str, lease_id: str) -> bool:
    """Delete the account's token; return False, and leave it, where the lease is no longer in force."""
    with database.writing() as connection:
        gone = connection.execute(delete(tokens).where(_is_leased(account_id, lease_id)))
    return gone.rowcount == 1


def lease(database: Database, account_id: str, seconds: float) -> str | None:
    """Let only the caller exchange the account's token for a new one, for `seconds` or until it is released.

    Returns the lease's id, by which it is released; None where somebody else
    holds one, or there is no token. It should last longer than any exchange.
    """
    now = database.clock.now()
    until = now + timedelta(seconds=seconds)
    # One that lasts longer than any was taken before the clock was set back.
    is_free = (
        tokens.c.leased_until.is_(None)
        | (tokens.c.leased_until <= now)
        | is_ahead(tokens.c.leased_until, until)
    )
    lease_id = secrets.token_urlsafe(16)
    change = (
        update(tokens)
        .where(tokens.c.account_id == account_id, is_free)
        .values(lease=lease_id, leased_until=until)
    )
    with database.writing() as connection:
        leased = connection.execute(change)
    return lease_id if leased.rowcount == 1 else None


def release(database: Database, account_id: str, lease_id: str) -> None:
    """End a lease; one that has run out, and may be somebody else's by now, is left alone."""
    change = update(tokens).where(_is_leased(account_id, lease_id))
    with database.writing() as connection:
        connection.execute(change.values(lease=None, leased_until=None))


def _is_leased(account_id: str, lease_id: str) -> ColumnElement[bool]:
    return (tokens.c.account_id == account_id) & (tokens.c.lease == lease_id)


def _as_row(database: Database, token: Token) -> dict[str, Any]:
    return {"encrypted": database.cipher.encrypt(_to_json(token)), "ends_at": token.ends_at}


def _to_json(token: Token) -> bytes:
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
    token = json.loads(text)
    return Token(
        access_token=token["access_token"],
        refresh_token=token["refresh_token"],
        scopes=frozenset(token["scopes"]),
        expires_at=datetime.fromisoformat(token["expires_at"]),
        authorized_at=datetime.fromisoformat(token["authorized_at"]),
    )
