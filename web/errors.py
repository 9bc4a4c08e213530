"""The error pages: what a listener is told when something fails.

The tables have English sentences; each is translated where it is told.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from flask import Flask, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from jobs.errors import (
    NotKept,
    PlaylistChanged,
    PlaylistGone,
    SourceClosed,
    SourceEmpty,
    SourceGone,
    SourceUnknown,
)
from recommender.errors import AllRuledOut, BadModels, EmptyLibrary, NothingFits, NothingMatched, NothingNew
from recommender.language import mark
from spotify import errors
from store.errors import (
    AccountForgotten,
    BudgetSpent,
    DraftChanged,
    DraftHeld,
    SignInNeeded,
    TooManyRecipes,
    TooManyVisits,
    TooMuchMade,
    is_outage,
)
from store.job import UNFORESEEN
from web.context import context
from web.destination import find_own_address, find_referring_page
from web.language import describe_count, translate
from web.listener import SpotifyNeeded, assume_stranger, current_account
from web.remedies import Offer, Remedy, list_offers
from web.request_log import find_request_id
from web.tuning_args import BadTuning

log = logging.getLogger(__name__)


class SongGone(Exception):
    """The song is no longer in the list: another tab, or a second press, has taken it out."""


class SignInRefused(Exception):
    """What came back is not the answer to a sign-in of this browser, or grants too little."""


class SignInCancelled(Exception):
    """The listener said no at Spotify, as is their right."""


@dataclass(frozen=True)
class ErrorPage:
    """What a listener is told of an error, and what helps. Jobs that fail show the same."""

    status: int
    sentence: str
    remedy: Remedy


OUTAGE_PAGE = ErrorPage(
    503,
    "We cannot get at our own data right now. Nothing is lost; please try again in a minute.",
    Remedy.RETRY,
)
ERROR_PAGES: dict[type[Exception], ErrorPage] = {
    SignInCancelled: ErrorPage(200, "Nothing was changed.", Remedy.SIGN_IN),
    SignInRefused: ErrorPage(
        400, "Sign-in was not completed. Nothing was changed; you can try again.", Remedy.SIGN_IN
    ),
    SignInNeeded: ErrorPage(
        401, "Please sign in again: the permission you gave is no longer there.", Remedy.SIGN_IN
    ),
    SpotifyNeeded: ErrorPage(
        403,
        "This needs your account at Spotify: sign in for it, or take the mix along as a file.",
        Remedy.SIGN_IN,
    ),
    errors.SignInExpired: ErrorPage(
        401, "Spotify has ended your sign-in. Please sign in again.", Remedy.SIGN_IN
    ),
    errors.MissingScope: ErrorPage(
        403,
        "You did not allow everything that this needs. Please sign in again and agree to all of it.",
        Remedy.SIGN_IN,
    ),
    errors.NotAllowed: ErrorPage(
        403,
        "Spotify lets in only listeners whom the owner of this site has added by name (at most five)."
        " Ask the owner to add you in Spotify’s developer dashboard.",
        Remedy.NOTHING,
    ),
    errors.OwnerNeedsPremium: ErrorPage(
        403,
        "Spotify answers this site only while its owner has a Premium subscription. Please tell the owner.",
        Remedy.NOTHING,
    ),
    errors.Removed: ErrorPage(
        502,
        "Spotify no longer offers something that this site needs. Please tell its owner: the site itself must"
        " be changed.",
        Remedy.NOTHING,
    ),
    errors.TokenRefused: ErrorPage(
        502, "Spotify does not accept this site’s own credentials. Please tell its owner.", Remedy.NOTHING
    ),
    errors.RateLimited: ErrorPage(
        503,
        "Spotify asks this site to wait. Nothing is lost: try again in a few minutes, and if that does not"
        " help, tomorrow.",
        Remedy.RETRY,
    ),
    errors.Unclear: ErrorPage(
        502,
        "Spotify did not say whether it made the playlist. Please try again: one that it made will be used.",
        Remedy.RETRY,
    ),
    errors.UnknownShape: ErrorPage(
        502,
        "Spotify’s answer is of a kind that this site does not know. Nothing is lost; please try again. If it"
        " happens again, tell the owner of this site.",
        Remedy.RETRY,
    ),
    errors.Unreachable: ErrorPage(
        502, "Spotify did not answer. Nothing is lost; please try again.", Remedy.RETRY
    ),
    errors.NotWritten: ErrorPage(
        502,
        "Spotify did not keep the songs that we wrote. Nothing is lost; please try again later.",
        Remedy.RETRY,
    ),
    errors.SpotifyError: ErrorPage(
        502, "Spotify refused this. Nothing is lost; please try again later.", Remedy.RETRY
    ),
    PlaylistChanged: ErrorPage(
        409,
        "You have changed this playlist in Spotify. What should happen to your changes?",
        Remedy.NOTHING,
    ),
    PlaylistGone: ErrorPage(
        410,
        "You have removed this playlist from Spotify, so it is no longer refreshed by itself.",
        Remedy.NOTHING,
    ),
    NotKept: ErrorPage(
        409,
        "You have added something to this playlist that we cannot write back, such as a podcast or a file of"
        " your own. Nothing was changed: save the mix as a new playlist, or let it replace what is there.",
        Remedy.NOTHING,
    ),
    SourceGone: ErrorPage(
        404, "The playlist that you chose is no longer in Spotify. Choose another one.", Remedy.CHOOSE_SONGS
    ),
    SourceClosed: ErrorPage(
        403,
        "Spotify does not let us read the playlist that you chose: it must be yours. Choose another one.",
        Remedy.CHOOSE_SONGS,
    ),
    SourceEmpty: ErrorPage(
        422,
        "The playlist that you chose has no songs. Add some in Spotify, or choose another one.",
        Remedy.CHOOSE_SONGS,
    ),
    SourceUnknown: ErrorPage(
        422,
        "None of the songs in the playlist that you chose is in our catalogue yet. Choose one with more"
        " songs.",
        Remedy.CHOOSE_SONGS,
    ),
    BadModels: OUTAGE_PAGE,
    AccountForgotten: ErrorPage(
        401, "You have disconnected, and everything about you has been deleted here.", Remedy.SIGN_IN
    ),
    BadTuning: ErrorPage(400, "This tuning cannot be read. Please go back and choose again.", Remedy.NOTHING),
    SongGone: ErrorPage(404, "That song is no longer in the list. Here it is as it is now.", Remedy.NOTHING),
    DraftHeld: ErrorPage(
        409, "This is being saved at this moment. Wait for it, or stop it, and then undo.", Remedy.NOTHING
    ),
    DraftChanged: ErrorPage(
        409, "The draft was changed in another tab. Here it is as it is now.", Remedy.NOTHING
    ),
    TooMuchMade: ErrorPage(
        429,
        "You have had a lot made in a short time, and Spotify lets this site ask only so much.",
        Remedy.RETRY,
    ),
    BudgetSpent: ErrorPage(
        429, "This site has asked Spotify as much as it may in a day, for all listeners.", Remedy.RETRY
    ),
    # No fault of the server's: a load balancer must not take it for one.
    TooManyVisits: ErrorPage(
        429, "Many people are trying this right now, and of all together only so much is kept.", Remedy.RETRY
    ),
    TooManyRecipes: ErrorPage(
        422, "You have as many recipes as can be kept. Delete one first.", Remedy.NOTHING
    ),
    EmptyLibrary: ErrorPage(
        422,
        "You have no liked songs yet. Like some in Spotify, then come back.",
        Remedy.SAVE_SONGS,
    ),
    AllRuledOut: ErrorPage(
        422,
        "The songs and artists that you have blocked leave nothing to pick. Unblock some of them, or like"
        " other songs in Spotify.",
        Remedy.UNBLOCK,
    ),
    NothingFits: ErrorPage(
        422, "Nothing fits this tuning: allow more years, tastes or kinds of songs.", Remedy.NOTHING
    ),
    NothingNew: ErrorPage(
        422, "You already have every song of our catalogue that fits your tastes.", Remedy.NOTHING
    ),
    NothingMatched: ErrorPage(
        422,
        "None of your liked songs is in our catalogue yet. Like a few more, then come back.",
        Remedy.SAVE_SONGS,
    ),
}
UNFORESEEN_PAGE = ErrorPage(
    500, "Something went wrong on our side. Nothing is lost; please try again.", Remedy.RETRY
)
TITLES = {
    200: mark("You have not signed in"),
    400: mark("That did not work"),
    401: mark("Please sign in"),
    403: mark("Not allowed"),
    404: mark("There is nothing here"),
    429: mark("Please wait a little"),
}
# What a browser meets only where a page was changed by hand, or somebody's program asks.
REFUSALS = {
    404: mark("This page does not exist, or it is somebody else’s."),
    405: mark("This page cannot be asked for in that way."),
    413: mark("That was more than this page takes."),
}
BAD_REQUEST = mark("The page sent something that cannot be understood. Please go back, and try again.")
SOMETHING_WRONG = mark("Something went wrong")
# Longer waits are said in hours.
MAX_SAID_MINUTES = 90


def collect_error_pages() -> dict[str, ErrorPage]:
    """Return the page of each kind of error by its class's name, subclasses included: so jobs note them."""
    kinds = {kind for listed in ERROR_PAGES for kind in _with_subclasses(listed)}
    return {UNFORESEEN: UNFORESEEN_PAGE, **{kind.__name__: _find_page(kind) for kind in kinds}}


def _with_subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from _with_subclasses(subclass)


def find_sentence(error: Exception) -> str:
    """Return what a listener is told of an error of a kind that is in the table."""
    return translate(_find_page(type(error)).sentence)


def _find_page(kind: type[Exception]) -> ErrorPage:
    """Return the entry of the error itself, else of its nearest class in the table."""
    return next(ERROR_PAGES[above] for above in kind.__mro__ if above in ERROR_PAGES)


def register_error_pages(app: Flask) -> None:
    """Show every error as a page with a sentence and what helps; the detail goes to the log."""
    for kind in ERROR_PAGES:
        app.register_error_handler(kind, _show_known)
    app.register_error_handler(CSRFError, _show_old_form)
    app.register_error_handler(TooMuchMade, _show_too_much)
    app.register_error_handler(TooManyVisits, _show_too_much)
    app.register_error_handler(500, _show_unforeseen)
    app.register_error_handler(HTTPException, _show_refusal)


def _show_known(error: Exception) -> tuple[str, int]:
    level = logging.INFO if isinstance(error, SignInCancelled) else logging.WARNING
    log.log(level, "%s: %s", type(error).__name__, error)
    return _show_page(_find_page(type(error)))


def _show_refusal(error: HTTPException) -> tuple[str, int]:
    """Show the sentence that a page has refused with, which is translated, else our own for its status."""
    status = error.code or 500
    if error.description and error.description != type(error).description:
        return _show(status, error.description, [])
    return _show(status, translate(REFUSALS.get(status, BAD_REQUEST)), [])


def _show_old_form(error: CSRFError) -> tuple[str, int]:
    """Lead back to the page with the form, which then has a fresh one; without a session there is none."""
    sentence = translate("The page was too old. Please try again.")
    if current_account() is None:
        return _show(400, sentence, list_offers(Remedy.SIGN_IN))
    back = find_referring_page() or url_for("pages.home")
    return _show(400, sentence, [Offer(translate("Back to the page"), back)])


def show_wait(why: str, seconds: int) -> tuple[str, int, dict[str, str]]:
    """Show why something has to wait and for how long; the browser is told, too."""
    sentence = translate("{why} Nothing is lost: please wait {wait}, then try again.")
    told = sentence.format(why=why, wait=_describe_wait(seconds))
    return (*_show(429, told, []), {"Retry-After": str(seconds)})


def _show_too_much(error: TooMuchMade | TooManyVisits) -> tuple[str, int, dict[str, str]]:
    wait = error.until - context().database.clock.now()
    return show_wait(find_sentence(error), max(1, ceil(wait.total_seconds())))


def _describe_wait(seconds: int) -> str:
    """Return how long a wait is in words, rounded up."""
    n_minutes = ceil(seconds / 60)
    if n_minutes > MAX_SAID_MINUTES:
        return describe_count("an hour", "{n} hours", ceil(n_minutes / 60))
    return describe_count("a minute", "{n} minutes", n_minutes)


def _show_unforeseen(error: InternalServerError) -> tuple[str, int]:
    # Perhaps it is the database that fails: this page must not ask it who is there.
    assume_stranger()
    page = OUTAGE_PAGE if is_outage(error.original_exception) else UNFORESEEN_PAGE
    return _show(page.status, translate(page.sentence), _offer_again(), "error_alone.html")


def _show_page(page: ErrorPage) -> tuple[str, int]:
    offers = list_offers(page.remedy)
    if page.remedy is Remedy.RETRY:
        offers = _offer_again()
    return _show(page.status, translate(page.sentence), offers)


def _offer_again() -> list[Offer]:
    """Offer the same page again, but never a return from Spotify, which works once, nor a form's address."""
    if request.endpoint == "auth.callback":
        return list_offers(Remedy.SIGN_IN)
    here = find_own_address()
    return [Offer(translate("Try again"), here)] if here else []


def _show(status: int, sentence: str, offers: list[Offer], template: str = "error.html") -> tuple[str, int]:
    title = translate(TITLES.get(status, SOMETHING_WRONG))
    # Of a failure that is not the listener's, so that whoever runs the site finds it in the log.
    request_id = find_request_id() if status >= 500 else None
    shown = {"title": title, "sentence": sentence, "offers": offers, "request_id": request_id}
    return render_template(template, **shown), status
