"""Responses checked and parsed: what is no good answer raises one of our errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from spotify.errors import (
    MissingScope,
    NotAllowed,
    NotFound,
    OwnerNeedsPremium,
    RateLimited,
    Refused,
    Removed,
    SignInExpired,
    SpotifyError,
    Unclear,
    UnknownShape,
    Unreachable,
)

#: A refusal in plain text may be a whole page; its beginning is enough.
MESSAGE_LENGTH = 200
#: A longer pause is taken for a mistake: the caller tries again after a day.
MAX_RETRY_AFTER_S = 24 * 60 * 60
# Spotify's have 22 characters. An index of PostgreSQL takes up to 2,700 bytes.
MAX_ID = 255
#: No list of a listener's is longer: a larger count is none.
MAX_COUNT = 1_000_000
# Addresses at Spotify, and at a stand-in on this machine.
PREFIXES = ("https://", "http://127.0.0.1:", "http://localhost:")


@contextmanager
def translate_network_errors() -> Iterator[None]:
    """Turn every failure to get a response at all into `Unreachable`."""
    try:
        yield
    except requests.RequestException as error:
        raise Unreachable(f"no answer from Spotify: {type(error).__name__}") from error


@contextmanager
def as_documented() -> Iterator[None]:
    """Turn a failure to parse an answer as Spotify's reference describes it into `UnknownShape`."""
    try:
        yield
    except (
        *(AttributeError, IndexError, KeyError, TypeError, ValueError),
        # Numbers too large for what is made of them, and lists inside lists without end.
        *(OverflowError, RecursionError),
    ) as error:
        raise UnknownShape("Spotify's answer is not what its reference describes") from error


@contextmanager
def may_be_done() -> Iterator[None]:
    """Turn `Unreachable` into `Unclear`, around a call that creates something."""
    try:
        yield
    except Unreachable as error:
        raise Unclear(f"it may have been done: {error}") from error


def parse_text(value: Any) -> str:
    """Return a text of an answer; characters that not everything can hold become question marks.

    Raises
    ------
    TypeError
        If it is no text.
    """
    if not isinstance(value, str):
        raise TypeError("not a text")
    # JSON can hold lone surrogates, which neither a hash nor a page can take, and NUL, which PostgreSQL
    # cannot.
    return value.encode("utf-8", "replace").decode().replace("\0", "?")


def find_text(value: Any) -> str | None:
    """Return a text of an answer as `parse_text` does; None for anything else."""
    return parse_text(value) if isinstance(value, str) else None


def find_count(value: Any) -> int | None:
    """Return how many there are of something; None for what is no whole number from 0 to `MAX_COUNT`."""
    is_one = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT
    return value if is_one else None


def find_id(value: Any) -> str | None:
    """Return an id of a song or a playlist; None for what cannot be one."""
    is_one = isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= MAX_ID
    return value if is_one else None


def parse_id(value: Any) -> str:
    """Return an id of a song or a playlist.

    Raises
    ------
    ValueError
        If it cannot be one.
    """
    found = find_id(value)
    if found is None:
        raise ValueError("not an id")
    return found


def parse_token(value: Any) -> str:
    """Return a token of an answer, which a header can carry.

    Raises
    ------
    ValueError
        If it cannot be one.
    """
    token = parse_text(value)
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("not a token")
    return token


def is_address(text: str) -> bool:
    """Return whether a text is an address that our pages may link to or show."""
    return text.startswith(PREFIXES)


def check(response: requests.Response, **_: object) -> None:
    """Raise the error that a response stands for, if it is no success.

    A response hook of requests, so that it sees the response before any
    redirect is followed and before spotipy reads it: spotipy loses the status
    of some refusals, and fails on an `error` that is a text.

    Raises
    ------
    SpotifyError
        The narrowest that fits.
    """
    # Read first, so that the connection can be reused whatever follows.
    body = response.content
    if not 200 <= response.status_code < 300:
        raise _refusal(response)
    if body.lstrip().startswith(b"<"):
        raise Unreachable("a web page came instead of Spotify's answer")


def parse_refusal(response: requests.Response) -> tuple[str, str]:
    """Return the message and the reason of a refusal, which comes as JSON of two shapes or as plain text."""
    try:
        body: Any = response.json()
    except (ValueError, RecursionError):
        return _shortened(response.text), ""
    error = body.get("error") if isinstance(body, dict) else body
    if isinstance(error, dict):
        return _shortened(str(error.get("message", ""))), str(error.get("reason", ""))
    return _shortened(str(error)), ""


def _refusal(response: requests.Response) -> SpotifyError:
    status = response.status_code
    if not 400 <= status < 500:
        # A redirect too: Spotify's API has none, and our token must go nowhere else.
        return Unreachable(f"Spotify answered with status {status}")
    message, reason = parse_refusal(response)
    match status:
        case 401:
            return SignInExpired(message)
        case 403:
            return _forbidden(message)
        case 404:
            return NotFound(message)
        case 429:
            return RateLimited(_retry_after_s(response), reason == "QUOTA_EXCEEDED")
        case _:
            return Refused(status, message)


def _forbidden(message: str) -> SpotifyError:
    """Tell the kinds of 403 apart, which differ in nothing but Spotify's sentence."""
    sentence = message.lower()
    if "client scope" in sentence:
        return MissingScope(message)
    if "registered" in sentence:
        return NotAllowed(message)
    if "premium subscription" in sentence:
        return OwnerNeedsPremium(message)
    if sentence.strip(" .") == "forbidden":
        return Removed(403, message)
    return Refused(403, message)


def _retry_after_s(response: requests.Response) -> int | None:
    header = response.headers.get("Retry-After", "").strip()
    # Python refuses to parse a number of thousands of digits.
    return min(int(header[:10]), MAX_RETRY_AFTER_S) if header.isdecimal() else None


def _shortened(message: str) -> str:
    """Return the beginning of a message as a line of a log can hold it: no half characters, no controls."""
    line = " ".join(message.split())[:MESSAGE_LENGTH]
    return "".join(each if each.isprintable() else "?" for each in line)
