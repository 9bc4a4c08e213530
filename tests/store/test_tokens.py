"""Tokens: encrypted in the database, and renewed by one process at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete

from store import tables
from store.accounts import Account, forget, sign_in
from store.errors import SignInNeeded
from store.tokens import Token, forget_token, lease, load_token, release, save_token
from tests.support.database import KEY, START, bytes_on_disk, open_store

LISA = Account("lisa-id", "Lisa", "lisa")
TOKEN = Token(
    access_token="the-access-token",
    refresh_token="the-refresh-token",
    scopes=frozenset({"user-library-read", "playlist-modify-private"}),
    expires_at=START + timedelta(hours=1),
    authorized_at=START,
)


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    sign_in(opened, LISA, TOKEN)
    yield opened
    opened.engine.dispose()


def test_a_token_comes_back_as_it_was_saved(database):
    assert load_token(database, LISA.id) == TOKEN


def test_a_new_token_replaces_the_last(database):
    renewed = replace(TOKEN, access_token="another", expires_at=START + timedelta(hours=2))

    assert save_token(database, LISA.id, renewed, lease(database, LISA.id, 30))

    assert load_token(database, LISA.id) == renewed


def test_two_listeners_have_their_own_tokens(database):
    other = replace(TOKEN, access_token="other")
    sign_in(database, Account("omar-id", "Omar", "omar"), other)

    assert load_token(database, LISA.id) == TOKEN
    assert load_token(database, "omar-id") == other


def test_a_listener_who_never_signed_in_has_to(database):
    with pytest.raises(SignInNeeded):
        load_token(database, "nobody")


def test_a_forgotten_token_is_gone(database):
    a_lease = lease(database, LISA.id, 30)

    assert forget_token(database, LISA.id, a_lease)
    assert not forget_token(database, LISA.id, a_lease)
    with pytest.raises(SignInNeeded):
        load_token(database, LISA.id)


def test_a_token_goes_with_its_account(database):
    with database.writing() as connection:
        connection.execute(delete(tables.accounts))

    with pytest.raises(SignInNeeded):
        load_token(database, LISA.id)


def test_no_token_can_be_read_from_the_files(database, database_url, request):
    on_disk = bytes_on_disk(request, database_url)

    assert LISA.id.encode() in on_disk
    for secret in (b"the-access-token", b"the-refresh-token", b"access_token", b"user-library-read"):
        assert secret not in on_disk


def test_no_token_is_shown():
    assert "the-access-token" not in repr(TOKEN)
    assert "the-refresh-token" not in repr(TOKEN)


def test_an_older_key_still_decrypts_what_it_encrypted(database, database_url):
    rotated = open_store(database_url, [Fernet.generate_key().decode(), KEY])

    assert load_token(rotated, LISA.id) == TOKEN
    rotated.engine.dispose()


def test_the_first_key_encrypts(database, database_url):
    new_key = Fernet.generate_key().decode()
    rotated = open_store(database_url, [new_key, KEY])
    save_token(rotated, LISA.id, TOKEN, lease(rotated, LISA.id, 30))
    rotated.engine.dispose()

    only_new = open_store(database_url, [new_key])

    assert load_token(only_new, LISA.id) == TOKEN
    only_new.engine.dispose()


def test_a_lost_key_asks_for_a_new_sign_in(database, database_url):
    without = open_store(database_url, [Fernet.generate_key().decode()])

    with pytest.raises(SignInNeeded, match="no key opens"):
        load_token(without, LISA.id)
    without.engine.dispose()


def test_no_token_is_kept_for_an_account_that_has_gone(database):
    a_lease = lease(database, LISA.id, 30)
    forget(database, LISA.id)

    assert not save_token(database, LISA.id, TOKEN, a_lease)
    with pytest.raises(SignInNeeded):
        load_token(database, LISA.id)


@pytest.mark.parametrize(
    "end",
    [
        lambda database, a_lease: save_token(database, LISA.id, TOKEN, a_lease),
        lambda database, a_lease: forget_token(database, LISA.id, a_lease),
    ],
    ids=["save", "forget"],
)
@pytest.mark.parametrize("is_signed_in_again", [True, False], ids=["a new sign-in", "another holder"])
def test_whoever_lost_the_lease_changes_nothing(database, end, is_signed_in_again):
    too_late = lease(database, LISA.id, 30)
    newer = replace(TOKEN, access_token="newer")
    if is_signed_in_again:
        sign_in(database, LISA, newer)
    else:
        database.clock.move(seconds=31)
        save_token(database, LISA.id, newer, lease(database, LISA.id, 30))

    assert not end(database, too_late)

    assert load_token(database, LISA.id) == newer


def test_a_lease_from_before_the_clock_was_set_back_has_ended(database):
    lease(database, LISA.id, 30)

    database.clock.set_back(seconds=10)
    soon = lease(database, LISA.id, 30)
    database.clock.set_back(hours=3)

    assert soon is None
    assert lease(database, LISA.id, 30)


def test_a_new_sign_in_ends_the_lease(database):
    lease(database, LISA.id, 30)

    sign_in(database, LISA, TOKEN)

    assert lease(database, LISA.id, 30)


def test_a_token_is_leased_to_one_at_a_time(database):
    with ThreadPoolExecutor(8) as threads:
        leases = list(threads.map(lambda _: lease(database, LISA.id, 30), range(8)))

    assert len([each for each in leases if each]) == 1


def test_a_lease_that_is_released_can_be_had_again(database):
    release(database, LISA.id, lease(database, LISA.id, 30))

    assert lease(database, LISA.id, 30)


@pytest.mark.parametrize(("later_s", "is_free"), [(29, False), (30, True)])
def test_a_lease_runs_out(database, later_s, is_free):
    lease(database, LISA.id, 30)

    database.clock.move(seconds=later_s)

    assert (lease(database, LISA.id, 30) is not None) == is_free


def test_releasing_a_lease_that_has_run_out_leaves_the_next_one(database):
    too_late = lease(database, LISA.id, 30)
    database.clock.move(seconds=31)
    of_another = lease(database, LISA.id, 30)

    release(database, LISA.id, too_late)

    assert of_another
    assert lease(database, LISA.id, 30) is None


def test_a_lease_goes_on_while_the_new_token_is_kept(database):
    a_lease = lease(database, LISA.id, 30)

    save_token(database, LISA.id, replace(TOKEN, access_token="another"), a_lease)

    assert lease(database, LISA.id, 30) is None


def test_a_token_that_is_not_there_cannot_be_leased(database):
    assert lease(database, "nobody", 30) is None


def test_the_lease_of_one_listener_does_not_block_another(database):
    sign_in(database, Account("omar-id", "Omar", "omar"), TOKEN)

    assert lease(database, LISA.id, 30)
    assert lease(database, "omar-id", 30)
