"""Copies of SQLite's database that are whole, also while the site writes to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from sqlite3 import Error as SqliteError
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from store import schema
from store.errors import BackupFailed
from store.private_files import list_files, make_private


def back_up(url: str, backup: Path) -> None:
    """Write the database as it is now to `backup`, which replaces an older one only when it is whole.

    The site may go on meanwhile: readers and writers are not kept waiting. Only this
    user may read the copy.

    Raises
    ------
    BackupFailed
        If the database is PostgreSQL, is not there or damaged, or the copy cannot be written, or would
        take the place of the database itself.
    """
    database = _require_sqlite(url)
    if backup.resolve() in [path.resolve() for path in list_files(database)]:
        raise BackupFailed(f"{backup} is the database itself: name another file for its copy")
    _copy_whole(database, backup)


def restore(backup: Path, url: str) -> tuple[str, str]:
    """Make the database from a backup, and bring its tables up to date; return both versions.

    Raises
    ------
    BackupFailed
        If the database is PostgreSQL or is there already, or there is no whole backup.
    NewerDatabase
        If the backup is a newer program's; nothing is left of it.
    DatabaseUnusable
        If the new file cannot be written.
    """
    database = _require_sqlite(url)
    files = list_files(database)
    # A log of the database that was there would be taken for the new one's.
    if in_the_way := [path.name for path in files if path.exists()]:
        raise BackupFailed(
            f"{database.parent} holds {' and '.join(in_the_way)}: stop the site, and move that away first"
        )
    _copy_whole(backup, database)
    try:
        return schema.upgrade(url)
    except BaseException:
        for path in files:
            path.unlink(missing_ok=True)
        raise


def _require_sqlite(url: str) -> Path:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        raise BackupFailed(
            "PostgreSQL is backed up by its own programs, pg_dump and pg_restore: see docs/operating.md"
        )
    return Path(str(address.database)).absolute()


def _copy_whole(source: Path, target: Path) -> None:
    """Copy a database, look through the copy, and only then let it take the target's name."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f"{target.name}-", dir=target.parent) as folder:
            copy = Path(folder) / target.name
            make_private(copy)
            with (
                closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as original,
                closing(sqlite3.connect(copy)) as copied,
            ):
                original.backup(copied)
                # One file without a log, so that it may be read from where nothing can be written.
                copied.execute("PRAGMA journal_mode = DELETE")
                [(found,)] = copied.execute("PRAGMA quick_check(1)")
            if found != "ok":
                raise BackupFailed(f"{source} is damaged: {found}")
            _write_through(copy)
            os.replace(copy, target)
    except (SqliteError, OSError) as error:
        raise BackupFailed(f"{source} cannot be copied to {target}: {error}") from error


def _write_through(file: Path) -> None:
    """Have the disk keep what was written, before an older copy goes."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
