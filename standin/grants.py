"""The consent of listeners: codes, access tokens and refresh tokens."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

CODE_LIFETIME_S = 10 * 60
# Half a year from the listener's consent; refreshing does not extend it.
REFRESH_LIFETIME_S = 183 * 24 * 3600


class TokenRefusal(Exception):
    """The token endpoint refuses a request: an error code of RFC 6749, and a sentence."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Consent:
    """What one listener agreed to, and when; every code and token belongs to one."""

    listener_id: str
    scopes: tuple[str, ...]
    given_at: float
    redirect_uri: str = ""
    challenge: str = ""


@dataclass(frozen=True, slots=True)
class _AccessToken:
    consent: Consent
    expires_at: float


@dataclass(frozen=True, slots=True)
class _RefreshToken:
    consent: Consent
    is_public: bool  # of an app without a secret, for which it is replaced at every use


class Grants:
    """Every code and token that was issued, in memory; the caller holds the lock."""

    def __init__(self, now: Callable[[], float], token_lifetime_s: int) -> None:
        self._now = now
        self._token_lifetime_s = token_lifetime_s
        self._codes: dict[str, Consent] = {}
        self._access: dict[str, _AccessToken] = {}
        self._refresh: dict[str, _RefreshToken] = {}
        #: Every code, token and verifier there ever was, including dead ones -> its kind.
        self.secrets: dict[str, str] = {}
        # The same codes and tokens -> the id of the listener whose they are.
        self._owners: dict[str, str] = {}

    def issue_code(self, consent: Consent) -> str:
        """Issue a code that can be exchanged once."""
        code = secrets.token_urlsafe(96)
        self._codes[code] = consent
        self.secrets[code] = "code"
        self._owners[code] = consent.listener_id
        return code

    def exchange(self, code: str, redirect_uri: str, verifier: str, is_public: bool) -> dict[str, object]:
        """Exchange a code for tokens, as the token endpoint answers.

        Raises
        ------
        TokenRefusal
            `invalid_grant` for a code that is unknown, used or too old, or
            for another redirect URI or verifier. The code is used up either way.
        """
        consent = self._codes.pop(code, None)
        if verifier:
            self.secrets[verifier] = "verifier"
        if consent is None:
            raise TokenRefusal("invalid_grant", "Invalid authorization code")
        if self._now() > consent.given_at + CODE_LIFETIME_S:
            raise TokenRefusal("invalid_grant", "Authorization code expired")
        if redirect_uri != consent.redirect_uri:
            raise TokenRefusal("invalid_grant", "Invalid redirect URI")
        # A verifier without a challenge is refused too: the challenge may have been stripped.
        if (consent.challenge or verifier) and _hash_verifier(verifier) != consent.challenge:
            raise TokenRefusal("invalid_grant", "code_verifier was incorrect")
        if is_public and not consent.challenge:
            raise TokenRefusal("invalid_client", "Invalid client secret")
        return self._answer(consent) | {"refresh_token": self._issue_refresh(consent, is_public)}

    def refresh(self, refresh_token: str, is_public: bool) -> dict[str, object]:
        """Issue a new access token; an app without a secret gets a new refresh token with it.

        Raises
        ------
        TokenRefusal
            `invalid_grant` for a token that is unknown, revoked, replaced or half a year old.
        """
        known = self._refresh.get(refresh_token)
        if known is None or known.is_public != is_public:
            raise TokenRefusal("invalid_grant", "Invalid refresh token")
        if self._now() > known.consent.given_at + REFRESH_LIFETIME_S:
            raise TokenRefusal("invalid_grant", "Refresh token expired")
        answer = self._answer(known.consent)
        if is_public:
            answer["refresh_token"] = self.rotate(refresh_token)
        return answer

    def issue_access(self, consent: Consent) -> str:
        """Issue an access token that is valid from now on."""
        token = secrets.token_urlsafe(120)
        self._access[token] = _AccessToken(consent, self._now() + self._token_lifetime_s)
        self.secrets[token] = "access token"
        self._owners[token] = consent.listener_id
        return token

    def get_owner(self, secret: str) -> str | None:
        """Return the id of the listener whose code or token it is or was; None if it is unknown."""
        return self._owners.get(secret)

    def get_consent(self, access_token: str) -> Consent | None:
        """Return the consent of an access token, expired or not; None if it is unknown."""
        known = self._access.get(access_token)
        return known.consent if known else None

    def is_live(self, access_token: str) -> bool:
        """Check whether an access token is known and has not expired."""
        known = self._access.get(access_token)
        return known is not None and self._now() < known.expires_at

    def expire_access(self, listener_id: str = "") -> None:
        """Expire every access token now, or with an id those of one listener."""
        for token, known in self._access.items():
            if listener_id in ("", known.consent.listener_id):
                self._access[token] = _AccessToken(known.consent, self._now())

    def rotate(self, refresh_token: str) -> str:
        """Replace a refresh token by a new one; the old one stops working."""
        known = self._refresh.pop(refresh_token)
        return self._issue_refresh(known.consent, known.is_public)

    def revoke(self, listener_id: str) -> None:
        """Forget the listener's refresh tokens and codes; access tokens live until they expire."""
        self._refresh = {t: k for t, k in self._refresh.items() if k.consent.listener_id != listener_id}
        self._codes = {c: k for c, k in self._codes.items() if k.listener_id != listener_id}

    def _issue_refresh(self, consent: Consent, is_public: bool) -> str:
        token = secrets.token_urlsafe(96)
        self._refresh[token] = _RefreshToken(consent, is_public)
        self.secrets[token] = "refresh token"
        self._owners[token] = consent.listener_id
        return token

    def _answer(self, consent: Consent) -> dict[str, object]:
        return {
            "access_token": self.issue_access(consent),
            "token_type": "Bearer",
            "scope": " ".join(consent.scopes),
            "expires_in": self._token_lifetime_s,
        }


def _hash_verifier(verifier: str) -> str:
    """Derive the S256 challenge, RFC 7636 section 4.2."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
