"""What can be done about each kind of failure, and the links that offer it."""

from dataclasses import dataclass
from enum import Enum, auto

from flask import request, url_for

from web.context import context
from web.destination import find_own_address
from web.language import translate

# Where nobody wants to be again after signing in: the front page is where a sign-in leads by itself,
# a job that has failed does not go on, and the sign-in's own addresses work once.
NO_DESTINATIONS = {"pages.home", "pages.show_job", "auth.sign_in", "auth.callback"}


class Remedy(Enum):
    """What helps after a failure."""

    #: The same again.
    RETRY = auto()
    #: Signing in, again or with all that is asked for.
    SIGN_IN = auto()
    #: Songs to start from, which are saved in Spotify.
    SAVE_SONGS = auto()
    #: Other songs to start from: a file's, or those of a playlist.
    CHOOSE_SONGS = auto()
    #: Taking back some of what was blocked.
    UNBLOCK = auto()
    #: Nothing that the listener could do here.
    NOTHING = auto()


@dataclass(frozen=True)
class Offer:
    """A link that helps; one that leads to Spotify opens a page of its own."""

    label: str
    url: str
    leads_away: bool = False


def list_offers(remedy: Remedy) -> list[Offer]:
    """Return the links by which a page offers a remedy; to try again, each page has a way of its own."""
    match remedy:
        case Remedy.SIGN_IN:
            return [Offer(translate("Sign in with Spotify"), find_sign_in_url())]
        case Remedy.SAVE_SONGS:
            return [Offer(translate("Open Spotify"), context().settings.spotify_open_url, leads_away=True)]
        case Remedy.CHOOSE_SONGS:
            return [Offer(translate("Choose other songs"), url_for("songs.offer"))]
        case Remedy.UNBLOCK:
            return [Offer(translate("See what is blocked"), url_for("opinions.show_opinions"))]
        case Remedy.RETRY | Remedy.NOTHING:
            return []


def find_sign_in_url() -> str:
    """Return the address that begins a sign-in, after which the listener comes back to this page."""
    is_worth_it = request.endpoint not in NO_DESTINATIONS
    return url_for("auth.sign_in", next=find_own_address() if is_worth_it else None)
