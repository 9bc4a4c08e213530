"""The client of Spotify's Web API: spotipy, with a guard before each of its traps."""

import logging
from collections import Counter
from collections.abc import Callable
from threading import local
from types import TracebackType
from typing import Any, Self

from spotipy import Spotify, SpotifyException

from bounded_http import TIMEOUTS_S, Session
from spotify.access import Access, OneToken
from spotify.answers import check, translate_network_errors
from spotify.errors import Refused, UnknownShape
from spotify.retries import MAX_RETRIES, Retries, SharedPause, Wait


def _is_above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


# At DEBUG spotipy logs each call with its bearer token. A filter stays in place
# when somebody sets the level of the logger; a level of ours would not.
logging.getLogger("spotipy.client").addFilter(_is_above_debug)


class Client:
    """One listener's access to the Web API; a context manager, safe to share between threads.

    Given a `wait`, a call is retried where that is safe and worth it, see
    `spotify.retries`; without one, every call is made once.
    """

    def __init__(self, access: Access, api_url: str, wait: Wait | None, pause: SharedPause | None) -> None:
        self._retries = Retries(access, wait, pause)
        self._prefix = api_url.rstrip("/") + "/"
        self._thread = local()
        self._sessions: list[Session] = []
        self._odd: list[str] = []

    @property
    def calls(self) -> int:
        """How many calls have gone to Spotify, retries included."""
        return sum(session.calls for session in self._sessions)

    @property
    def odd(self) -> Counter[str]:
        """What was left out of answers or taken for unknown, and how often: nothing that a listener owns."""
        return Counter(self._odd)

    def note_odd(self, what: str) -> None:
        """Count something odd in an answer, such as "the artists of a saved song"."""
        self._odd.append(what)

    def ask(self, request: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Make an idempotent request of spotipy's and return the JSON.

        Parameters
        ----------
        request : method of spotipy.Spotify
            Unbound, as in `client.ask(Spotify.playlist_items, playlist_id)`.

        Raises
        ------
        SpotifyError
            If there is no answer, or a refusal; see `spotify.errors`.
        """
        return self._retries.call(
            lambda token: _require_answer(self._make(token, request, arguments, named)), MAX_RETRIES
        )

    def ask_once(self, request: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Make a request that is not idempotent, so never retried without an answer; otherwise as `ask`."""
        return self._retries.call(
            lambda token: _require_answer(self._make(token, request, arguments, named)), 0
        )

    def tell(self, request: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Make an idempotent request whose answer may be empty, and return nothing; otherwise as `ask`."""
        self._retries.call(lambda token: self._make(token, request, arguments, named), MAX_RETRIES)

    def _make(
        self, token: str, request: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        spotipy = self._spotipy()
        spotipy.set_auth(token)
        with translate_network_errors():
            try:
                return request(spotipy, *arguments, **named)
            except SpotifyException as error:
                # Spotify's own refusals never get here, see `check`: this is spotipy, refusing to send an id.
                raise Refused(error.http_status, error.msg) from error
            except RecursionError as error:
                raise UnknownShape("Spotify's answer is nested too deep") from error

    def _spotipy(self) -> Spotify:
        """Return this thread's spotipy: neither it nor a session may be shared between threads."""
        if not hasattr(self._thread, "spotipy"):
            # A session of our own: the one that spotipy makes silently retries even a
            # POST, and sleeps for as long as a 429 says.
            session = Session()
            session.hooks["response"].append(check)
            self._sessions.append(session)
            self._thread.spotipy = Spotify(requests_session=session, requests_timeout=TIMEOUTS_S)
            self._thread.spotipy.prefix = self._prefix
        return self._thread.spotipy

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions:
            session.close()


def client_for(
    access: Access | str, api_url: str, wait: Wait | None = None, pause: SharedPause | None = None
) -> Client:
    """Open the Web API at `api_url` (version included) for one listener.

    Parameters
    ----------
    access : Access or str
        Where the token comes from; a str is a token that cannot be renewed.
    wait : function of seconds, or None
        How to wait before a retry; it may raise to end the call. None makes
        every call once, as a page must.
    pause : SharedPause, or None
        What others who call for the same app were asked to wait for; None asks nobody.
    """
    return Client(OneToken(access) if isinstance(access, str) else access, api_url, wait, pause)


def _require_answer(answer: Any) -> Any:
    if answer is None:
        # What spotipy returns for a body that is empty or no JSON.
        raise UnknownShape("Spotify's answer is empty or no JSON")
    return answer
