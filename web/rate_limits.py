"""How often one listener, or one address, may ask for what leaves a row or changes something."""

import threading
import time
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from flask import Flask, request, session
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded
from redis.backoff import NoBackoff
from redis.retry import Retry

from settings import Settings
from web.errors import show_wait
from web.language import translate
from web.origin import SAFE_METHODS

#: Of each page of the sign-in, by an address. Each sign-in that is begun leaves a row for an hour. Without
#: Redis each web process counts for itself, and there are two.
MAX_SIGN_INS = "30 per hour"
#: By a listener, or by an address where nobody is signed in: more than a hand that drags every slider.
MAX_CHANGES = "240 per minute"
#: Of files with songs, which take seconds to read, by a listener or an address.
MAX_FILES = "30 per hour"
# Who has a home's IPv6 address has all of its network.
HOME_PREFIX = 64
# Redis answers in a millisecond. Until it does again, each process counts for itself.
MAX_REDIS_S = 0.25
SIGN_IN_PAGES = {"auth.sign_in", "auth.callback"}


def limit_rates(app: Flask, settings: Settings) -> None:
    """Refuse what comes too often: in Redis all processes count together, else each by itself."""
    redis: dict[str, Any] = {
        "socket_timeout": MAX_REDIS_S,
        "socket_connect_timeout": MAX_REDIS_S,
        "retry": Retry(NoBackoff(), 0),
    }
    limiter = Limiter(
        find_address,
        app=app,
        application_limits=[
            ApplicationLimit(
                MAX_SIGN_INS, scope=str, exempt_when=lambda: request.endpoint not in SIGN_IN_PAGES
            ),
            ApplicationLimit(
                MAX_CHANGES,
                scope="changes",
                key_function=_find_asker,
                exempt_when=lambda: request.method in SAFE_METHODS,
            ),
            ApplicationLimit(
                MAX_FILES,
                scope="files",
                exempt_when=lambda: request.endpoint != "songs.receive" or request.method in SAFE_METHODS,
            ),
        ],
        storage_uri=settings.redis_url or "memory://",
        storage_options=redis if settings.redis_url else {},
        in_memory_fallback_enabled=bool(settings.redis_url),
        strategy="moving-window",
        key_prefix="recommender",
    )
    # Most requests count towards no limit; without this each limit would check for itself.
    limiter.request_filter(lambda: request.method in SAFE_METHODS and request.endpoint not in SIGN_IN_PAGES)
    app.register_error_handler(RateLimitExceeded, partial(_refuse, limiter))
    # Its memory starts a timer of 10 ms: what uWSGI forks meanwhile would wait for it in vain when it ends.
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()


def find_address() -> str:
    """Return the address that a request comes from, as PROXY_HOPS tells; of IPv6 the home's network."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    is_network = isinstance(address, IPv6Address)
    return str(ip_network((address, HOME_PREFIX), strict=False)) if is_network else str(address)


def _find_asker() -> str:
    return session.get("account_id") or find_address()


def _refuse(limiter: Limiter, _: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    # The limiter goes by the computer's clock, too.
    wait = limiter.current_limit.reset_at - time.time() if limiter.current_limit else 0
    return show_wait(translate("That was too often in a short time."), max(1, int(wait)))
