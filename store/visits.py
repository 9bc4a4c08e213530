"""Visits: what visitors bring and make, who have no account at Spotify; all of them together are bounded."""

import logging
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, Table, cast, delete, func, insert, select, tuple_, update

from store import accounts, drafts, libraries, playlists, rows, tables
from store.accounts import Account
from store.database import Database
from store.drafts import DraftStep
from store.engine import note_erasure
from store.errors import AccountForgotten, TooManyVisits
from store.libraries import KeptLibrary
from store.playlists import Playlist
from store.recipes import MAX_RECIPES

log = logging.getLogger(__name__)

#: How long a visit is kept at most, and at least where others need its room.
MAX_VISIT = timedelta(hours=24)
MIN_VISIT = timedelta(hours=1)
#: Of all visits together: so many, and so many bytes of songs. 2,000 songs take about 320 kB; a mix and its
#: draft take 100 kB, or 1 MB after fifty changes.
MAX_VISITS = 1_000
MAX_BYTES = 250_000_000
VISITOR_NAME = "Visitor"

_visits = tables.accounts.c


def make_visitor(now: datetime) -> Account:
    """Return an account of somebody who has none at Spotify, for 24 hours; it is not saved yet."""
    return Account(f"visitor-{secrets.token_urlsafe(16)}", VISITOR_NAME, "", now + MAX_VISIT)


def begin(database: Database, visitor: Account, library: KeptLibrary, playlist: Playlist) -> None:
    """Save a visitor with their songs and their mix, all or nothing; the oldest visits make room for it.

    Where there is no room, each begun visit may exceed the bound by its own songs, as it is counted once it
    is saved. What the old ones leave in SQLite's files goes with the next sweep, within a minute.

    Raises
    ------
    TooManyVisits
        If those that would have to make room are not an hour old yet.
    """
    kept = tables.libraries.c
    n_bytes = select(func.length(cast(kept.songs, String))).where(kept.account_id == visitor.id)
    with database.writing() as connection:
        now = database.clock.now()
        _make_room(connection, now)
        connection.execute(insert(tables.accounts).values(accounts.as_row(visitor, now)))
        libraries.write(connection, library)
        playlists.write(connection, playlist)
        counted = update(tables.accounts).where(_visits.id == visitor.id)
        connection.execute(counted.values(n_bytes=n_bytes.scalar_subquery()))


def purge(database: Database) -> int:
    """Delete every visit whose time is over, and return how many those were."""
    return accounts.delete_where(database, _visits.expires_at <= database.clock.now())


def hand_over(
    database: Database, visitor_id: str, account_id: str, draft: tuple[str, DraftStep] | None
) -> bool:
    """Move what is kept of a visit to the account that its visitor has signed in to: all of it or nothing.

    Songs, opinions and recipes take the place of what the account has of the same kind, subject or name. Of
    recipes with other names, the newest are moved, as many as the account has room for.
    Returns False, and does nothing, where the visit has ended meanwhile.

    Parameters
    ----------
    draft : the account's own playlist, and the step of its draft that shows the visit's mix from now on;
        its number is that of the step before. None where the account has none: then it gets the visit's.

    Raises
    ------
    DraftChanged
        If the step comes after another one by now.
    AccountForgotten
        If the account was deleted.
    """
    with database.writing() as connection:
        rows.require_account(connection, account_id, exclusive=True)
        try:
            rows.require_account(connection, visitor_id, exclusive=True)
        except AccountForgotten:
            return False
        _drop_surplus_recipes(connection, visitor_id, account_id)
        for table in (tables.libraries, tables.opinions, tables.recipes):
            _replace_rows(connection, table, visitor_id, account_id)
        if draft:
            playlist_id, step = draft
            drafts.append(connection, database.clock.now(), account_id, playlist_id, step.number, step)
        else:
            for table in (tables.playlists, tables.draft_steps):
                _move_rows(connection, table, visitor_id, account_id)
        connection.execute(delete(tables.accounts).where(_visits.id == visitor_id))
        note_erasure(connection)
    return True


def _make_room(connection: Connection, now: datetime) -> None:
    """Delete the visits that are over, and the oldest others until there is room for one more."""
    wanted = select(_visits.id, _visits.expires_at, func.coalesce(_visits.n_bytes, 0).label("n_bytes"))
    # A row of each, which are short: a millisecond or two.
    visits = connection.execute(
        wanted.where(_visits.expires_at.is_not(None)).order_by(_visits.expires_at, _visits.id)
    ).all()
    n_visits, n_bytes = len(visits), sum(visit.n_bytes for visit in visits)
    ended = []
    for visit in visits:
        has_room = n_visits < MAX_VISITS and n_bytes < MAX_BYTES
        if has_room and visit.expires_at > now:
            break
        may_end_at = visit.expires_at - MAX_VISIT + MIN_VISIT
        if may_end_at > now:
            log.warning("no room for another visit: there are %d, with %d bytes of songs", n_visits, n_bytes)
            raise TooManyVisits(f"no visit before {may_end_at}", may_end_at)
        ended.append(visit.id)
        n_visits, n_bytes = n_visits - 1, n_bytes - visit.n_bytes
    if ended:
        # In PostgreSQL two who make room at once wait for each other, and do not lock crosswise.
        is_ended = _visits.id.in_(ended)
        connection.execute(select(_visits.id).where(is_ended).order_by(_visits.id).with_for_update())
        connection.execute(delete(tables.accounts).where(is_ended))
        note_erasure(connection)


def _drop_surplus_recipes(connection: Connection, visitor_id: str, account_id: str) -> None:
    """Delete the oldest recipes of a visit that an account has no room for.

    One with a name that the account has, too, needs no room: it takes the place of that.
    """
    recipes = tables.recipes.c
    own = connection.scalars(select(recipes.name).where(recipes.account_id == account_id)).all()
    newest_first = (
        select(recipes.name)
        .where(recipes.account_id == visitor_id, recipes.name.not_in(own))
        .order_by(recipes.made_at.desc(), recipes.name)
    )
    surplus = connection.scalars(newest_first).all()[max(MAX_RECIPES - len(own), 0) :]
    is_surplus = (recipes.account_id == visitor_id) & recipes.name.in_(surplus)
    connection.execute(delete(tables.recipes).where(is_surplus))


def _replace_rows(connection: Connection, table: Table, old_id: str, new_id: str) -> None:
    """Move an account's rows of a table to another account, in place of its rows of the same key."""
    owner = table.c.account_id
    key = [column for column in table.primary_key if column is not owner]
    replaced = delete(table).where(owner == new_id)
    if key:
        replaced = replaced.where(tuple_(*key).in_(select(*key).where(owner == old_id)))
    connection.execute(replaced)
    _move_rows(connection, table, old_id, new_id)


def _move_rows(connection: Connection, table: Table, old_id: str, new_id: str) -> None:
    connection.execute(update(table).where(table.c.account_id == old_id).values(account_id=new_id))
