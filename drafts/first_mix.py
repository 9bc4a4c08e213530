"""The mix of a visitor: from the songs they brought to a playlist that Spotify does not have, and on."""

import secrets
from datetime import datetime
from functools import partial
from typing import Literal

from drafts import changes
from drafts.kept_library import to_json
from drafts.previews import Previews
from drafts.record import make_record
from drafts.unheard_mix import pick_unheard
from drafts.wishes import load_wishes
from recommender import Song, pick
from store import drafts, libraries, playlists, visits
from store.accounts import Account
from store.database import Database
from store.errors import DraftChanged
from store.libraries import KeptLibrary
from store.playlists import Playlist
from store.tuning import Tuning

#: What the mix of a visit is to the account that has got it: its playlist, or a step of that one's draft.
Shown = Literal["playlist", "step"]


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
        If nothing can be picked.
    TooManyVisits
        If there is no room. Nothing is kept then, as where nothing can be picked.
    """
    database = previews.database
    now = database.clock.now()
    prepared = previews.prepare_songs(songs)
    # A visitor has said nothing yet.
    wishes = load_wishes(database, "", tuning, now)
    record = make_record(pick_unheard(partial(pick, prepared), wishes, []), tuning=tuning)
    visitor = visits.make_visitor(now)
    playlist = Playlist(
        id=secrets.token_urlsafe(16),
        account_id=visitor.id,
        name=name,
        made_at=now,
        record=record,
        song_ids=tuple(song.id for song in record.songs),
        url="",
    )
    visits.begin(database, visitor, _make_library(visitor.id, songs, source, now), playlist)
    previews.keep(visitor.id, now, prepared)
    return visitor, playlist


def keep_songs(database: Database, account_id: str, songs: list[Song], source: str) -> None:
    """Keep songs of a file as a listener's library, in place of the one before."""
    libraries.save(database, _make_library(account_id, songs, source, database.clock.now()))


def hand_over_visit(previews: Previews, visitor_id: str, account_id: str) -> Shown | None:
    """Move a visit to the account that its visitor has signed in to: its songs, opinions, recipes and mix.

    The mix becomes the account's playlist, which is not in Spotify yet; where it has one, in Spotify or not,
    a step of that one's draft, which can be undone.

    Returns
    -------
    Shown or None
        What the mix is to the account from now on; None where the visit has ended meanwhile.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    database = previews.database
    while visited := playlists.get_latest_written(database, visitor_id):
        mix = drafts.get(database, visited.id, visitor_id) or changes.begin(visited)
        own = playlists.get_latest_written(database, account_id)
        last = own and (drafts.get(database, own.id, account_id) or changes.begin(own))
        draft = (own.id, changes.bring_along(last, mix.record)) if own and last else None
        try:
            is_moved = visits.hand_over(database, visitor_id, account_id, draft)
        except DraftChanged:
            # The listener works on it in another browser: each try needs another press of theirs.
            continue
        previews.forget(visitor_id)
        return ("step" if own else "playlist") if is_moved else None
    return None


def _make_library(account_id: str, songs: list[Song], source: str, now: datetime) -> KeptLibrary:
    return KeptLibrary(account_id, to_json(songs), len(songs), now, now, 1, source)
