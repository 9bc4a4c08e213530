"""What several kinds of rows have in common: how they are written, and that they are an account's."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from store.errors import AccountForgotten
from store.tables import accounts

# The same statement in both, but no common word for it in SQLAlchemy.
_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write a row over the one with its primary key, or as a new one where there is none."""
    insert = _INSERT[connection.dialect.name](table).values(**row)
    key = [column.name for column in table.primary_key]
    rest = {name: insert.excluded[name] for name in row if name not in key}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=rest))


def require_account(connection: Connection, account_id: str, alone: bool = False) -> None:
    """Hold an account until the transaction ends, so that it is not forgotten while it gets a row.

    Others may hold it as well, but of those who want it `alone` only one.

    Raises
    ------
    AccountForgotten
        If it is not there any more.
    """
    wanted = select(accounts.c.id).where(accounts.c.id == account_id)
    if connection.scalar(wanted.with_for_update(read=not alone, key_share=True)) is None:
        raise AccountForgotten(f"nothing is kept of account {account_id} any more")
