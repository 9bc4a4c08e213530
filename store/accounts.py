"""The listeners who have signed in, and visitors, who have not."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select

from store import allowance, rows, tables, tokens
from store.database import Database
from store.engine import note_erasure
from store.tables import accounts
from store.tokens import Token

#: A sign-in ends after six months at the latest; an account that was not seen for longer is forgotten.
MAX_AWAY = timedelta(days=190)


@dataclass(frozen=True)
class Account:
    """A listener: `id` never changes, `user_id` is what Spotify calls them, the name is theirs to change.

    A visitor has no account at Spotify, and all of theirs is deleted at `expires_at`.
    `sign_in_ends_at` is when a listener must have signed in again, None where there is no token, or an
    older program has written it: then only the token tells.
    """

    id: str
    display_name: str
    user_id: str
    expires_at: datetime | None = None
    sign_in_ends_at: datetime | None = field(default=None, compare=False)

    @property
    def is_visitor(self) -> bool:
        """Whether this is a visitor, for whom Spotify is never asked."""
        return self.expires_at is not None


_BY_ID = (
    select(
        accounts.c.id,
        accounts.c.display_name,
        accounts.c.user_id,
        accounts.c.expires_at,
        tables.tokens.c.ends_at,
    )
    .outerjoin_from(accounts, tables.tokens)
    .where(accounts.c.id == bindparam("account_id"))
)


def as_row(account: Account, now: datetime) -> dict[str, Any]:
    """Return the row of an account that is seen now."""
    return {
        "id": account.id,
        "display_name": account.display_name,
        "user_id": account.user_id,
        "expires_at": account.expires_at,
        "last_seen": now,
    }


def sign_in(database: Database, account: Account, token: Token) -> None:
    """Save the account that has signed in and its token, both or neither."""
    with database.writing() as connection:
        rows.upsert(connection, accounts, as_row(account, database.clock.now()))
        tokens.write(connection, database, account.id, token)


def get_account(database: Database, account_id: str) -> Account | None:
    """Return an account; None where nobody has signed in as it, and for a visitor whose time is over."""
    with database.reading() as connection:
        row = connection.execute(_BY_ID, {"account_id": account_id}).one_or_none()
    account = Account(*row) if row else None
    is_over = account and account.expires_at and account.expires_at <= database.clock.now()
    return None if is_over else account


def forget(database: Database, account_id: str) -> None:
    """Delete an account with everything stored for it; the runner of its job is told that it is lost.

    In SQLite nothing of it is left in any file then; in PostgreSQL once the tables are rewritten. What
    was made for it within a day still counts for whoever signs in as the same again (`allowance`).
    """
    with database.erasing() as connection:
        allowance.note_all_spent(connection, database, account_id)
        connection.execute(delete(accounts).where(accounts.c.id == account_id))
        note_erasure(connection)


def purge(database: Database) -> int:
    """Delete every account that was not seen for 190 days, and return how many those were."""
    return delete_where(database, accounts.c.last_seen < database.clock.now() - MAX_AWAY)


def delete_where(database: Database, is_it: ColumnElement[bool]) -> int:
    """Delete the accounts of which this is true, and return how many those were."""
    with database.erasing() as connection:
        n_deleted = connection.execute(delete(accounts).where(is_it)).rowcount
        if n_deleted:
            note_erasure(connection)
    return n_deleted
