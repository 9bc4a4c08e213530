"""The one host of the site: whoever comes by another is sent to that of `PUBLIC_URL`.

Spotify sends a listener back to that host only, and a browser keeps the cookie
of a sign-in for the host at which it began.
"""

import hashlib
import logging
from urllib.parse import quote, urlsplit

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from settings import is_loopback
from web.context import context

log = logging.getLogger(__name__)

# The load balancer asks by the instance's address, and no page of another host asks for static files.
FOR_ANY_HOST = {"pages.healthz", "static"}
# With a hash of the address that a browser has just been sent to: tabs side by side have one each.
COOKIE = "sent_to_{}"
COOKIE_S = 5
# What stands in a path as it is (RFC 3986).
SAFE = "/:@!$&'()*+,;=~"


def send_to_public_host() -> AnyResponse | None:
    """Redirect a page that is asked for by another host, with path and query; None where all is well.

    Only names of hosts are compared: proxies in front may change the port and the
    scheme. One that changes the name as well would be redirected for ever, as the
    browser is at the right host already: it then comes back with the cookie of the
    redirect, and gets the page. Not on a developer's own machine: whoever asks twice
    there is at `localhost`, where no sign-in can end. A form of another host has no
    session here, so its token is refused as that of any page that is too old.
    """
    settings = context().settings
    is_page = request.method in ("GET", "HEAD") and request.endpoint not in FOR_ANY_HOST
    if not is_page or _read_host(request.host) == urlsplit(settings.public_url).hostname:
        return None
    query = quote(request.query_string, safe=SAFE + "?%")
    address = quote(request.path, safe=SAFE) + (f"?{query}" if query else "")
    cookie = COOKIE.format(hashlib.sha256(address.encode()).hexdigest()[:16])
    if cookie in request.cookies and not is_loopback(settings.public_url):
        log.warning("a proxy in front changes the header Host: see docs/operating.md, Behind other proxies")
        return None
    answer = redirect(settings.public_url + address, Response=Response)
    answer.set_cookie(cookie, "1", max_age=COOKIE_S, secure=settings.is_https, httponly=True, samesite="Lax")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _read_host(host: str) -> str | None:
    """Return the name in a `Host` header, None where it is none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
