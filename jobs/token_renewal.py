"""A listener's access to Spotify: the stored token, renewed when it expires or is refused."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Lock

import spotify
from settings import Settings
from store import tokens
from store.database import Database
from store.tokens import Token

log = logging.getLogger(__name__)

# A token with less time left is renewed before the work rather than in the middle of it.
MIN_LIFE = timedelta(minutes=5)
# Longer than a renewal may take, so that no second process begins one meanwhile.
LEASE_S = 30
BETWEEN_CHECKS_S = 1.0


class RenewingAccess:
    """The token for the calls of one job, from whichever thread, renewed where needed.

    One renewal at a time, here and in all processes: where Spotify replaces
    the refresh token, the second of two renewals would end the sign-in. `wait`
    lets seconds pass, and raises where the job must stop; `ride_over` writes
    though the database may not be usable at once: a replaced refresh token that
    is not kept ends the sign-in, too.
    """

    def __init__(
        self,
        account_id: str,
        settings: Settings,
        database: Database,
        wait: Callable[[float], object],
        ride_over: Callable[[Callable[[], bool]], bool],
    ) -> None:
        self._account_id = account_id
        self._settings = settings
        self._database = database
        self._wait = wait
        self._ride_over = ride_over
        self._lock = Lock()
        self._token = tokens.load_token(database, account_id)
        if self._token.expires_at < database.clock.now() + MIN_LIFE:
            self._renew_early()

    def token(self) -> str:
        """Return a token that is believed valid."""
        return self._token.access_token

    def renew(self, refused: str) -> str:
        """Return a token other than the one that was refused.

        Raises
        ------
        SignInExpired
            If the listener must sign in again; the token is then forgotten.
        SignInNeeded
            If the token was forgotten meanwhile.
        """
        with self._lock:
            while self._token.access_token == refused:
                lease = tokens.lease(self._database, self._account_id, LEASE_S)
                if lease is None:
                    self._wait(BETWEEN_CHECKS_S)
                    self._token = tokens.load_token(self._database, self._account_id)
                    continue
                try:
                    self._token = tokens.load_token(self._database, self._account_id)
                    if self._token.access_token == refused:
                        self._token = self._exchange(self._token, lease)
                finally:
                    tokens.release(self._database, self._account_id, lease)
            return self._token.access_token

    def _renew_early(self) -> None:
        """Renew a token that expires soon, or go on with it where Spotify does not answer now."""
        try:
            self.renew(self._token.access_token)
        except spotify.Unreachable as error:
            if self._token.expires_at <= self._database.clock.now():
                raise
            log.warning("a token with minutes left could not be renewed: %s", error)

    def _exchange(self, token: Token, lease: str) -> Token:
        """Exchange the refresh token, and store the new token before it is used.

        Where the listener has signed in meanwhile, return that token instead.
        """
        try:
            fresh = spotify.refresh(
                token.refresh_token,
                self._settings.spotify_client_id,
                self._settings.spotify_client_secret,
                self._settings.spotify_accounts_url,
            )
        except spotify.SignInExpired:
            if tokens.forget_token(self._database, self._account_id, lease):
                raise
            return tokens.load_token(self._database, self._account_id)
        if fresh.access_token == token.access_token:
            # To try again would lead to the same for ever.
            raise spotify.UnknownShape("Spotify has issued the very token that was to be replaced")
        renewed = replace(
            token,
            access_token=fresh.access_token,
            refresh_token=fresh.refresh_token or token.refresh_token,
            scopes=fresh.scopes or token.scopes,
            expires_at=self._database.clock.now() + timedelta(seconds=fresh.expires_in_s),
        )
        if self._ride_over(lambda: tokens.save_token(self._database, self._account_id, renewed, lease)):
            return renewed
        return tokens.load_token(self._database, self._account_id)
