"""The search for secrets after every test finds a planted one, wherever and however it is written."""

import os
import re
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from redis import Redis

from tests.support.secret_search import encode_forms, find, kept_by_redis

pytest_plugins = ["pytester"]

TESTS = Path(__file__).parents[1]
SENT = "an-app:a/secret+of~this_test"
TOKEN = "BQDx3_" + "aZ7-kQ" * 20

# Each test lets the system work, plants a secret and passes; the search is what fails.
PLANTED = """
import logging
import sqlite3

import pytest
from huey import SqliteHuey
from tests.support.secret_search import note, serve
from standin.state import State


@pytest.fixture
def token():
    state = State([], "an-app", "a-secret-of-the-tests", ())
    with serve(state):
        yield state.token_for(state.add_listener("Nora", []))


def test_log(token):
    logging.getLogger("somewhere").debug("sent %s", {"Authorization": f"Bearer {token}"})


def test_traceback(token):
    try:
        raise ValueError(token)
    except ValueError:
        logging.getLogger("somewhere").exception("failed")


def test_library_that_is_kept_quiet_only_by_us(token):
    logging.getLogger("urllib3.connectionpool").debug("GET /v1/me?access_token=%s", token)


def test_huey(token):
    logging.getLogger("huey").propagate = False
    logging.getLogger("huey").debug("task with %s", token)


def test_file(token, tmp_path):
    (tmp_path / "system.log").write_text(f"asked with {token}")


def test_database(token, tmp_path):
    database = sqlite3.connect(tmp_path / "some.db")
    with database:
        database.execute("CREATE TABLE kept (text)")
        database.execute("INSERT INTO kept VALUES (?)", ("x" * 4000 + token,))  # over the end of a page
    database.close()


def test_write_ahead_log(token, tmp_path):
    database = sqlite3.connect(tmp_path / "some.db")
    database.execute("PRAGMA journal_mode = WAL")
    with database:
        database.execute("CREATE TABLE kept (text)")
        database.execute("INSERT INTO kept VALUES (?)", (token,))
    assert token.encode() not in (tmp_path / "some.db").read_bytes()
    test_write_ahead_log.still_open = database


def test_queue(token, tmp_path):
    queue = SqliteHuey("q", filename=str(tmp_path / "queue.db"))
    queue.task()(test_file)(token)


def test_noted(tmp_path):
    note("session cookie", "a-cookie-of-a-session")
    (tmp_path / "file").write_text("a-cookie-of-a-session")


def test_nothing(token, tmp_path):
    logging.getLogger("somewhere").debug("all is well")
    (tmp_path / "file").write_text("nothing")
"""
SEARCH_THAT_FAILS = """
from tests.support.secret_search import note, search


def unreadable():
    raise OSError("unreadable")


def test_where_something_cannot_be_read():
    note("session cookie", "a-cookie-of-a-session")
    search("a place", unreadable)


class TestNext:
    def test_next(self):
        pass
"""
FOUND = {
    "test_log": "the log holds a secret: access token",
    "test_traceback": "the log holds a secret: access token",
    "test_library_that_is_kept_quiet_only_by_us": "the log holds a secret: access token",
    "test_huey": "the log holds a secret: access token",
    "test_file": "system.log holds a secret: access token",
    "test_database": "some.db holds a secret: access token",
    "test_write_ahead_log": "some.db-wal holds a secret: access token",
    "test_queue": "queue.db-wal holds a secret: access token",
    "test_noted": "file holds a secret: session cookie",
}


def test_a_planted_secret_fails_the_test_that_wrote_it(pytester, monkeypatch):
    paths = [str(TESTS.parent), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    pytester.makeconftest(
        "from tests.support.secret_search import pytest_runtest_teardown, pytest_terminal_summary"
    )
    pytester.makepyfile(PLANTED)

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=len(FOUND) + 1, errors=len(FOUND))
    assert dict(re.findall(r"_ ERROR at teardown of (\w+) _+\n(.+)", result.stdout.str())) == FOUND
    result.stdout.fnmatch_lines(["*secrets of 10 tests were searched for*"])


def test_a_search_that_fails_fails_one_test_alone(pytester, monkeypatch):
    paths = [str(TESTS.parent), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    pytester.makeconftest("from tests.support.secret_search import pytest_runtest_teardown")
    pytester.makepyfile(SEARCH_THAT_FAILS)

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*OSError: unreadable*"])


@pytest.mark.parametrize("secret", [SENT, TOKEN], ids=["short", "long"])
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode(),
        lambda text: quote(text, safe="").encode(),
        lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")).encode(),
        lambda text: b64encode(text.encode()),
        lambda text: urlsafe_b64encode(text.encode()),
    ],
    ids=["plain", "URL", "URL in lower case", "base64", "base64 for URLs"],
)
def test_a_secret_is_found_in_every_encoding_wherever_it_stands(secret, before, written):
    for after in ("", "z", "zz", "zzz"):
        content = b"\0\0 some " + written(before + secret + after) + b" text\n"

        assert find({secret: "a kind"}, [("a place", content)]) == ["a place holds a secret: a kind"]


@pytest.mark.parametrize("half", [TOKEN[:70], TOKEN[-70:]], ids=["first", "second"])
def test_half_of_a_long_secret_counts(half):
    assert find({TOKEN: "token"}, [("a log", half.encode())])


def test_what_only_looks_like_a_secret_is_none():
    others = [SENT[1:], TOKEN[:50], "%20".join(TOKEN), ""]

    assert find({SENT: "sent", TOKEN: "token"}, [("a log", " ".join(others).encode())]) == []


@pytest.mark.parametrize("secret", ["short", "with a space in it", "umläute-sind-selten"])
def test_a_secret_that_would_be_missed_is_refused(secret):
    with pytest.raises(ValueError, match="would be missed"):
        encode_forms(secret)


def test_a_secret_in_postgresql_is_found_even_after_it_was_deleted(postgresql):
    with postgresql.new_database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (text text)")
        connection.execute("INSERT INTO kept VALUES (%s)", (TOKEN,))
        connection.execute("DELETE FROM kept")

        found = find({TOKEN: "token", SENT: "sent"}, [("PostgreSQL", postgresql.bytes_on_disk())])

    assert found == ["PostgreSQL holds a secret: token"]


@pytest.mark.parametrize("kind", ["text", "list", "hash", "sorted set", "key"])
def test_a_secret_in_redis_is_found(redis_url, kind):
    with Redis.from_url(redis_url) as client:
        client.flushall()
        if kind == "text":
            client.set("some", f"<{TOKEN}>" * 5)
        elif kind == "list":
            client.rpush("some", "first", TOKEN)
        elif kind == "hash":
            client.hset("some", "field", TOKEN)
        elif kind == "sorted set":
            client.zadd("some", {TOKEN: 1})
        else:
            client.set(TOKEN, 1)

        found = find({TOKEN: "token", SENT: "sent"}, kept_by_redis(redis_url))

        assert found == ["dump.rdb holds a secret: token"]
        client.flushall()


def test_every_standin_of_the_tests_is_one_whose_secrets_are_searched_for():
    starting = re.compile(r"standin\.server import .*\bserve\b|import standin\b|standin import server")
    starters = {
        path.name for path in TESTS.rglob("*.py") if starting.search(path.read_text(encoding="utf-8"))
    } - {Path(__file__).name}

    # The points of test_kill run side by side: each searches what is its own.
    assert starters == {"secret_search.py", "test_kill.py"}
