"""The version of the tables: old ones are migrated, newer ones refused."""

from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, inspect, select

from store import engine as engines
from store import tables
from store.errors import NewerDatabase

#: The version that this program works with: the number of the last of `migrations/versions`.
VERSION = "0014"
# The version of the tables that were made before they had a number.
UNNUMBERED = "0001"
MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic's own table, as Alembic makes it.
_versions = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def upgrade(url: str) -> tuple[str, str]:
    """Bring a database up to date, and return its version before and after; "" for one without tables.

    Raises
    ------
    ValueError
        If the URL names a kind of database that we cannot use.
    DatabaseUnusable
        If it cannot be reached, or refuses us.
    NewerDatabase
        If a newer program has changed its tables.
    """
    engine = engines.connect(url)
    try:
        return bring_up_to_date(engine), VERSION
    finally:
        engine.dispose()


def bring_up_to_date(engine: Engine) -> str:
    """Create or migrate the tables to this version, and return the version found; "" without tables.

    Of several processes that start at once, one does it and the others wait.

    Raises
    ------
    DatabaseUnusable
        If it cannot be reached, or refuses us.
    NewerDatabase
        If a newer program has changed its tables.
    """
    with engines.begin_exclusive(engine) as connection:
        found = _read_version(connection)
        if found > VERSION:
            raise NewerDatabase(
                f"the database has version {found}, but this program knows only up to {VERSION}:"
                " update the program, or put back the database that belongs to it"
            )
        if not found:
            tables.metadata.create_all(connection)
            _number(connection, VERSION)
        elif found < VERSION:
            _migrate(connection)
    return found


def _read_version(connection: Connection) -> str:
    """Return the version of the tables, "" where there are none; number those that have none yet."""
    there = inspect(connection)
    if there.has_table(_versions.name):
        return str(connection.scalar(select(_versions.c.version_num)))
    if not there.has_table(tables.accounts.name):
        return ""
    _number(connection, UNNUMBERED)
    return UNNUMBERED


def _number(connection: Connection, version: str) -> None:
    _versions.create(connection)
    connection.execute(insert(_versions).values(version_num=version))


def _migrate(connection: Connection) -> None:
    # Alembic takes 40 MB and half a second: it is imported only where it is needed.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, VERSION)
