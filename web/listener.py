"""Who is at this browser: the account that is signed in, and what it allows us."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, cast

from flask import Response, g, redirect, request, session, url_for

from store import accounts, tokens
from store.accounts import Account
from store.errors import SignInNeeded
from web.context import context
from web.destination import find_own_address
from web.language import translate

P = ParamSpec("P")

WITHOUT_DATABASE = frozenset({"static", "language.choose", "pages.healthz", "pages.readyz", "pages.privacy"})

#: Listeners are warned this long before their permission ends: also those who come once in two weeks.
WARNING_TIME = timedelta(days=14)


class SpotifyNeeded(Exception):
    """A visitor asks for what only an account at Spotify can do."""


@dataclass(frozen=True)
class Permission:
    """What a listener has allowed us: until when, where that is soon, and whether it has ended."""

    ends_soon_at: datetime | None = None
    is_over: bool = False


def current_account() -> Account | None:
    """Return the account of this browser's session, None where nobody is signed in."""
    if "account" not in g:
        account_id = session.get("account_id")
        g.account = accounts.get_account(context().database, account_id) if account_id else None
    return cast(Account | None, g.account)


def name_listener(account: Account) -> str:
    """Return what pages call a listener: their name at Spotify, which a visitor has none of."""
    return translate("Visitor") if account.is_visitor else account.display_name


def require_database() -> None:
    """Fail before each page where the database cannot be read, for strangers too: they could not sign in.

    A few are answered without it, and so without knowing who asks.
    """
    if request.endpoint in WITHOUT_DATABASE:
        assume_stranger()
        return
    database = context().database
    # Whoever has no session reads nothing from it, so one check is enough.
    with nullcontext() if session.new else database.snapshot():
        account = current_account()
    if account is None:
        database.check()


def assume_stranger() -> None:
    """Treat this request as a stranger's from here on, without asking the database."""
    g.account = None


def signed_in_account() -> Account:
    """Return the account of this browser, in views behind a guard; a visitor's where that lets them in.

    Raises
    ------
    SignInNeeded
        If nobody is.
    """
    account = current_account()
    if account is None:
        raise SignInNeeded("nobody is signed in at this browser")
    return account


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """Let only listeners see a page who have signed in with Spotify; others come back once they have.

    Where they were going stands in the address: nothing is kept of a stranger.

    Raises
    ------
    SpotifyNeeded
        If a visitor asks.
    """

    def refuse_visitor(*args: P.args, **kwargs: P.kwargs) -> Any:
        if signed_in_account().is_visitor:
            raise SpotifyNeeded("a visitor asks for what needs an account at Spotify")
        return view(*args, **kwargs)

    return signed_in_or_visiting(wraps(view)(refuse_visitor))


def signed_in_or_visiting(view: Callable[P, Any]) -> Callable[P, Any]:
    """Let listeners and visitors see a page for which Spotify is never asked; strangers as in `signed_in`."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if current_account() is None:
            # htmx would follow a redirect itself and put the front page into a corner of this one.
            home = url_for("pages.home", next=find_own_address() or url_for("pages.home"))
            return (
                Response(headers={"HX-Redirect": home}) if "HX-Request" in request.headers else redirect(home)
            )
        return view(*args, **kwargs)

    return guarded


def forget_account(account_id: str) -> None:
    """Delete all that is kept of an account, in the database and in this process."""
    accounts.forget(context().database, account_id)
    context().previews.forget(account_id)


def is_operator() -> bool:
    """Return whether the account that is signed in is the operator's; nobody's is where none is named."""
    account, operator_id = current_account(), context().settings.operator_id
    return account is not None and bool(operator_id) and account.user_id == operator_id


def permission(account: Account) -> Permission:
    """Check whether a listener must sign in again soon, or before anything can be made."""
    database = context().database
    now = database.clock.now()
    ends_at = account.sign_in_ends_at
    if account.is_visitor or (ends_at and ends_at - now > WARNING_TIME):
        return Permission()
    # Near the end, the token itself is asked: an older program beside this one may have renewed it.
    try:
        ends_at = tokens.load_token(database, account.id).ends_at
    except SignInNeeded:
        return Permission(is_over=True)
    return Permission(ends_at if ends_at - now <= WARNING_TIME else None, is_over=ends_at <= now)
