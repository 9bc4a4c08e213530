"""Sessions: found by an id that only the browser knows, forgotten after 30 idle days."""

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete, func, select

from store import tables
from store.accounts import Account, sign_in
from store.sessions import create_session, load_session, remove_session, update_session
from store.tokens import Token
from tests.support.database import START, bytes_on_disk, open_store

DATA = {"_state_spotify_x": {"data": {"code_verifier": "the-verifier"}}, "csrf_token": "the-csrf-token"}


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    yield opened
    opened.engine.dispose()


def last_seen(database):
    with database.reading() as connection:
        return connection.scalar(select(tables.sessions.c.last_seen))


def count(database):
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(tables.sessions))


def test_ids_hold_256_bits_and_differ(database):
    ids = {create_session(database, DATA, None) for _ in range(100)}

    assert len(ids) == 100
    # Six bits a character: 256 bits take 43.
    assert {len(session_id) for session_id in ids} == {43}


def test_a_session_comes_back_as_it_was_saved(database):
    session_id = create_session(database, DATA, None)

    assert load_session(database, session_id) == DATA


def test_an_unknown_id_has_no_session(database):
    create_session(database, DATA, None)

    assert load_session(database, "unknown") is None
    assert load_session(database, "") is None


def test_saving_again_replaces_what_was_there(database):
    an_id = create_session(database, DATA, None)

    update_session(database, an_id, {"other": 1})

    assert load_session(database, an_id) == {"other": 1}
    assert count(database) == 1


def test_a_request_that_was_under_way_does_not_revive_a_session_that_was_signed_out(database):
    an_id = create_session(database, DATA, None)
    remove_session(database, an_id)

    update_session(database, an_id, {"other": 1})

    assert load_session(database, an_id) is None


def test_a_removed_session_is_gone(database):
    an_id = create_session(database, DATA, None)
    another_id = create_session(database, DATA, None)

    remove_session(database, an_id)
    remove_session(database, an_id)

    assert load_session(database, an_id) is None
    assert load_session(database, another_id) == DATA


@pytest.mark.parametrize(("idle", "is_there"), [({"days": 30}, True), ({"days": 30, "seconds": 1}, False)])
def test_a_session_ends_after_30_idle_days(database, idle, is_there):
    an_id = create_session(database, DATA, None)

    database.clock.move(**idle)

    assert (load_session(database, an_id) is not None) == is_there


def test_a_session_in_use_does_not_end(database):
    an_id = create_session(database, DATA, None)

    for _ in range(3):
        database.clock.move(days=29)
        assert load_session(database, an_id) == DATA


def test_being_seen_is_written_once_an_hour(database):
    an_id = create_session(database, DATA, None)

    database.clock.move(minutes=59)
    load_session(database, an_id)
    within_the_hour = last_seen(database)
    database.clock.move(minutes=1)
    load_session(database, an_id)
    after_the_hour = last_seen(database)

    assert within_the_hour == START
    assert after_the_hour == database.clock.now()


def test_idle_sessions_are_deleted_when_another_is_saved(database):
    create_session(database, DATA, None)
    database.clock.move(days=31)

    another_id = create_session(database, DATA, None)

    assert count(database) == 1
    assert load_session(database, another_id) == DATA


def test_a_sign_in_that_was_given_up_is_deleted_after_an_hour(database):
    anonymous = create_session(database, DATA, None)
    database.clock.move(hours=1, seconds=1)

    create_session(database, DATA, None)

    assert load_session(database, anonymous) is None
    assert count(database) == 1


def test_neither_the_id_nor_the_content_can_be_read_from_the_files(database, database_url, request):
    session_id = create_session(database, DATA, None)

    on_disk = bytes_on_disk(request, database_url)
    for secret in (session_id, "the-verifier", "the-csrf-token", "code_verifier"):
        assert secret.encode() not in on_disk


def test_a_session_whose_key_is_lost_starts_anew(database, database_url):
    an_id = create_session(database, DATA, None)

    without = open_store(database_url, [Fernet.generate_key().decode()])

    assert load_session(without, an_id) is None
    without.engine.dispose()


def test_sessions_go_with_their_account(database):
    sign_in(database, Account("lisa-id", "Lisa", "lisa"), Token("a", "r", frozenset(), START, START))
    of_account = create_session(database, DATA, "lisa-id")
    anonymous = create_session(database, DATA, None)

    with database.writing() as connection:
        connection.execute(delete(tables.accounts))

    assert load_session(database, of_account) is None
    assert load_session(database, anonymous) == DATA
