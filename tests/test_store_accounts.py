"""Accounts: who has signed in, kept together with their token."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from test_store_database import START, open_store

from store import tables
from store.accounts import Account, get_account, sign_in
from store.tokens import Token, load_token

pytest_plugins = ["servers"]

LISA = Account("lisa-id", "Lisa", "lisa")
TOKEN = Token("access", "refresh", frozenset({"a-scope"}), START + timedelta(hours=1), START)


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    yield opened
    opened.engine.dispose()


def test_nobody_has_an_account_before_signing_in(database):
    assert get_account(database, LISA.id) is None


def test_signing_in_keeps_the_account_and_the_token(database):
    sign_in(database, LISA, TOKEN)

    assert get_account(database, LISA.id) == LISA
    assert load_token(database, LISA.id) == TOKEN


def test_signing_in_again_keeps_the_new_name_and_the_time(database):
    sign_in(database, LISA, TOKEN)
    database.clock.move(days=2)

    sign_in(database, Account("lisa-id", "Lisa the Second", "lisa"), TOKEN)

    assert get_account(database, LISA.id) == Account("lisa-id", "Lisa the Second", "lisa")
    with database.reading() as connection:
        assert connection.scalars(select(tables.accounts.c.last_seen)).all() == [START + timedelta(days=2)]


def test_an_account_is_not_kept_without_its_token(database):
    unkeepable = Token("access", "refresh", frozenset(), "no time", START)

    with pytest.raises(AttributeError):
        sign_in(database, LISA, unkeepable)

    assert get_account(database, LISA.id) is None
