"""Which call is made a second time, and when."""

from collections.abc import Callable
from random import SystemRandom
from threading import Lock
from typing import TypeVar

from spotify.access import Access
from spotify.errors import RateLimited, SignInExpired, Unreachable

#: Further tries of a call that got no answer.
MAX_REPEATS = 3
#: Seconds before the first of them; each later wait is twice as long.
FIRST_WAIT_S = 0.5
#: The longest rate limit that is waited for; whoever calls can do better with a longer one.
MAX_PAUSE_S = 20
#: Rate limits waited for in one call.
MAX_PAUSES = 3

Answer = TypeVar("Answer")
Wait = Callable[[float], object]


class Pauses:
    """The rate limits that all threads of a client wait for together.

    A call made before a rate limit is over makes it longer, whichever thread
    makes it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._n_over = 0

    def n_over(self) -> int:
        """Wait for the end of a pause that is on; give how many there have been."""
        with self._lock:
            return self._n_over

    def take(self, wait: Wait, seconds: float, n_before: int) -> None:
        """Pause, unless one has ended since there had been `n_before`: that one served this call too."""
        with self._lock:
            if self._n_over == n_before:
                wait(seconds)
                self._n_over += 1


class Tries:
    """The tries of all calls of a client; without a `wait` nothing is waited for, so nothing repeated."""

    def __init__(self, access: Access, wait: Wait | None) -> None:
        self._access = access
        self._wait = wait
        self._pauses = Pauses()
        self._renewing = Lock()

    def make(self, call: Callable[[str], Answer], most_repeats: int) -> Answer:
        """Make a call of a token until it is answered, refused or given up.

        A call that was turned away (401, 429) has not been done: it is made
        again whatever it is, once with a new token and after short rate
        limits. One without an answer is made again `most_repeats` times.

        Raises
        ------
        SpotifyError
            Of the last try.
        """
        token, is_renewed, n_pauses, n_repeats = self._access.token(), False, 0, 0
        while True:
            n_before = self._pauses.n_over()
            try:
                return call(token)
            except SignInExpired:
                if is_renewed:
                    raise
                token, is_renewed = self._renewed(token), True
            except RateLimited as limit:
                if self._wait is None or n_pauses == MAX_PAUSES:
                    raise
                self._pauses.take(self._wait, _short_pause_s(limit), n_before)
                n_pauses += 1
            except Unreachable:
                if self._wait is None or n_repeats == most_repeats:
                    raise
                self._wait(_backoff_s(n_repeats))
                n_repeats += 1

    def _renewed(self, refused: str) -> str:
        """Give a new token; one renewal serves all threads that were refused."""
        with self._renewing:
            current = self._access.token()
            return self._access.renewed(refused) if current == refused else current


def _short_pause_s(limit: RateLimited) -> int:
    """Give how long a rate limit lasts, or raise it where that is unknown or too long for a call."""
    if limit.is_quota or limit.retry_after_s is None or limit.retry_after_s > MAX_PAUSE_S:
        raise limit
    return limit.retry_after_s


def _backoff_s(n_repeats: int) -> float:
    # By chance, so that not all threads and workers come back at the same moment.
    wait_s: float = FIRST_WAIT_S * 2**n_repeats * SystemRandom().uniform(0.5, 1.5)
    return wait_s
