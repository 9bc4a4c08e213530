"""Spotify's usual faults by name, for tests that go through all of them."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from standin.effects import (
    change_answer,
    expire_access,
    hide_after_writing,
    hide_before_reading,
    make_snapshots_stale,
    put_null_first,
    put_numbers_for_texts,
    revoke_access,
    rotate_refresh_token,
)
from standin.faults import Answer, Fault, Sent

# How late items show up: while the client still waits for them, and after it has given up.
LATE_S, VERY_LATE_S = 3.0, 30.0
NO_PREMIUM = (
    "Active premium subscription required for the owner of the app. When the subscription status "
    "changes, it can take a few hours before requests are allowed again."
)
NOT_REGISTERED = "User not registered in the Developer Dashboard"


def refused(status: int, message: str, headers: dict[str, str] | None = None, **more: str) -> Fault:
    """Build a refusal before the request is handled, in the Web API's JSON, with `more` beside `message`."""
    error = {"status": status, "message": message, **more}
    body = json.dumps({"error": error}).encode()
    return Fault(is_done=False, answer=Answer(status, body, headers=headers or {}))


def refused_in_words(status: int, message: str) -> Fault:
    """Build a refusal before the request is handled, in plain text."""
    return Fault(is_done=False, answer=Answer(status, message.encode(), "text/plain; charset=utf-8"))


def refused_token(error: str, description: str) -> Fault:
    """Build a refusal of a request for a token before it is handled, RFC 6749 section 5.2."""
    body = json.dumps({"error": error, "error_description": description}).encode()
    return Fault(is_done=False, answer=Answer(400, body))


def changed(change: Callable[[Any], Any]) -> Fault:
    """Build a fault that sends what `change` makes of the JSON of the real answer."""
    return Fault(then=partial(change_answer, change))


def late(seconds: float) -> Fault:
    """Build a fault that hides the newest item that is read or written for `seconds`."""
    return Fault(first=partial(hide_before_reading, seconds), then=partial(hide_after_writing, seconds))


def _page(status: int, title: str) -> Answer:
    """Build the error page of a gateway between Spotify and us."""
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, page.encode(), "text/html; charset=utf-8")


BAD_GATEWAY = _page(502, "502 Bad Gateway")

#: For any call of the Web API.
FAULTS = {
    "delay": Fault(delay_s=0.15),
    "access token expired": Fault(first=expire_access),
    "401": refused(401, "The access token expired"),
    "access revoked": Fault(first=revoke_access),
    "403 not on the list": refused(403, NOT_REGISTERED),
    "403 not on the list, in plain text": refused_in_words(403, NOT_REGISTERED),
    "403 owner without Premium": refused(403, NO_PREMIUM),
    "403 owner without Premium, in plain text": refused_in_words(403, NO_PREMIUM),
    "403 missing scope": refused(403, "Insufficient client scope"),
    "403 missing scope, in plain text": refused_in_words(403, "Insufficient client scope"),
    "403 removed endpoint": refused(403, "Forbidden"),
    "403 removed endpoint, in plain text": refused_in_words(403, "Forbidden"),
    "429 short": refused(429, "API rate limit exceeded", {"Retry-After": "2"}),
    "429 long": refused(429, "API rate limit exceeded", {"Retry-After": "3600"}),
    "429 quota": refused(429, "Too many requests", {"Retry-After": "48925"}, reason="QUOTA_EXCEEDED"),
    "429 without Retry-After": refused(429, "Too many requests"),
    "500": refused(500, "Server error."),
    "502": Fault(is_done=False, answer=BAD_GATEWAY),
    "502 after it was done": Fault(answer=BAD_GATEWAY),
    # Then the client does not find its write when it looks, and repeats it.
    "502 after it was done, seen very late": Fault(
        then=partial(hide_after_writing, VERY_LATE_S), answer=BAD_GATEWAY
    ),
    "503": Fault(is_done=False, answer=Answer(503)),
    "504": Fault(is_done=False, answer=_page(504, "504 Gateway Time-out")),
    "504 after it was done": Fault(answer=_page(504, "504 Gateway Time-out")),
    "cut before it was done": Fault(is_done=False, sent=Sent.NOTHING),
    "cut before the answer": Fault(sent=Sent.NOTHING),
    "cut before the body": Fault(sent=Sent.HEAD),
    "cut in the middle of the body": Fault(sent=Sent.HALF),
    "HTML body": Fault(answer=_page(200, "Please wait")),
    "empty body": Fault(answer=Answer(200)),
    "JSON of another shape": Fault(answer=Answer(200, b'{"surprise": [1, {"id": 2}]}')),
    "huge body": Fault(answer=Answer(200, b'{"items": [%b0]}' % (b"0, " * 1_000_000))),
    "slow body": Fault(sent=Sent.DRIPPING),
    "redirect": Fault(is_done=False, answer=Answer(302, headers={"Location": "/moved"})),
    "stale snapshot_id": changed(make_snapshots_stale),
    "null for an entry": changed(put_null_first),
    "numbers for texts": changed(put_numbers_for_texts),
    "late item": late(LATE_S),
}

#: For the token endpoint, `POST /api/token`.
TOKEN_FAULTS = {
    "invalid_grant": refused_token("invalid_grant", "Refresh token revoked"),
    "invalid_client": refused_token("invalid_client", "Invalid client secret"),
    "rotated refresh token": Fault(then=rotate_refresh_token),
    "rotated refresh token that never arrives": Fault(then=rotate_refresh_token, sent=Sent.NOTHING),
} | {
    name: FAULTS[name]
    for name in (
        "delay",
        "429 short",
        "429 long",
        "500",
        "502",
        "502 after it was done",
        "503",
        "504",
        "cut before it was done",
        "cut before the answer",
        "cut before the body",
        "cut in the middle of the body",
        "HTML body",
        "empty body",
        "JSON of another shape",
        "huge body",
        "slow body",
        "redirect",
    )
}
