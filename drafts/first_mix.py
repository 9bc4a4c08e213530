"""The first mix of a visitor: from the songs they brought to a playlist that Spotify knows nothing of."""

import secrets
from functools import partial

from drafts.kept_library import to_json
from drafts.previews import Previews
from drafts.record import make_record
from drafts.unheard_mix import pick_unheard
from drafts.wishes import load_wishes
from recommender import Song, pick
from recommender.errors import NoRecommendation
from store import accounts, libraries, playlists
from store.accounts import Account
from store.database import Database
from store.libraries import KeptLibrary
from store.playlists import Playlist
from store.record import PlaylistRecord
from store.tuning import Tuning


def receive_visitor(
    previews: Previews, songs: list[Song], source: str, name: str, tuning: Tuning
) -> tuple[Account, Playlist]:
    """Keep a visitor's songs, and make a first mix of them.

    Parameters
    ----------
    source : the name of the file that the songs come from
    name : what the mix is called

    Raises
    ------
    NoRecommendation
        If nothing can be picked: then nothing is kept.
    """
    database = previews.database
    visitor = accounts.add_visitor(database)
    try:
        keep_songs(database, visitor.id, songs, source)
        record = _mix(previews, visitor.id, tuning)
    except NoRecommendation:
        accounts.forget(database, visitor.id)
        raise
    playlist = Playlist(
        id=secrets.token_urlsafe(16),
        account_id=visitor.id,
        name=name,
        made_at=database.clock.now(),
        record=record,
        song_ids=tuple(song.id for song in record.songs),
        url="",
    )
    playlists.save(database, playlist)
    return visitor, playlist


def keep_songs(database: Database, account_id: str, songs: list[Song], source: str) -> None:
    """Keep songs of a file as somebody's library, in place of the one before."""
    now = database.clock.now()
    kept = KeptLibrary(account_id, to_json(songs), len(songs), now, now, 1, source)
    libraries.save(database, kept)


def _mix(previews: Previews, account_id: str, tuning: Tuning) -> PlaylistRecord:
    now = previews.database.clock.now()
    wishes = load_wishes(previews.database, account_id, tuning, now)
    mix = pick_unheard(partial(pick, previews.prepare(account_id)), wishes, [])
    return make_record(mix, tuning=tuning)
