"""What can go wrong at Spotify.

SpotifyError
├── Unreachable         no answer that could be used
│   ├── UnknownShape    Spotify answered, but not as its reference describes
│   └── Unclear         either, after a call that may have had its effect and must not be retried blindly
├── RateLimited         too many calls; says for how long, and whether the quota is used up
├── SignInExpired       the access token or the refresh token is no longer valid
├── MissingScope        the listener did not allow what this call needs
├── NotAllowed          the listener is not on the app's list of at most five
├── OwnerNeedsPremium   the app's owner has no Premium subscription
├── NotFound            there is no such playlist (any more)
├── NotWritten          what was written is not there when it is read back
└── Refused             any other refusal, with Spotify's own words
    ├── Removed         Spotify no longer offers this call
    └── TokenRefused    the app gets no token, for another reason than the listener's
"""


class SpotifyError(Exception):
    """Any failure at Spotify; its text never holds a token, code or secret."""


class Unreachable(SpotifyError):
    """Spotify could not be reached in time, failed internally, or sent something that is no answer."""


class UnknownShape(Unreachable):
    """Spotify answered, but in a shape that we do not know.

    One odd entry of a list does not make it so: that entry alone is left out.
    """


class Unclear(Unreachable):
    """No answer that tells it came to a call that is not idempotent: it may have had its effect or not."""


class RateLimited(SpotifyError):
    """Spotify asks for a pause of `retry_after_s` seconds; None where it does not say how long.

    With `is_quota` the quota of the developer account is used up, which lasts
    for hours; otherwise it is the rate limit over half a minute.
    """

    def __init__(self, retry_after_s: int | None, is_quota: bool) -> None:
        super().__init__(f"too many calls, again in {retry_after_s} s, quota used up: {is_quota}")
        self.retry_after_s = retry_after_s
        self.is_quota = is_quota


class SignInExpired(SpotifyError):
    """A call was answered 401, or a refresh `invalid_grant`."""


class MissingScope(SpotifyError):
    """The token lacks a scope: signing in again helps, refreshing does not."""


class NotAllowed(SpotifyError):
    """The app's owner has not entered this listener in Spotify's developer dashboard."""


class OwnerNeedsPremium(SpotifyError):
    """Spotify answers nobody while the owner of the app has no Premium subscription."""


class NotFound(SpotifyError):
    """Spotify knows nothing under this id."""


class NotWritten(SpotifyError):
    """Spotify took the songs, but does not have all of them in the playlist, or lets nobody play them."""


class Refused(SpotifyError):
    """A refusal that no other class names; `status` is HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Removed(Refused):
    """Spotify has removed this call, which shows as a 403 of one word."""


class TokenRefused(Refused):
    """Spotify issues this app no token, such as for a wrong secret: signing in again does not help."""
