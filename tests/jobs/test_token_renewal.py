"""A listener's token is renewed once, whoever asks, and never over a newer one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
import requests

import spotify
from jobs.token_renewal import MIN_LIFE, RenewingAccess
from standin.faults import Fault
from standin.named_faults import FAULTS, TOKEN_FAULTS, changed
from standin.state import Listener
from store import accounts, tokens
from store.errors import JobCancelled, SignInNeeded
from tests.support.website import Website

TOKEN = "POST /api/token"
TIMEOUT_S = 10


@dataclass
class SignedIn:
    """A listener who has signed in, and her first token."""

    site: Website
    listener: Listener

    def __post_init__(self):
        self.site.browser().sign_in(self.listener)
        self.first = self.load_token()
        self.n_exchanges = self.site.standin.state.count(TOKEN)

    def load_token(self):
        return tokens.load_token(self.site.database, self.listener.account_id)

    def access(self, wait: Callable[[float], object] | None = None):
        """Return the access with which a job would call Spotify."""
        site = self.site
        wait = wait or site.clock.wait
        return RenewingAccess(
            self.listener.account_id, site.settings, site.database, wait, lambda write: write()
        )

    def count_exchanges(self):
        """Return how often a token was exchanged since the sign-in."""
        return self.site.standin.state.count(TOKEN) - self.n_exchanges

    def leave_minutes(self):
        self.site.clock.move(seconds=(self.first.expires_at - self.site.clock.now() - MIN_LIFE).seconds + 60)

    def is_valid(self, access_token):
        answer = requests.get(
            f"{self.site.settings.spotify_api_url}/me",
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=5,
        )
        return answer.status_code == 200

    def sign_in_again(self):
        """Sign in as the web process does; return the new token."""
        newer = replace(
            self.first,
            access_token="newer",
            refresh_token="newer too",
            authorized_at=self.site.clock.now(),
            expires_at=self.site.clock.now() + timedelta(hours=1),
        )
        account = accounts.get_account(self.site.database, self.listener.account_id)
        accounts.sign_in(self.site.database, account, newer)
        return newer


@pytest.fixture
def owner(site):
    return SignedIn(site, site.add_listener("Nora"))


def test_two_processes_that_are_refused_at_once_exchange_once(owner):
    both_wait = Barrier(2)
    is_exchanging, has_been_waited_for = Event(), Event()

    def hold():
        is_exchanging.set()
        assert has_been_waited_for.wait(TIMEOUT_S)

    def wait(_):
        assert is_exchanging.wait(TIMEOUT_S)
        has_been_waited_for.set()

    owner.site.standin.state.faults.add(TOKEN, replace(TOKEN_FAULTS["rotated refresh token"], first=hold))
    # Each has its own lock, as two processes would.
    accesses = [owner.access(wait) for _ in range(2)]

    def renew(access):
        both_wait.wait(TIMEOUT_S)
        return access.renew(owner.first.access_token)

    with ThreadPoolExecutor(2) as threads:
        renewed = list(threads.map(renew, accesses))

    assert owner.count_exchanges() == 1
    assert set(renewed) == {owner.load_token().access_token} != {owner.first.access_token}
    assert owner.is_valid(renewed[0])
    assert owner.load_token().refresh_token != owner.first.refresh_token


@pytest.mark.parametrize("name", ["rotated refresh token", "invalid_grant"])
def test_a_sign_in_during_a_renewal_is_not_lost(owner, name):
    owner.site.clock.move(days=170)
    signed_in = []
    owner.site.standin.state.faults.add(
        TOKEN, replace(TOKEN_FAULTS[name], first=lambda: signed_in.append(owner.sign_in_again()))
    )

    access = owner.access()

    assert [owner.load_token()] == signed_in
    assert access.token() == "newer"


def test_a_listener_who_left_during_a_renewal_is_not_kept(owner):
    owner.site.clock.move(days=1)
    leave = Fault(first=lambda: accounts.forget(owner.site.database, owner.listener.account_id))
    owner.site.standin.state.faults.add(TOKEN, leave)

    with pytest.raises(SignInNeeded):
        owner.access()


def test_a_token_with_minutes_left_serves_while_spotify_does_not_answer(owner):
    owner.leave_minutes()
    owner.site.standin.state.faults.add(TOKEN, FAULTS["502"])

    access = owner.access()

    assert access.token() == owner.first.access_token
    assert access.renew(access.token()) != owner.first.access_token
    assert owner.count_exchanges() == 2


def test_a_renewal_that_brings_the_same_token_ends(owner):
    same = changed(lambda answer: answer | {"access_token": owner.first.access_token})
    owner.site.standin.state.faults.add(TOKEN, same, times=None)
    owner.leave_minutes()

    access = owner.access()

    assert access.token() == owner.first.access_token
    with pytest.raises(spotify.UnknownShape):
        access.renew(owner.first.access_token)
    assert owner.count_exchanges() == 2


def test_an_expired_token_does_not_serve(owner):
    owner.site.clock.move(days=1)
    owner.site.standin.state.faults.add(TOKEN, FAULTS["502"])

    with pytest.raises(spotify.Unreachable):
        owner.access()


def test_a_job_that_must_stop_does_not_wait_for_the_renewal_of_another(owner):
    tokens.lease(owner.site.database, owner.listener.account_id, 30)
    before = owner.site.clock.now()

    def stop(_):
        raise JobCancelled

    with pytest.raises(JobCancelled):
        owner.access(stop).renew(owner.first.access_token)
    assert owner.site.clock.now() == before
    assert owner.count_exchanges() == 0
