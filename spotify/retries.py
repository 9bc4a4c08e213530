"""Which call is retried, and when."""

from collections.abc import Callable
from math import ceil
from random import SystemRandom
from threading import Lock
from typing import Protocol, TypeVar

from spotify.access import Access
from spotify.errors import RateLimited, SignInExpired, Unreachable

#: Retries of a call that got no answer.
MAX_RETRIES = 3
#: Seconds before the first of them; each later wait is twice as long, all give or take half.
FIRST_BACKOFF_S = 0.5
#: The longest rate limit that is waited for; with a longer one the caller has better things to do.
MAX_PAUSE_S = 20
#: Rate limits waited for in one call.
MAX_PAUSES = 3

Answer = TypeVar("Answer")
Wait = Callable[[float], object]


class Pauses:
    """The pauses after rate limits, shared by all threads of a client.

    A call made before a rate limit is over extends it, whichever thread makes
    it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._n_over = 0

    def wait_until_over(self) -> int:
        """Wait for the end of a pause that is under way, and return how many are over."""
        with self._lock:
            return self._n_over

    def take(self, wait: Wait, seconds: float, n_before: int) -> None:
        """Pause, unless one has ended since `n_before` were over: that one served this call too."""
        with self._lock:
            if self._n_over == n_before:
                wait(seconds)
                self._n_over += 1


class SharedPause(Protocol):
    """The pause of all who call for one app, in whatever process."""

    def measure_rest(self) -> float:
        """Return how many seconds are left; 0 where there is no pause."""

    def prolong(self, seconds: float | None) -> None:
        """Note what Spotify asks for; None where it does not say how long."""


class Retries:
    """The retries of all calls of a client; without a `wait` only a refused token leads to one."""

    def __init__(self, access: Access, wait: Wait | None, shared: SharedPause | None) -> None:
        self._access = access
        self._wait = wait
        self._shared = shared
        self._pauses = Pauses()
        self._renewing = Lock()

    def call(self, request: Callable[[str], Answer], max_retries: int) -> Answer:
        """Make a request, a function of the token, until it is answered, refused or given up.

        A request that was turned away (401, 429) has had no effect: it is
        retried whatever it is, once with a new token and after short rate
        limits. One without an answer is retried `max_retries` times.

        Raises
        ------
        SpotifyError
            The error of the last try.
        """
        token, is_renewed, n_pauses, n_retries = self._access.token(), False, 0, 0
        while True:
            n_before = self._pauses.wait_until_over()
            self._sit_out_shared()
            try:
                return request(token)
            except SignInExpired:
                if is_renewed:
                    raise
                token, is_renewed = self._renew(token), True
            except RateLimited as limit:
                if self._shared:
                    self._shared.prolong(limit.retry_after_s)
                if self._wait is None or n_pauses == MAX_PAUSES:
                    raise
                self._pauses.take(self._wait, _short_pause_s(limit), n_before)
                n_pauses += 1
            except Unreachable:
                if self._wait is None or n_retries == max_retries:
                    raise
                self._wait(_backoff_s(n_retries))
                n_retries += 1

    def _sit_out_shared(self) -> None:
        """Wait until nobody who calls for the app is asked to pause; raise RateLimited where that is long."""
        n_pauses = 0
        while self._shared and (rest_s := self._shared.measure_rest()):
            limit = RateLimited(ceil(rest_s), is_quota=False)
            if self._wait is None or n_pauses == MAX_PAUSES:
                raise limit
            self._wait(_short_pause_s(limit))
            n_pauses += 1

    def _renew(self, refused: str) -> str:
        """Return a new token; one renewal serves all threads that were refused."""
        with self._renewing:
            current = self._access.token()
            return self._access.renew(refused) if current == refused else current


def _short_pause_s(limit: RateLimited) -> int:
    """Return how long a rate limit lasts, or raise it where that is unknown or too long for a call."""
    if limit.is_quota or limit.retry_after_s is None or limit.retry_after_s > MAX_PAUSE_S:
        raise limit
    return limit.retry_after_s


def _backoff_s(n_retries: int) -> float:
    # Random, so that not all threads and workers come back at the same moment.
    wait_s: float = FIRST_BACKOFF_S * 2**n_retries * SystemRandom().uniform(0.5, 1.5)
    return wait_s
