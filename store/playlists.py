"""The playlists that we have written, as we last wrote them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, cast, delete, select, update

from store import rows, tables
from store.database import Database
from store.record import PlaylistRecord


@dataclass(frozen=True)
class Playlist:
    """A playlist in a listener's account, or a visitor's mix, which has no `url`.

    `id` is Spotify's; that of a visitor's mix is our own, also once they have signed in, until it is saved
    to Spotify for the first time. `record` is what its page shows, None where it has been
    created but not written to the end yet. `song_ids` are the songs that we
    put there: as we last wrote them, in order, or while a job writes it and
    after one that failed also those that it may have written. `additions` are
    the songs that the listener has added in Spotify, and that stay behind ours.
    """

    id: str
    account_id: str
    name: str
    made_at: datetime
    record: PlaylistRecord | None
    song_ids: tuple[str, ...]
    url: str
    additions: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        """Whether it has ever been written to the end."""
        return self.record is not None

    @property
    def is_in_spotify(self) -> bool:
        """Whether Spotify knows it."""
        return bool(self.url)

    @property
    def n_songs(self) -> int:
        """How many songs its page shows."""
        return len(self.record.songs) if self.record else 0


# The column of the record has kept its old name, and is an empty object where there is no record. It is read
# as text: checking it while parsing takes half the time.
_RECORD = cast(tables.playlists.c.mix, Text).label("record")
_COLUMNS = [_RECORD if each.name == "record" else tables.playlists.c[each.name] for each in fields(Playlist)]
_BY_ID = select(*_COLUMNS).where(
    tables.playlists.c.id == bindparam("id"), tables.playlists.c.account_id == bindparam("account_id")
)


def get(database: Database, playlist_id: str, account_id: str) -> Playlist | None:
    """Return a listener's playlist; None where there is none, or it is somebody else's."""
    with database.reading() as connection:
        row = connection.execute(_BY_ID, {"id": playlist_id, "account_id": account_id}).one_or_none()
    return _playlist(row) if row else None


def get_latest(database: Database, account_id: str) -> Playlist | None:
    """Return the playlist that was made last for a listener in Spotify, written or not."""
    kept = tables.playlists.c
    is_theirs = (kept.account_id == account_id) & (kept.url != "")
    wanted = select(*_COLUMNS).where(is_theirs).order_by(kept.made_at.desc()).limit(1)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return _playlist(row) if row else None


def get_latest_written(database: Database, account_id: str) -> Playlist | None:
    """Return the written playlist that was made last for a listener: a failure may leave an empty one."""
    kept = tables.playlists.c
    newest_first = select(kept.id).where(kept.account_id == account_id).order_by(kept.made_at.desc())
    with database.snapshot():
        with database.reading() as connection:
            ids = connection.scalars(newest_first).all()
        # Nearly always the first is written: the others, with their records, are not read.
        found = (get(database, playlist_id, account_id) for playlist_id in ids)
        return next((playlist for playlist in found if playlist and playlist.is_written), None)


def has(database: Database, playlist_id: str, account_id: str) -> bool:
    """Return whether this is a listener's playlist, written or not."""
    kept = tables.playlists.c
    wanted = select(kept.id).where(kept.id == playlist_id, kept.account_id == account_id)
    with database.reading() as connection:
        return connection.scalar(wanted) is not None


def list_names(database: Database, account_id: str, but: str | None = None) -> frozenset[str]:
    """Return the names of a listener's playlists, but for one of them."""
    kept = tables.playlists.c
    wanted = select(kept.id, kept.name).where(kept.account_id == account_id)
    with database.reading() as connection:
        return frozenset(name for playlist_id, name in connection.execute(wanted) if playlist_id != but)


def save(database: Database, playlist: Playlist) -> None:
    """Save a playlist in place of what was kept under its id.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    with database.writing() as connection:
        rows.require_account(connection, playlist.account_id)
        write(connection, playlist)


def write(connection: Connection, playlist: Playlist) -> None:
    """Write a playlist within a transaction of the caller's, in place of what was kept under its id."""
    row = {each.name: getattr(playlist, each.name) for each in fields(Playlist) if each.name != "record"}
    row |= {"mix": playlist.record.to_json() if playlist.record else {}, "song_ids": list(playlist.song_ids)}
    row["additions"] = list(playlist.additions)
    rows.upsert(connection, tables.playlists, row)


def replace_unsaved(connection: Connection, old_id: str, new_id: str) -> None:
    """Delete a visitor's mix that is in Spotify from now on; its draft and its jobs are the new playlist's.

    In a transaction of the caller's; does nothing where the old one is in Spotify.
    """
    is_old = (tables.playlists.c.id == old_id) & (tables.playlists.c.url == "")
    if connection.scalar(select(tables.playlists.c.id).where(is_old)):
        jobs = tables.jobs.c
        for column in (tables.draft_steps.c.playlist_id, jobs.playlist_id, jobs.draft_of):
            moved = update(column.table).where(column == old_id)
            connection.execute(moved.values({column: new_id}))
        connection.execute(delete(tables.playlists).where(is_old))


def _playlist(row: Row[Any]) -> Playlist:
    kept = dict(row._mapping)
    kept |= {"song_ids": tuple(row.song_ids), "additions": tuple(row.additions)}
    kept["record"] = None if row.record == "{}" else PlaylistRecord.from_json(row.record)
    return Playlist(**kept)
