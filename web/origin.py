"""Forms of other sites: refused by where they come from, besides the token that they cannot know."""

from urllib.parse import SplitResult, urlsplit

from flask import request
from flask_wtf.csrf import CSRFError

from web.context import context

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
DEFAULT_PORTS = {"http": 80, "https": 443}


def refuse_other_origins() -> None:
    """Refuse what would change something and comes from another site, by the site's address in `PUBLIC_URL`.

    Flask-WTF compares with the request's own `Host`, which a proxy may have
    changed, and demands a `Referer`, which some browsers never send. Where a
    browser tells nothing, the token alone decides. `Origin: null` is nothing:
    browsers that send no `Referer` send that.

    Raises
    ------
    CSRFError
        If the browser names another site.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin", "null")
    named = request.referrer if origin == "null" else origin
    if named and _read_origin(named) != _read_origin(context().settings.public_url):
        raise CSRFError("The form is another site's.")


def require_own_origin() -> None:
    """Refuse a form of which the browser does not tell that it is one of this site's.

    Raises
    ------
    CSRFError
        If it tells nothing; of another site `refuse_other_origins` has taken care.
    """
    if request.headers.get("Origin", "null") == "null" and not request.referrer:
        raise CSRFError("The browser does not tell where the form is from.")


def _read_origin(address: str) -> tuple[str, str | None, int | None] | None:
    """Return the scheme, the host and the port of an address; None where it is none."""
    try:
        parts: SplitResult = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
