"""All that is kept about a listener, row by row, to be handed to them: every table's, but no secret."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from store.allowance import hide_account
from store.database import Database
from store.tables import accounts, metadata, spent

#: Table -> what nobody is handed: tokens, what opens a session, and which worker holds what.
SECRETS: Mapping[str, frozenset[str]] = {
    "tokens": frozenset({"encrypted", "lease", "leased_until"}),
    "sessions": frozenset({"id_hash", "encrypted"}),
    "jobs": frozenset({"runner"}),
}


def write_kept_rows(database: Database, account_id: str) -> Iterator[str]:
    """Yield the pieces of a JSON object: the name of each table, and all rows of an account in it.

    Each row is read by itself, so that neither memory nor a transaction is held for as long as a slow
    browser takes; what is deleted meanwhile is left out.
    """
    opening = "{"
    for table in metadata.sorted_tables:
        owned = _is_owned(table, database, account_id)
        if owned is None:
            continue
        yield f"{opening}\n{json.dumps(table.name)}: ["
        opening, comma = ",", ""
        for row in _list_rows(database, table, owned):
            text = json.dumps(row, ensure_ascii=False, default=datetime.isoformat)
            # An earlier version kept halves of surrogate pairs of a file's titles, which no answer can hold.
            yield f"{comma}\n{text.encode('utf-8', 'replace').decode()}"
            comma = ","
        yield "]"
    yield "\n}\n"


def _is_owned(table: Table, database: Database, account_id: str) -> ColumnElement[bool] | None:
    """Build the SQL condition that a row is of an account; None for a table of nobody's."""
    if table is accounts:
        return accounts.c.id == account_id
    if table is spent:
        return spent.c.who == hide_account(database, account_id)
    return table.c.account_id == account_id if "account_id" in table.c else None


def _list_rows(database: Database, table: Table, owned: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    key = list(table.primary_key)
    shown = [column for column in table.c if column.name not in SECRETS.get(table.name, ())]
    with database.reading() as connection:
        keys = connection.execute(select(*key).where(owned).order_by(*key)).all()
    for values in keys:
        is_it = [column == value for column, value in zip(key, values, strict=True)]
        with database.reading() as connection:
            row = connection.execute(select(*shown).where(owned, *is_it)).one_or_none()
        if row is not None:
            yield dict(row._mapping)
