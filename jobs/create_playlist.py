"""Creating a playlist for a job: exactly one, though its answer may be lost and lists of playlists lag."""

import logging
import re
from collections.abc import Callable, Sequence
from hashlib import sha256

import spotify
from recommender.language import mark
from spotify import Client, CreatedPlaylist

log = logging.getLogger(__name__)

#: How a new playlist is described.
DESCRIPTION = mark("New songs in proportion to your tastes, from the songs you saved.")
# The waits before each look for a playlist whose creation got no answer.
WAITS_S = (0.0, 2.0, 5.0, 10.0)
# The same where one that was created shortly before may still turn up.
LATE_WAITS_S = (0.0, 10.0, 20.0)


def make_marker(job_id: str) -> str:
    """Return the word, of letters and digits, by which a job knows its own playlist."""
    return "mix" + sha256(job_id.encode()).hexdigest()[:12]


def is_marked(description: str) -> bool:
    """Return whether a playlist has the description of one that a job has made, by whatever account."""
    return re.search(r"\bmix[0-9a-f]{12}$", description) is not None


def create_once(
    client: Client,
    name: str,
    description: str,
    is_public: bool,
    marker: str,
    wait: Callable[[float], None],
) -> CreatedPlaylist:
    """Create the playlist with this marker; without an answer, find it or create it again.

    Parameters
    ----------
    description : what the listener reads; the marker stands behind it

    Raises
    ------
    SpotifyError
        See `spotify.errors`; `Unclear` after two creations without an answer.
    """

    def create_or_find() -> CreatedPlaylist:
        try:
            return spotify.create_playlist(client, name, f"{description} {marker}", is_public)
        except spotify.Unclear:
            if found := find_created(client, [marker], wait, WAITS_S):
                return found
            raise

    try:
        return create_or_find()
    except spotify.Unclear:
        created = create_or_find()
    for seconds in LATE_WAITS_S:
        wait(seconds)
        _find_and_remove_duplicates(client, marker, created.id)
    return created


def find_created(
    client: Client, markers: Sequence[str], wait: Callable[[float], None], waits_s: Sequence[float] = (0.0,)
) -> CreatedPlaylist | None:
    """Find a playlist with one of these markers, looking once after each wait; remove any others.

    None where none turns up.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    for seconds in waits_s:
        wait(seconds)
        if found := spotify.find_marked(client, *markers):
            _remove_duplicates(client, found[1:], found[0].id)
            return found[0]
    return None


def _find_and_remove_duplicates(client: Client, marker: str, kept_id: str) -> None:
    """Remove duplicates; try once more where that is refused, as no later look may find them."""
    try:
        _remove_duplicates(client, spotify.find_marked(client, marker), kept_id)
    except (spotify.RateLimited, spotify.SignInExpired):
        raise
    except spotify.SpotifyError:
        _remove_duplicates(client, spotify.find_marked(client, marker), kept_id)


def _remove_duplicates(client: Client, found: Sequence[CreatedPlaylist], kept_id: str) -> None:
    """Take all but one out of the library; where Spotify refuses, empty and rename them."""
    for duplicate in found:
        if duplicate.id == kept_id:
            continue
        log.warning("playlist %s is a duplicate of %s: it is removed from the library", duplicate.id, kept_id)
        try:
            spotify.remove_playlist(client, duplicate.id)
        except (spotify.RateLimited, spotify.SignInExpired):
            raise
        except spotify.SpotifyError as error:
            log.warning("playlist %s is emptied and renamed instead: %s", duplicate.id, error)
            spotify.replace_songs(client, duplicate.id, [])
            spotify.describe_playlist(client, duplicate.id, name="Empty, please delete", description="")
