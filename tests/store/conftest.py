"""What the tests of the store share."""

import pytest

from store import jobs, runs
from store.accounts import Account, sign_in
from store.tokens import Token
from tests.support.database import START, open_store


@pytest.fixture
def database(database_url):
    """A database that four listeners have signed in to."""
    opened = open_store(database_url)
    for account_id in ("lisa", "omar", "mia", "noor"):
        account = Account(account_id, account_id, account_id)
        sign_in(opened, account, Token("a", "r", frozenset(), START, START))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def claimed(database):
    """A job of Lisa's that the runner "first" holds."""
    job, _ = jobs.start(database, "lisa")
    return runs.claim(database, job.id, "first")
