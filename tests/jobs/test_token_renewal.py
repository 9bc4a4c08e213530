"""A listener's token is renewed once, whoever asks, and never over a newer one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
import requests

import spotify
from jobs.token_renewal import MIN_LIFE, ListenerAccess
from standin.faults import Fault
from standin.named_faults import FAULTS, TOKEN_FAULTS
from standin.state import Listener
from store import accounts, tokens
from store.errors import JobCancelled, SignInNeeded
from tests.support.website import Website

TOKEN = "POST /api/token"
TIMEOUT_S = 10


@dataclass
class Hers:
    """A listener who has signed in, her account, and her token as it was then."""

    site: Website
    listener: Listener

    def __post_init__(self):
        self.site.browser().sign_in(self.listener)
        self.first = self.kept()
        self.n_exchanges = self.site.standin.state.count(TOKEN)

    def kept(self):
        return tokens.load_token(self.site.database, self.listener.account_id)

    def access(self, wait: Callable[[float], object] | None = None):
        """What a job would call Spotify with."""
        site = self.site
        wait = wait or site.clock.wait
        return ListenerAccess(self.listener.account_id, site.settings, site.database, wait)

    def exchanges(self):
        """How often a token was asked for since the sign-in."""
        return self.site.standin.state.count(TOKEN) - self.n_exchanges

    def let_minutes_be_left(self):
        self.site.clock.move(seconds=(self.first.expires_at - self.site.clock.now() - MIN_LIFE).seconds + 60)

    def is_good(self, access_token):
        answer = requests.get(
            f"{self.site.settings.spotify_api_url}/me",
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=5,
        )
        return answer.status_code == 200

    def sign_in_again(self):
        """Sign in as the web process does; the token of it."""
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
def hers(site):
    return Hers(site, site.add_listener("Nora"))


def test_two_processes_that_were_refused_at_once_exchange_once(hers):
    both_wait = Barrier(2)
    is_exchanging, has_been_waited_for = Event(), Event()

    def hold():
        is_exchanging.set()
        assert has_been_waited_for.wait(TIMEOUT_S)

    def wait(_):
        assert is_exchanging.wait(TIMEOUT_S)
        has_been_waited_for.set()

    hers.site.standin.state.faults.add(TOKEN, replace(TOKEN_FAULTS["rotated refresh token"], first=hold))
    # Each has a lock of its own, as two processes have.
    accesses = [hers.access(wait) for _ in range(2)]

    def renew(access):
        both_wait.wait(TIMEOUT_S)
        return access.renew(hers.first.access_token)

    with ThreadPoolExecutor(2) as threads:
        renewed = list(threads.map(renew, accesses))

    assert hers.exchanges() == 1
    assert set(renewed) == {hers.kept().access_token} != {hers.first.access_token}
    assert hers.is_good(renewed[0])
    assert hers.kept().refresh_token != hers.first.refresh_token


@pytest.mark.parametrize("name", ["rotated refresh token", "invalid_grant"])
def test_a_sign_in_during_a_renewal_is_not_lost(hers, name):
    hers.site.clock.move(days=170)
    signed_in = []
    hers.site.standin.state.faults.add(
        TOKEN, replace(TOKEN_FAULTS[name], first=lambda: signed_in.append(hers.sign_in_again()))
    )

    access = hers.access()

    assert [hers.kept()] == signed_in
    assert access.token() == "newer"


def test_a_listener_who_left_during_a_renewal_is_not_kept(hers):
    hers.site.clock.move(days=1)
    leave = Fault(first=lambda: accounts.forget(hers.site.database, hers.listener.account_id))
    hers.site.standin.state.faults.add(TOKEN, leave)

    with pytest.raises(SignInNeeded):
        hers.access()


def test_a_token_with_minutes_left_serves_while_spotify_gives_no_other(hers):
    hers.let_minutes_be_left()
    hers.site.standin.state.faults.add(TOKEN, FAULTS["502"])

    access = hers.access()

    assert access.token() == hers.first.access_token
    assert access.renew(access.token()) != hers.first.access_token
    assert hers.exchanges() == 2


def test_a_token_that_has_ended_does_not_serve(hers):
    hers.site.clock.move(days=1)
    hers.site.standin.state.faults.add(TOKEN, FAULTS["502"])

    with pytest.raises(spotify.Unreachable):
        hers.access()


def test_a_job_that_must_stop_does_not_wait_for_the_renewal_of_another(hers):
    tokens.lease(hers.site.database, hers.listener.account_id, 30)
    before = hers.site.clock.now()

    def stop(_):
        raise JobCancelled

    with pytest.raises(JobCancelled):
        hers.access(stop).renew(hers.first.access_token)
    assert hers.site.clock.now() == before
    assert hers.exchanges() == 0
