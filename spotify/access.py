"""Whose token a call is made with, and where a new one comes from."""

from dataclasses import dataclass, field
from typing import Protocol

from spotify.errors import SignInExpired


class Access(Protocol):
    """A listener's permission, as the one who keeps it gives it to us; several threads may ask at once."""

    def token(self) -> str:
        """Give the access token; asked before every call, so it should cost nothing."""

    def renewed(self, refused: str) -> str:
        """Give another token than the one that Spotify has just refused.

        Raises
        ------
        SignInExpired
            If there is none to be had: the listener has to sign in again.
        """


@dataclass(frozen=True, slots=True)
class OneToken:
    """A token and nothing beyond it, as right after the sign-in."""

    value: str = field(repr=False)

    def token(self) -> str:
        """Give the token."""
        return self.value

    def renewed(self, refused: str) -> str:
        """Refuse: there is no other."""
        raise SignInExpired("the access token was refused, and there is no other")
