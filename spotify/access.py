"""Where the token of a call comes from, and another when it is refused."""

from dataclasses import dataclass, field
from typing import Protocol

from spotify.errors import SignInExpired


class Access(Protocol):
    """A source of one listener's access tokens; several threads may ask at once."""

    def token(self) -> str:
        """Return the access token; asked before every call, so it should cost nothing."""

    def renew(self, refused: str) -> str:
        """Return another token than the one that Spotify has just refused.

        Raises
        ------
        SignInExpired
            If there is none: the listener has to sign in again.
        """


@dataclass(frozen=True, slots=True)
class OneToken:
    """An access token without a refresh token, as right after the sign-in."""

    value: str = field(repr=False)

    def token(self) -> str:
        """Return the token."""
        return self.value

    def renew(self, refused: str) -> str:
        """Raise SignInExpired: there is no other."""
        raise SignInExpired("the access token was refused, and there is no other")
