"""The listeners who have signed in."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from store import rows, tables, tokens
from store.database import Database
from store.tokens import Token


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
