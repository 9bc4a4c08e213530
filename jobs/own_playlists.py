"""A listener's own playlists: listing them, and reading one whose songs count in place of the saved ones."""

import spotify
from drafts.kept_library import LibraryEntry, list_songs
from jobs.create_playlist import is_marked
from jobs.errors import SourceClosed, SourceEmpty, SourceGone
from jobs.run import Run
from spotify import Client
from store import own_playlists, playlists
from store.own_playlists import OwnPlaylist

#: Ten calls; a page with more could hardly be used.
MAX_LISTED = 500
#: A hundred calls, fewer than are allowed in an hour: of a playlist nothing is kept until it is whole.
MAX_ENTRIES = 5_000


def list_own(client: Client, run: Run) -> None:
    """List the listener's playlists for them to choose from, without those that we have made.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    database, account_id = run.parts.database, run.job.account_id
    listed = [
        OwnPlaylist(each.id, each.name, each.n_songs)
        for each in spotify.list_readable(client, MAX_LISTED)
        if not is_marked(each.description) and not playlists.has(database, each.id, account_id)
    ]
    run.ride_over(lambda: own_playlists.save(database, account_id, listed))


def read_source(client: Client, run: Run, playlist_id: str) -> tuple[str, tuple[LibraryEntry, ...]]:
    """Read a playlist that the listener has chosen; return its name and its entries, at most `MAX_ENTRIES`.

    Raises
    ------
    BadSource
        If it is gone, is another listener's, or has no songs.
    SpotifyError
        See `spotify.errors`.
    JobLost, JobCancelled, TooMuchMade, WorkerStops
        See `Run.progress`.
    """
    entries: list[LibraryEntry] = []
    try:
        for page in spotify.read_playlist_pages(client, playlist_id):
            entries += page.songs
            run.progress("read")
            if len(entries) >= MAX_ENTRIES:
                break
    except spotify.NotFound as error:
        raise SourceGone(f"there is no playlist {playlist_id}") from error
    except spotify.Refused as error:
        if error.status != 403:
            raise
        raise SourceClosed(f"playlist {playlist_id} is not the listener's") from error
    if not list_songs(entries):
        raise SourceEmpty(f"playlist {playlist_id} has no songs")
    listed = own_playlists.load(run.parts.database, run.job.account_id) or []
    name = next((each.name for each in listed if each.id == playlist_id), playlist_id)
    return name, tuple(entries[:MAX_ENTRIES])
