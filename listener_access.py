"""A listener's access to Spotify: the token as it is kept, renewed when it has ended or is refused."""

from dataclasses import replace
from datetime import timedelta
from threading import Lock

import spotify
from settings import Settings
from store import tokens
from store.database import Database
from store.tokens import Token

# A token that ends so soon is renewed before the work rather than in the middle of it.
LEAST_LIFE = timedelta(minutes=5)
# Longer than a renewal may take, so that no second process begins one meanwhile.
LEASE_S = 30
BETWEEN_LOOKS_S = 1.0


class ListenerAccess:
    """Gives the token to the calls of one job, from whichever thread.

    One renewal at a time, here and in all processes: where Spotify replaces
    the refresh token, the second of two renewals would end the sign-in.
    """

    def __init__(self, account_id: str, settings: Settings, database: Database) -> None:
        self._account_id = account_id
        self._settings = settings
        self._database = database
        self._lock = Lock()
        self._token = tokens.load_token(database, account_id)
        if self._token.expires_at < database.clock.now() + LEAST_LIFE:
            self.renewed(self._token.access_token)

    def token(self) -> str:
        """Give a token that is believed valid."""
        return self._token.access_token

    def renewed(self, refused: str) -> str:
        """Give a token other than the one that was refused.

        Raises
        ------
        SignInExpired
            If the listener must agree again; the token is then forgotten.
        SignInNeeded
            If the token was forgotten meanwhile.
        """
        with self._lock:
            while self._token.access_token == refused:
                lease = tokens.lease(self._database, self._account_id, LEASE_S)
                if lease is None:
                    self._database.clock.wait(BETWEEN_LOOKS_S)
                    self._token = tokens.load_token(self._database, self._account_id)
                    continue
                try:
                    self._token = tokens.load_token(self._database, self._account_id)
                    if self._token.access_token == refused:
                        self._token = self._exchanged(self._token)
                finally:
                    tokens.release(self._database, self._account_id, lease)
            return self._token.access_token

    def _exchanged(self, token: Token) -> Token:
        """Exchange the refresh token for a new access token, and keep it before it is used."""
        try:
            fresh = spotify.refresh(
                token.refresh_token,
                self._settings.spotify_client_id,
                self._settings.spotify_client_secret,
                self._settings.spotify_accounts_url,
            )
        except spotify.SignInExpired:
            tokens.forget_token(self._database, self._account_id)
            raise
        renewed = replace(
            token,
            access_token=fresh.access_token,
            refresh_token=fresh.refresh_token or token.refresh_token,
            scopes=fresh.scopes or token.scopes,
            expires_at=self._database.clock.now() + timedelta(seconds=fresh.expires_in_s),
        )
        tokens.save_token(self._database, self._account_id, renewed)
        return renewed
