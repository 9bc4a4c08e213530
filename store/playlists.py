"""The playlists that we have written, as we last wrote them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from store import rows, tables
from store.database import Database


@dataclass(frozen=True)
class Playlist:
    """A playlist in a listener's account.

    `id` is Spotify's. `mix` is what its page shows, empty where it has been
    created but not written to the end yet. `song_ids` are the songs that are
    in it by us: as we last wrote them, in order, or while a job writes it and
    after one that failed also those that it may have written.
    """

    id: str
    account_id: str
    name: str
    made_at: datetime
    mix: Mapping[str, Any]
    song_ids: tuple[str, ...]
    url: str

    @property
    def is_written(self) -> bool:
        """Whether it has ever been written to the end."""
        return bool(self.mix)

    @property
    def n_songs(self) -> int:
        """How many songs its page shows."""
        return len(self.mix.get("songs", ()))


_COLUMNS = [tables.playlists.c[each.name] for each in fields(Playlist)]


def get(database: Database, playlist_id: str, account_id: str) -> Playlist | None:
    """Give a listener's playlist; None where there is none, or it is somebody else's."""
    kept = tables.playlists.c
    wanted = select(*_COLUMNS).where(kept.id == playlist_id, kept.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return _playlist(row) if row else None


def get_latest(database: Database, account_id: str) -> Playlist | None:
    """Give the playlist that was made last for a listener."""
    kept = tables.playlists.c
    wanted = select(*_COLUMNS).where(kept.account_id == account_id).order_by(kept.made_at.desc()).limit(1)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return _playlist(row) if row else None


def get_latest_written(database: Database, account_id: str) -> Playlist | None:
    """Give the playlist that was made last for a listener and written: a failure may leave an empty one."""
    kept = tables.playlists.c
    wanted = select(*_COLUMNS).where(kept.account_id == account_id).order_by(kept.made_at.desc())
    with database.reading() as connection:
        return next((_playlist(row) for row in connection.execute(wanted) if row.mix), None)


def write(connection: Connection, playlist: Playlist) -> None:
    """Keep a playlist within a transaction of the caller's, in place of what was kept under its id."""
    row = {each.name: getattr(playlist, each.name) for each in fields(Playlist)}
    row |= {"mix": dict(playlist.mix), "song_ids": list(playlist.song_ids)}
    rows.upsert(connection, tables.playlists, row)


def _playlist(row: Row[Any]) -> Playlist:
    return Playlist(**{**row._mapping, "song_ids": tuple(row.song_ids)})
