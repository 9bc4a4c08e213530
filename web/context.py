"""The parts that the pages work with, put into the application by `startup`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from flask import Flask, current_app
from werkzeug.wrappers import Response

from drafts.previews import Previews
from recommender.catalogue.build import Build
from recommender.catalogue.catalogue import Catalogue
from settings import Settings
from store.database import Database
from web.readiness import Checks

_KEY = "music_recommender"


class SignInClient(Protocol):
    """What the sign-in needs of an OAuth client: Authlib's, which has no types of its own."""

    def authorize_redirect(self, redirect_uri: str) -> Response:
        """Send the browser to Spotify, and note in its session what will prove that it came back."""

    def authorize_access_token(self, *, allow_redirects: bool) -> dict[str, Any]:
        """Check what Spotify sent the browser back with, and exchange it for tokens."""


@dataclass(frozen=True)
class Context:
    """What every page may use.

    `previews` picks songs at once for listeners whose libraries were read, from
    the songs of `build`, which are of `oldest_year` to `newest_year` (0 where no year is known).
    `enqueue` wakes a worker for the job of this id. `checks` tell whether the
    parts of the system can be used.
    """

    settings: Settings
    database: Database
    build: Build
    oldest_year: int
    newest_year: int
    previews: Previews
    enqueue: Callable[[str], None]
    checks: Checks
    sign_in_client: SignInClient

    @property
    def catalogue(self) -> Catalogue:
        """The songs that are picked from; raises BadModels where a file of theirs was cut off."""
        self.build.require_whole()
        return self.build.catalogue

    def put_into(self, app: Flask) -> None:
        """Make this the context of an application."""
        app.extensions[_KEY] = self


def context() -> Context:
    """Return the context of the application that answers this request."""
    return cast(Context, current_app.extensions[_KEY])
