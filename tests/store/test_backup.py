"""Backups of SQLite's database: whole, readable by this user alone, and never over what is there."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing

import pytest

from store import backup, schema
from store.accounts import Account, sign_in
from store.errors import BackupFailed, NewerDatabase
from store.tokens import Token
from tests.support.database import START, open_store
from tests.support.unnumbered_database import make_unnumbered_database

TOKEN = Token("access", "refresh", frozenset(), START, START)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/state/recommender.db"


@pytest.fixture
def store(url, tmp_path):
    (tmp_path / "state").mkdir()
    opened = open_store(url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def copy(store, url, tmp_path):
    """A backup of a database with one listener."""
    sign_in(store, Account("nora", "Nora", "nora"), TOKEN)
    backup.back_up(url, tmp_path / "copy.db")
    return tmp_path / "copy.db"


def list_names(file):
    with closing(sqlite3.connect(file)) as database:
        return [name for (name,) in database.execute("SELECT display_name FROM accounts ORDER BY 1")]


def test_a_backup_holds_what_was_committed_and_one_is_made_while_the_site_writes(store, url, tmp_path):
    sign_in(store, Account("nora", "Nora", "nora"), TOKEN)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET display_name = 'half done'")
        backup.back_up(url, tmp_path / "copy.db")

    assert list_names(tmp_path / "copy.db") == ["Nora"]
    assert list_names(tmp_path / "state" / "recommender.db") == ["half done"]


def test_a_backup_is_one_file_that_only_its_owner_may_read(copy):
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy.db", "state"]
    assert copy.read_bytes()[18:20] == b"\1\1"  # SQLite's file format: no write-ahead log


def test_a_later_backup_replaces_an_earlier_one(store, url, copy):
    sign_in(store, Account("liam", "Liam", "liam"), TOKEN)

    backup.back_up(url, copy)

    assert list_names(copy) == ["Liam", "Nora"]


def test_a_backup_that_fails_leaves_the_earlier_one(store, url, copy, tmp_path):
    database = tmp_path / "state" / "recommender.db"
    database.write_bytes(b"no database at all" * 1000)

    with pytest.raises(BackupFailed, match="not a database"):
        backup.back_up(url, copy)

    assert list_names(copy) == ["Nora"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "state"]


@pytest.mark.parametrize("name", ["recommender.db", "recommender.db-wal", "recommender.db-shm"])
def test_a_backup_never_takes_the_place_of_the_database_itself(store, url, tmp_path, name):
    sign_in(store, Account("nora", "Nora", "nora"), TOKEN)
    (tmp_path / "link").symlink_to(tmp_path / "state")

    with pytest.raises(BackupFailed, match="is the database itself: name another file"):
        backup.back_up(url, tmp_path / "link" / name)

    assert list_names(tmp_path / "state" / "recommender.db") == ["Nora"]


def damage(file):
    """Overwrite pages in the middle of a database, as a bad disk would."""
    content = bytearray(file.read_bytes())
    content[4096:-4096] = os.urandom(len(content) - 8192)
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda file: file.unlink(), "unable to open"),
        (lambda file: file.write_bytes(b"no database at all" * 1000), "not a database"),
        (damage, "damaged|malformed"),
    ],
    ids=["gone", "overwritten", "damaged inside"],
)
def test_of_a_spoilt_backup_nothing_is_restored(copy, tmp_path, spoil, why):
    spoil(copy)

    with pytest.raises(BackupFailed, match=why):
        backup.restore(copy, f"sqlite:///{tmp_path}/new/recommender.db")

    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("name", ["recommender.db", "recommender.db-wal", "recommender.db-shm"])
def test_a_restore_never_overwrites_a_database_nor_takes_a_log_that_was_left(copy, tmp_path, name):
    left = tmp_path / "new" / name
    left.parent.mkdir()
    left.write_bytes(b"of another day")

    with pytest.raises(BackupFailed, match=f"holds {name}: stop the site, and move that away"):
        backup.restore(copy, f"sqlite:///{tmp_path}/new/recommender.db")

    assert left.read_bytes() == b"of another day"


def test_a_restore_of_a_newer_programs_backup_says_so_and_leaves_nothing(copy, tmp_path):
    with closing(sqlite3.connect(copy)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0099'")
        database.commit()

    with pytest.raises(NewerDatabase):
        backup.restore(copy, f"sqlite:///{tmp_path}/new/recommender.db")

    assert list((tmp_path / "new").iterdir()) == []


def test_a_restore_makes_a_private_folder_and_database_with_tables_of_today(copy, tmp_path):
    found = backup.restore(copy, f"sqlite:///{tmp_path}/new/recommender.db")

    made = tmp_path / "new" / "recommender.db"
    assert found == (schema.VERSION, schema.VERSION)
    assert list_names(made) == ["Nora"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (made, made.parent)] == [0o600, 0o700]


def test_an_older_backup_is_brought_up_to_date(tmp_path):
    old = tmp_path / "old.db"
    make_unnumbered_database(f"sqlite:///{old}")
    shutil.copy(old, tmp_path / "copy.db")

    found = backup.restore(tmp_path / "copy.db", f"sqlite:///{tmp_path}/new/recommender.db")

    assert found == ("0001", schema.VERSION)


@pytest.mark.parametrize("call", [backup.back_up, lambda url, file: backup.restore(file, url)])
def test_postgresql_is_left_to_its_own_programs(tmp_path, call):
    with pytest.raises(BackupFailed, match="pg_dump and pg_restore"):
        call("postgresql://tests@127.0.0.1:1/songs", tmp_path / "copy.db")
