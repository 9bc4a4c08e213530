"""What the tables share: writing a row over an older one, and locking the account that owns it."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from store.errors import AccountForgotten
from store.tables import accounts

# The same statement in both, but SQLAlchemy has no common function for it.
_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def build_insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Build an insertion that can say what becomes of a row that is there already."""
    return _INSERT[connection.dialect.name](table)


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row, or update the one that has its primary key."""
    insert = build_insert(connection, table).values(**row)
    key = [column.name for column in table.primary_key]
    rest = {name: insert.excluded[name] for name in row if name not in key}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=rest))


def require_account(connection: Connection, account_id: str, exclusive: bool = False) -> None:
    """Lock an account until the transaction ends, so that it is not deleted while a row is added for it.

    The lock is shared with other such transactions, unless `exclusive`.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    wanted = select(accounts.c.id).where(accounts.c.id == account_id)
    if connection.scalar(wanted.with_for_update(read=not exclusive, key_share=True)) is None:
        raise AccountForgotten(f"account {account_id} was deleted")
