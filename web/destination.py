"""Where a listener was going when they were asked to sign in: a page of ours, kept in their session."""

from urllib.parse import urlsplit

from flask import request, session, url_for

from web.context import context

_KEY = "destination"
MAX_CHARACTERS = 2000


def is_local(address: str) -> bool:
    r"""Return whether a browser that is sent to an address stays on this site.

    Browsers read `\` as `/`, and pass over tabs and line breaks: so `/\evil.example`
    and `/<tab>/evil.example` lead elsewhere, as `//evil.example` does.
    """
    if not address.startswith("/") or address.startswith("//") or len(address) > MAX_CHARACTERS:
        return False
    if "\\" in address or not address.isprintable():
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def find_own_address() -> str | None:
    """Return the address of the page that is asked for; None where it cannot be asked for again by a link."""
    if request.method != "GET" or "HX-Request" in request.headers:
        return None
    return request.full_path.removesuffix("?")


def find_referring_page() -> str | None:
    """Return the address of our page from which this one was asked for; None where it is no page of ours."""
    # An address of another site is left as it is.
    page = (request.referrer or "").removeprefix(context().settings.public_url)
    return page if is_local(page) else None


def keep_destination(address: str) -> None:
    """Keep where to go after the sign-in; an address that is not ours is passed over."""
    if is_local(address):
        session[_KEY] = address


def take_destination() -> str:
    """Return where to go after the sign-in, once; the front page if nothing is kept."""
    return str(session.pop(_KEY, url_for("pages.home")))
