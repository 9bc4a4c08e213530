"""The listeners who have signed in."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, select

from store import allowance, rows, tokens
from store.database import Database
from store.engine import note_erasure
from store.tables import accounts
from store.tokens import Token

#: A sign-in ends after six months at the latest; an account that was not seen for longer is forgotten.
MAX_AWAY = timedelta(days=190)


@dataclass(frozen=True)
class Account:
    """A listener: `id` never changes, `user_id` is what Spotify calls them, the name is theirs to change."""

    id: str
    display_name: str
    user_id: str


_BY_ID = select(accounts.c.id, accounts.c.display_name, accounts.c.user_id).where(
    accounts.c.id == bindparam("account_id")
)


def sign_in(database: Database, account: Account, token: Token) -> None:
    """Save the account that has signed in and its token, both or neither."""
    seen = {**asdict(account), "last_seen": database.clock.now()}
    with database.writing() as connection:
        rows.upsert(connection, accounts, seen)
        tokens.write(connection, database, account.id, token)


def get_account(database: Database, account_id: str) -> Account | None:
    """Return an account; None where nobody has signed in as it."""
    with database.reading() as connection:
        row = connection.execute(_BY_ID, {"account_id": account_id}).one_or_none()
    return Account(*row) if row else None


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
    oldest = database.clock.now() - MAX_AWAY
    with database.erasing() as connection:
        n_deleted = connection.execute(delete(accounts).where(accounts.c.last_seen < oldest)).rowcount
        if n_deleted:
            note_erasure(connection)
    return n_deleted
