"""The listeners who have signed in."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from store import rows, tables, tokens
from store.database import Database
from store.tokens import Token

#: A sign-in ends after six months at the latest; who has not been here for longer than that is forgotten.
MAX_AWAY = timedelta(days=190)


@dataclass(frozen=True)
class Account:
    """A listener: `id` never changes, `user_id` is what Spotify calls them, the name is theirs to change."""

    id: str
    display_name: str
    user_id: str


def sign_in(database: Database, account: Account, token: Token) -> None:
    """Keep who has signed in and the token that came of it, both or neither."""
    seen = {**asdict(account), "last_seen": database.clock.now()}
    with database.writing() as connection:
        rows.upsert(connection, tables.accounts, seen)
        tokens.write(connection, database, account.id, token)


def get_account(database: Database, account_id: str) -> Account | None:
    """Give an account, None where nobody has signed in as it."""
    kept = tables.accounts.c
    wanted = select(kept.id, kept.display_name, kept.user_id).where(kept.id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return Account(*row) if row else None


def forget(database: Database, account_id: str) -> None:
    """Delete an account with everything that is kept of it; a job that runs for it is lost to its runner."""
    with database.writing() as connection:
        connection.execute(delete(tables.accounts).where(tables.accounts.c.id == account_id))


def purge(database: Database) -> int:
    """Forget every account that was not seen for 190 days, and say how many those were."""
    last = database.clock.now() - MAX_AWAY
    with database.writing() as connection:
        return connection.execute(delete(tables.accounts).where(tables.accounts.c.last_seen < last)).rowcount
