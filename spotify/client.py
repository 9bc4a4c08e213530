"""The one door to Spotify's Web API: spotipy, with a guard before each of its traps."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import requests
from spotipy import Spotify, SpotifyException

from spotify.answers import TIMEOUTS_S, check, connection
from spotify.errors import Refused, Unreachable


def _is_above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


# At DEBUG spotipy logs each call with its bearer token. A filter stays when
# somebody sets the level of the logger; a level of ours would not.
logging.getLogger("spotipy.client").addFilter(_is_above_debug)


class Client:
    """One listener's access to the Web API; use it in a `with`, and in one thread only.

    Calls are not repeated and nothing is waited for: who calls knows whether
    a second try is safe.
    """

    def __init__(self, access_token: str, api_url: str) -> None:
        # A session of our own: the one that spotipy makes repeats even a POST
        # behind our back, and sleeps for as long as a 429 says.
        self._session = requests.Session()
        self._session.hooks["response"].append(check)
        self._spotipy = Spotify(
            auth=access_token, requests_session=self._session, requests_timeout=TIMEOUTS_S
        )
        self._spotipy.prefix = api_url.rstrip("/") + "/"

    def ask(self, request: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Make a request of spotipy's and give the JSON of the answer.

        Parameters
        ----------
        request : method of spotipy.Spotify
            Unbound, as in `client.ask(Spotify.playlist_items, playlist_id)`.

        Raises
        ------
        SpotifyError
            If there is no answer, or a refusal.
        """
        answer = self.tell(request, *arguments, **named)
        if answer is None:
            # What spotipy gives for a body that is empty or no JSON.
            raise Unreachable("Spotify's answer is empty or broken")
        return answer

    def tell(self, request: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Make a request whose answer may be empty; otherwise as `ask`."""
        with connection():
            try:
                return request(self._spotipy, *arguments, **named)
            except SpotifyException as error:
                # Spotify's own refusals never get here: this is spotipy, refusing to send an id.
                raise Refused(error.http_status, error.msg) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()


def client_for(access_token: str, api_url: str) -> Client:
    """Open the Web API at `api_url` (version included) for the listener of this token."""
    return Client(access_token, api_url)
