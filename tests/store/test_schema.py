"""The version of the tables: migrated with everything in them, or refused."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from store import engine as engines
from store import jobs, playlists, runs, schema, tables
from store.accounts import Account, get_account
from store.errors import DatabaseUnusable, NewerDatabase
from tests.support.database import KEY, START, migrate_to, open_store
from tests.support.imports import ROOT, list_imports
from tests.support.unnumbered_database import make_unnumbered_database


def list_tables(url):
    """Return everything that the database itself says of its tables."""
    engine = engines.connect(url)
    seen = inspect(engine)
    found = {
        name: (
            [{**column, "type": str(column["type"])} for column in seen.get_columns(name)],
            seen.get_pk_constraint(name)["constrained_columns"],
            list_foreign_keys(engine, name),
            sorted(
                (str({**index, "dialect_options": read_condition(index)})) for index in seen.get_indexes(name)
            ),
        )
        for name in seen.get_table_names()
    }
    engine.dispose()
    return found


def list_foreign_keys(engine, table):
    """Return the foreign keys of a table; SQLAlchemy overlooks what SQLite does with those of added columns."""
    if engine.dialect.name != "sqlite":
        return sorted(map(str, inspect(engine).get_foreign_keys(table)))
    with engine.connect() as connection:
        rows = connection.execute(text(f"PRAGMA foreign_key_list({table})")).mappings()
        return sorted((row["from"], row["table"], row["to"], row["on_delete"]) for row in rows)


def read_condition(index):
    """Return what a partial index holds; SQLite has an object for it."""
    return {option: str(value) for option, value in index.get("dialect_options", {}).items()}


@pytest.fixture
def made_at_once(database_url, tmp_path, request):
    """The URL of a database that was made in one go, as a new one is."""
    if database_url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path}/at-once.db"
        schema.upgrade(url)
        yield url
        return
    with request.getfixturevalue("postgresql").new_database() as url:
        schema.upgrade(url)
        yield url


def test_the_migrations_lead_to_the_tables_that_a_new_database_gets(database_url, made_at_once):
    migrate_to(database_url, "head")

    assert list_tables(database_url) == list_tables(made_at_once)


def test_the_tables_before_they_had_a_version_are_those_of_the_first_migration(tmp_path):
    unnumbered, numbered = f"sqlite:///{tmp_path}/unnumbered.db", f"sqlite:///{tmp_path}/numbered.db"
    make_unnumbered_database(unnumbered)
    migrate_to(numbered, schema.UNNUMBERED)

    expected = list_tables(numbered)
    del expected["alembic_version"]

    assert list_tables(unnumbered) == expected


def test_the_version_is_that_of_the_last_migration_and_they_are_numbered():
    script = ScriptDirectory(str(schema.MIGRATIONS))

    numbers = [each.revision for each in script.walk_revisions()]

    assert script.get_current_head() == schema.VERSION
    assert numbers == [f"{number:04d}" for number in range(len(numbers), 0, -1)]


def test_an_old_database_is_opened_with_everything_in_it(database_url):
    make_unnumbered_database(database_url)

    database = open_store(database_url)

    assert get_account(database, "lisa") == Account("lisa", "Lisa", "lisa")
    assert playlists.get(database, "p1", "lisa").song_ids == ("s1",)
    done, waiting = jobs.get(database, "j1", "lisa"), jobs.get(database, "j2", "lisa")
    assert (done.state, done.playlist_id, done.created_at) == ("done", "p1", START)
    assert runs.claim(database, waiting.id, "a-runner").state == "running"
    database.engine.dispose()


def test_upgrading_says_from_where_to_where(database_url):
    make_unnumbered_database(database_url)

    assert schema.upgrade(database_url) == ("0001", schema.VERSION)
    assert schema.upgrade(database_url) == (schema.VERSION, schema.VERSION)


def test_upgrading_an_empty_database_makes_the_tables(database_url):
    assert schema.upgrade(database_url) == ("", schema.VERSION)

    assert set(list_tables(database_url)) == {*tables.metadata.tables, "alembic_version"}


def test_a_migration_that_fails_changes_nothing(database_url):
    make_unnumbered_database(database_url)
    engine = engines.connect(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE libraries (in_the_way INTEGER)"))
    before = list_tables(database_url)

    with pytest.raises(DatabaseUnusable, match="libraries"):
        open_store(database_url)

    after = list_tables(database_url)
    assert {name: after[name] for name in before} == before
    assert not {"opinions", "features"} & set(after)
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url):
    schema.upgrade(database_url)
    engine = engines.connect(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))

    with pytest.raises(NewerDatabase, match=f"has version 0099, but .* only up to {schema.VERSION}"):
        open_store(database_url)
    with pytest.raises(NewerDatabase):
        schema.upgrade(database_url)

    with engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0099"
    engine.dispose()


OPENS = """
import sys
from store.clock import Clock
from store.database import open_database
sys.stdin.readline()
open_database(sys.argv[1], [sys.argv[2]], Clock())
print(sorted({name.partition(".")[0] for name in sys.modules} & {"alembic", "mako"}))
"""


def start_opening(url):
    """Start a process that opens the database as soon as it is told to."""
    command = [sys.executable, "-c", OPENS, url, KEY]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)


@pytest.mark.slow
def test_processes_that_start_at_once_change_an_old_database_once(database_url):
    make_unnumbered_database(database_url)

    processes = [start_opening(database_url) for _ in range(4)]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate()[0] for process in processes]

    assert [process.returncode for process in processes] == [0] * 4
    # One found the old tables; the others waited and found the new ones.
    assert sorted(said) == ["['alembic', 'mako']\n"] + ["[]\n"] * 3


@pytest.mark.slow
def test_a_start_loads_alembic_only_to_change_tables(database_url):
    new, _ = start_opening(database_url).communicate("\n")
    up_to_date, _ = start_opening(database_url).communicate("\n")

    assert (new, up_to_date) == ("[]\n", "[]\n")


def test_the_migrations_do_not_depend_on_the_tables_of_today():
    for migration in Path(schema.MIGRATIONS, "versions").glob("*.py"):
        imported = {name.partition(".")[0] for name in list_imports(migration.relative_to(ROOT))}
        assert imported - sys.stdlib_module_names <= {"sqlalchemy", "alembic"}
