"""A new access token for a listener who signed in before."""

from dataclasses import dataclass, field
from typing import Any

import requests

from bounded_http import TIMEOUTS_S, Session
from spotify.answers import (
    as_documented,
    check,
    parse_refusal,
    parse_text,
    parse_token,
    translate_network_errors,
)
from spotify.errors import SignInExpired, SpotifyError, TokenRefused

#: The error codes of RFC 6749, section 5.2. Other texts are not quoted: they may hold what we sent.
REFUSALS = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
)
# Access tokens last an hour; one that is said to last much longer does not.
MAX_LIFETIME_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class RefreshedToken:
    """The result of a refresh; None where Spotify leaves the refresh token or the scopes as they were."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scopes: frozenset[str] | None
    expires_in_s: int


def refresh(refresh_token: str, client_id: str, client_secret: str, accounts_url: str) -> RefreshedToken:
    """Exchange a refresh token for a new access token.

    Where a new refresh token comes with it, the old one is void: store the new
    one before anything else, and let no two refreshes of a listener overlap.

    Raises
    ------
    SignInExpired
        If the refresh token is void: revoked, replaced or six months old.
    SpotifyError
        See `spotify.errors`; `TokenRefused` with `invalid_client` means wrong credentials of the app.
    """
    # Never retried: where refresh tokens are replaced, the first try may have used ours up.
    with translate_network_errors(), Session() as session:
        response = session.post(
            f"{accounts_url.rstrip('/')}/api/token",
            data={"grant_type": "refresh_token", "refresh_token": refresh_token},
            auth=(client_id, client_secret),
            timeout=TIMEOUTS_S,
            # Followed, a redirect could carry the refresh token to another host.
            allow_redirects=False,
        )
    if 400 <= response.status_code < 500 and response.status_code != 429:
        raise _refusal(response)
    check(response)
    with as_documented():
        answer = response.json()
        return RefreshedToken(
            access_token=parse_token(answer["access_token"]),
            refresh_token=parse_token(answer["refresh_token"]) if answer.get("refresh_token") else None,
            scopes=frozenset(parse_text(answer["scope"]).split()) if answer.get("scope") else None,
            expires_in_s=parse_lifetime_s(answer["expires_in"]),
        )


def parse_lifetime_s(value: Any) -> int:
    """Return how many seconds a token lasts by an answer, a day at most.

    Raises
    ------
    TypeError, ValueError
        If that is no number.
    """
    return int(min(max(float(value), 0), MAX_LIFETIME_S))


def _refusal(response: requests.Response) -> SpotifyError:
    message, _ = parse_refusal(response)
    if message == "invalid_grant":
        return SignInExpired("the refresh token is no longer valid")
    why = message if message in REFUSALS else "for a reason we do not know"
    return TokenRefused(response.status_code, why)
