"""What a reader is told when something fails: error -> (status, what they can do about it)."""

import logging
from collections.abc import Iterator

from flask import Flask, g, render_template, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

import flask_spotify_auth
import spotify
from flask_spotify_auth import SignInRefused
from recommender.errors import AllRuledOut, EmptyLibrary, NothingMatched, NothingNew
from store.errors import SignInNeeded
from store.job import UNFORESEEN

log = logging.getLogger(__name__)

#: Jobs that fail show the same sentences.
ERROR_PAGES: dict[type[Exception], tuple[int, str]] = {
    SignInRefused: (400, "Sign-in was not completed. Nothing was changed; you can try again."),
    SignInNeeded: (401, "Please sign in again: the permission you gave is no longer there."),
    spotify.SignInExpired: (401, "Spotify has ended your sign-in. Please sign in again."),
    spotify.MissingScope: (
        403,
        "Something that this needs was not allowed. Please sign in again and agree to it.",
    ),
    spotify.NotAllowed: (
        403,
        "Spotify lets only listeners in whom the owner of this site has entered by name (at most five)."
        " Ask the owner to add you in Spotify’s developer dashboard.",
    ),
    spotify.OwnerNeedsPremium: (
        403,
        "Spotify answers this site only while its owner has a Premium subscription. Please tell the owner.",
    ),
    spotify.Removed: (
        502,
        "Spotify no longer offers something that this site needs. Please tell its owner: the site itself must"
        " be changed.",
    ),
    spotify.TokenRefused: (
        502,
        "Spotify does not accept this site’s own credentials. Please tell its owner.",
    ),
    spotify.RateLimited: (
        503,
        "Spotify allows this site no more calls for now. Nothing is lost: try again in a few minutes, and if"
        " it still refuses, tomorrow.",
    ),
    spotify.Unclear: (
        502,
        "Spotify did not say whether it made the playlist. Please try again: one that it made will be used.",
    ),
    spotify.Unreachable: (502, "Spotify did not answer. Nothing is lost; please try again."),
    spotify.NotWritten: (
        502,
        "Spotify did not keep the songs that we wrote. Nothing is lost; please try again later.",
    ),
    spotify.SpotifyError: (502, "Spotify refused this. Nothing is lost; please try again later."),
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


def sentences() -> dict[str, str]:
    """Give the sentence for each kind of error by name, the subclasses' too."""
    kinds = {kind for listed in ERROR_PAGES for kind in _with_subclasses(listed)}
    return {UNFORESEEN: UNFORESEEN_SENTENCE, **{kind.__name__: _find_page(kind)[1] for kind in kinds}}


def _with_subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from _with_subclasses(subclass)


def _find_page(kind: type[Exception]) -> tuple[int, str]:
    """Give what is listed for the error itself, else for the nearest class that it is of."""
    return next(ERROR_PAGES[above] for above in kind.__mro__ if above in ERROR_PAGES)


def register(app: Flask) -> None:
    """Show every error as a page with a sentence; the detail goes to the log."""

    def show(status: int, sentence: str) -> tuple[str, int]:
        sign_in = status in (400, 401) and flask_spotify_auth.listener() is None
        page = render_template(
            "error.html",
            title=TITLES.get(status, "Something went wrong"),
            sentence=sentence,
            action_url=url_for("auth.sign_in" if sign_in else "pages.home"),
            action_label="Sign in with Spotify" if sign_in else "Back to the start",
        )
        return page, status

    def show_known(error: Exception) -> tuple[str, int]:
        log.warning("%s: %s", type(error).__name__, error)
        return show(*_find_page(type(error)))

    for kind in ERROR_PAGES:
        app.register_error_handler(kind, show_known)

    def show_unforeseen(error: Exception) -> tuple[str, int]:
        # Perhaps it is the database that fails: this page must not ask it who is there.
        g.listener = None
        return show(500, UNFORESEEN_SENTENCE)

    app.register_error_handler(CSRFError, lambda error: show(400, "The page was too old. Please try again."))
    app.register_error_handler(404, lambda error: show(404, NOT_FOUND))
    app.register_error_handler(500, show_unforeseen)
    app.register_error_handler(
        HTTPException, lambda error: show(error.code or 500, error.description or UNFORESEEN_SENTENCE)
    )
