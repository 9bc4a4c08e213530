"""Creating a playlist for a job: exactly one, though its answer may be lost and lists of playlists lag."""

import logging
from collections.abc import Callable, Sequence
from hashlib import sha256

import spotify
from spotify import Client, CreatedPlaylist

log = logging.getLogger(__name__)

DESCRIPTION = "New songs in proportion to your tastes, from the songs you saved."
# After a creation that got no answer: when to look whether it was done all the same.
LOOKS_S = (0.0, 2.0, 5.0, 10.0)
# When one that was made shortly before may still turn up. Lists were seen to lag by half a minute.
LATE_LOOKS_S = (0.0, 10.0, 20.0)


def make_marker(job_id: str) -> str:
    """Give the mark by which a job knows its own playlist: a word of letters and digits."""
    return "mix" + sha256(job_id.encode()).hexdigest()[:12]


def create_once(
    client: Client, name: str, is_public: bool, marker: str, wait: Callable[[float], None]
) -> CreatedPlaylist:
    """Create the playlist with this mark; without an answer, find it or create it again.

    Raises
    ------
    SpotifyError
        See `spotify.errors`; after two creations without an answer `Unclear`.
    """

    def create_or_find() -> CreatedPlaylist:
        try:
            return spotify.create_playlist(client, name, f"{DESCRIPTION} {marker}", is_public)
        except spotify.Unclear:
            if found := find_made(client, [marker], wait, LOOKS_S):
                return found
            raise

    try:
        return create_or_find()
    except spotify.Unclear:
        created = create_or_find()
    for seconds in LATE_LOOKS_S:
        wait(seconds)
        _remove_twins_surely(client, [marker], created.id)
    return created


def find_made(
    client: Client, markers: Sequence[str], wait: Callable[[float], None], looks_s: Sequence[float] = (0.0,)
) -> CreatedPlaylist | None:
    """Find a playlist with one of these marks, looking after each of these waits; others are removed.

    None where none turns up.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    for seconds in looks_s:
        wait(seconds)
        if found := spotify.find_marked(client, *markers):
            _remove_twins(client, found[1:], found[0].id)
            return found[0]
    return None


def _remove_twins_surely(client: Client, markers: Sequence[str], kept_id: str) -> None:
    """Look for twins; where that is refused once, once more: this may be the look that finds one."""
    try:
        _remove_twins(client, spotify.find_marked(client, *markers), kept_id)
    except (spotify.RateLimited, spotify.SignInExpired):
        raise
    except spotify.SpotifyError:
        _remove_twins(client, spotify.find_marked(client, *markers), kept_id)


def _remove_twins(client: Client, found: Sequence[CreatedPlaylist], kept_id: str) -> None:
    """Take all but one out of the library; where Spotify refuses, empty and rename them."""
    for twin in found:
        if twin.id == kept_id:
            continue
        log.warning("playlist %s is a twin of %s: it is taken out of the library", twin.id, kept_id)
        try:
            spotify.remove_playlist(client, twin.id)
        except (spotify.RateLimited, spotify.SignInExpired):
            raise
        except spotify.SpotifyError as error:
            log.warning("playlist %s is emptied and renamed instead: %s", twin.id, error)
            spotify.replace_songs(client, twin.id, [])
            spotify.describe_playlist(client, twin.id, name="Empty, please delete", description="")
