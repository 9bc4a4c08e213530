"""The error pages: what a listener is told when something fails."""

import logging
from collections.abc import Iterator

from flask import Flask, render_template, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from jobs.errors import NotKept, PlaylistChanged, PlaylistGone
from recommender.errors import AllRuledOut, EmptyLibrary, NothingMatched, NothingNew
from spotify import errors
from store.errors import DraftChanged, SignInNeeded, TooManyRecipes
from store.job import UNFORESEEN
from web.listener import assume_stranger, current_account
from web.tuning_args import BadTuning

log = logging.getLogger(__name__)


class SignInRefused(Exception):
    """The listener cancelled, or what came back is not the answer to a sign-in of this browser."""


#: Error -> (status, what the listener can do about it). Jobs that fail show the same sentences.
ERROR_PAGES: dict[type[Exception], tuple[int, str]] = {
    SignInRefused: (400, "Sign-in was not completed. Nothing was changed; you can try again."),
    SignInNeeded: (401, "Please sign in again: the permission you gave is no longer there."),
    errors.SignInExpired: (401, "Spotify has ended your sign-in. Please sign in again."),
    errors.MissingScope: (
        403,
        "You did not allow everything that this needs. Please sign in again and agree to all of it.",
    ),
    errors.NotAllowed: (
        403,
        "Spotify lets in only listeners whom the owner of this site has added by name (at most five)."
        " Ask the owner to add you in Spotify’s developer dashboard.",
    ),
    errors.OwnerNeedsPremium: (
        403,
        "Spotify answers this site only while its owner has a Premium subscription. Please tell the owner.",
    ),
    errors.Removed: (
        502,
        "Spotify no longer offers something that this site needs. Please tell its owner: the site itself must"
        " be changed.",
    ),
    errors.TokenRefused: (
        502,
        "Spotify does not accept this site’s own credentials. Please tell its owner.",
    ),
    errors.RateLimited: (
        503,
        "Spotify allows this site no more calls for now. Nothing is lost: try again in a few minutes, and if"
        " it still refuses, tomorrow.",
    ),
    errors.Unclear: (
        502,
        "Spotify did not say whether it made the playlist. Please try again: one that it made will be used.",
    ),
    errors.Unreachable: (502, "Spotify did not answer. Nothing is lost; please try again."),
    errors.NotWritten: (
        502,
        "Spotify did not keep the songs that we wrote. Nothing is lost; please try again later.",
    ),
    errors.SpotifyError: (502, "Spotify refused this. Nothing is lost; please try again later."),
    PlaylistChanged: (
        409,
        "You have changed this playlist in Spotify. What is to become of what you added?",
    ),
    PlaylistGone: (
        410,
        "You have removed this playlist from Spotify, so it is no longer refreshed by itself.",
    ),
    NotKept: (
        409,
        "You have added something to this playlist that we cannot write back, such as a podcast or a file of"
        " your own. Nothing was changed: save the mix as a new playlist, or let it replace what is there.",
    ),
    DraftChanged: (409, "You have changed this mix meanwhile, so nothing was saved. Please save it again."),
    TooManyRecipes: (409, "You keep as many recipes as there is room for. Please delete one first."),
    BadTuning: (400, "This tuning cannot be read. Please go back and choose again."),
    EmptyLibrary: (422, "You have no saved songs yet. Save some that you like in Spotify, then come back."),
    AllRuledOut: (
        422,
        "The songs and artists that you never want leave nothing to pick. Take some of them back under"
        " “What you never want to hear”, or save other songs, then try again.",
    ),
    NothingNew: (422, "You already have every song of our catalogue that fits your tastes."),
    NothingMatched: (
        422,
        "None of your saved songs is in our catalogue yet. Save a few more, then try again.",
    ),
}
UNFORESEEN_SENTENCE = "Something went wrong on our side. Nothing is lost; please try again."
TITLES = {400: "That did not work", 401: "Please sign in", 403: "Not allowed", 404: "There is nothing here"}
NOT_FOUND = "This page does not exist, or it is somebody else’s."


def collect_sentences() -> dict[str, str]:
    """Return the sentence for each kind of error by its class's name, subclasses included."""
    kinds = {kind for listed in ERROR_PAGES for kind in _with_subclasses(listed)}
    return {UNFORESEEN: UNFORESEEN_SENTENCE, **{kind.__name__: _find_page(kind)[1] for kind in kinds}}


def _with_subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from _with_subclasses(subclass)


def find_sentence(error: Exception) -> str:
    """Return what a listener is told of an error of a kind that is in the table."""
    return _find_page(type(error))[1]


def _find_page(kind: type[Exception]) -> tuple[int, str]:
    """Return the entry of the error itself, else of its nearest class in the table."""
    return next(ERROR_PAGES[above] for above in kind.__mro__ if above in ERROR_PAGES)


def register_error_pages(app: Flask) -> None:
    """Show every error as a page with a sentence; the detail goes to the log."""
    for kind in ERROR_PAGES:
        app.register_error_handler(kind, _show_known)
    app.register_error_handler(CSRFError, lambda error: _show(400, "The page was too old. Please try again."))
    app.register_error_handler(404, lambda error: _show(404, NOT_FOUND))
    app.register_error_handler(500, _show_unforeseen)
    app.register_error_handler(
        HTTPException, lambda error: _show(error.code or 500, error.description or UNFORESEEN_SENTENCE)
    )


def _show_known(error: Exception) -> tuple[str, int]:
    log.warning("%s: %s", type(error).__name__, error)
    return _show(*_find_page(type(error)))


def _show_unforeseen(error: Exception) -> tuple[str, int]:
    # Perhaps it is the database that fails: this page must not ask it who is there.
    assume_stranger()
    return _show(500, UNFORESEEN_SENTENCE)


def _show(status: int, sentence: str) -> tuple[str, int]:
    asks_for_sign_in = status in (400, 401) and current_account() is None
    page = render_template(
        "error.html",
        title=TITLES.get(status, "Something went wrong"),
        sentence=sentence,
        action_url=url_for("auth.sign_in" if asks_for_sign_in else "pages.home"),
        action_label="Sign in with Spotify" if asks_for_sign_in else "Back to the start",
    )
    return page, status
