"""The database of the version before the records: `tests/store/database_0002.sql`.

Two playlists in it were made by that version from an invented catalogue;
`older1` to `older4` have the shapes that versions before it wrote, and `begun`
was created but never written. Tokens, sessions and libraries are left out.
"""

import json
import sqlite3
from pathlib import Path

DUMP = Path(__file__).parents[1] / "store" / "database_0002.sql"
N_PLAYLISTS = 7


def make_old_database(file):
    """Make an SQLite file as the version before left it."""
    with sqlite3.connect(file) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    connection.close()


def read_old_rows():
    """Return the id, the account and what the page showed of each old playlist, as it was written."""
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
        rows = connection.execute("SELECT id, account_id, mix FROM playlists ORDER BY id").fetchall()
    connection.close()
    return [(playlist_id, account_id, json.loads(mix)) for playlist_id, account_id, mix in rows]
