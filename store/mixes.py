"""The mixes that were made for a listener: the history, and songs that do not come again too soon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, delete, func, null, select, update

from store import rows
from store.database import Database
from store.playlists import Playlist
from store.record import PlaylistRecord
from store.tables import mixes
from store.tuning import Tuning

#: How long the songs of a mix do not come again.
REMEMBERED = timedelta(days=60)
#: How long a mix is in the history.
KEPT = timedelta(days=365)


@dataclass(frozen=True)
class MixLine:
    """What the history tells of a mix that was written to Spotify in a line.

    `id` is that of the job that made it. `playlist_id` is None where the
    playlist is gone, `name` is the listener's own for the mix, None where they
    have given none. `tastes` are the names of the listener's at the time;
    `n_came` and `n_went` count what it changed in its playlist.
    """

    id: str
    made_at: datetime
    playlist_id: str | None
    name: str | None
    song_ids: tuple[str, ...]
    tuning: Tuning
    tastes: tuple[str, ...]
    n_came: int
    n_went: int


@dataclass(frozen=True)
class HistoryMix:
    """A mix as a line, and all that its page shows."""

    line: MixLine
    record: PlaylistRecord


# Whole records are far larger than what a line needs of them: the database takes it out.
_LINE = [
    mixes.c.job_id,
    mixes.c.made_at,
    mixes.c.playlist_id,
    mixes.c.name,
    mixes.c.song_ids,
    mixes.c.record["tuning"].label("tuning"),
    mixes.c.record["tastes"].label("tastes"),
    mixes.c.record["n_came"].as_integer().label("n_came"),
    func.json_array_length(mixes.c.record["went"]).label("n_went"),
]


def write(connection: Connection, job_id: str, playlist: Playlist) -> None:
    """Write the mix of a job within the caller's transaction: one row, however often the job runs."""
    record = playlist.record
    row: Mapping[str, Any] = {
        "job_id": job_id,
        "account_id": playlist.account_id,
        "made_at": playlist.made_at,
        "song_ids": [song.id for song in record.songs] if record else [],
        "playlist_id": playlist.id,
        "record": record.to_json() if record else None,
    }
    rows.upsert(connection, mixes, row)


def rewrite_last(connection: Connection, playlist: Playlist) -> bool:
    """Renew the last mix of a playlist where it has the same songs, within the caller's transaction.

    What it once changed stays. Returns False, and does nothing, where it has
    other songs, or is not in the history.
    """
    kept = mixes.c
    is_its = (kept.playlist_id == playlist.id) & (kept.account_id == playlist.account_id)
    last = select(kept.job_id, kept.song_ids, kept.record).where(is_its).order_by(kept.made_at.desc())
    row = connection.execute(last.limit(1)).one_or_none()
    songs = [song.id for song in playlist.record.songs] if playlist.record else []
    if row is None or playlist.record is None or row.record is None or row.song_ids != songs:
        return False
    changed = {name: row.record[name] for name in ("went", "n_came")}
    change = update(mixes).where(kept.job_id == row.job_id)
    connection.execute(change.values(record={**playlist.record.to_json(), **changed}))
    return True


def list_recent(database: Database, account_id: str, at: datetime, but: str = "") -> list[frozenset[str]]:
    """Return the song ids of each mix since 60 days before a moment, the newest mix first.

    Parameters
    ----------
    but : the job whose own mix is not among them, so that it finds the same when it is run again
    """
    wanted = (
        select(mixes.c.song_ids)
        .where(mixes.c.account_id == account_id, mixes.c.job_id != but)
        .where(mixes.c.made_at >= at - REMEMBERED)
        .order_by(mixes.c.made_at.desc(), mixes.c.job_id)
    )
    with database.reading() as connection:
        return [frozenset(song_ids) for song_ids in connection.scalars(wanted)]


def list_history(database: Database, account_id: str, limit: int) -> list[MixLine]:
    """Return a listener's latest mixes, newest first, at most `limit`."""
    wanted = select(*_LINE).where(mixes.c.account_id == account_id, _is_in_history(database))
    wanted = wanted.order_by(mixes.c.made_at.desc(), mixes.c.job_id).limit(limit)
    with database.reading() as connection:
        return [_read_line(row) for row in connection.execute(wanted).all()]


def get(database: Database, mix_id: str, account_id: str) -> HistoryMix | None:
    """Return a listener's mix; None where there is none in the history, or it is somebody else's."""
    is_it = _is_listeners(mix_id, account_id), _is_in_history(database)
    columns = [*_LINE, cast(mixes.c.record, Text).label("record")]
    wanted = select(*columns).where(*is_it)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return HistoryMix(_read_line(row), PlaylistRecord.from_json(row.record)) if row else None


def name(database: Database, mix_id: str, account_id: str, new_name: str | None) -> None:
    """Rename a listener's mix; None takes its name away."""
    change = update(mixes).where(_is_listeners(mix_id, account_id), _is_in_history(database))
    with database.writing() as connection:
        connection.execute(change.values(name=new_name))


def forget(database: Database, mix_id: str, account_id: str) -> None:
    """Delete a listener's mix from the history; for 60 days, its songs still do not come again."""
    change = update(mixes).where(_is_listeners(mix_id, account_id))
    with database.erasing() as connection:
        connection.execute(change.values(name=None, record=null()))


def purge(database: Database) -> None:
    """Delete, for all listeners, the mixes older than a year, and after 60 days those not in the history."""
    now = database.clock.now()
    is_old = mixes.c.record.is_(null()) & (mixes.c.made_at < now - REMEMBERED)
    with database.erasing() as connection:
        connection.execute(delete(mixes).where(is_old | (mixes.c.made_at < now - KEPT)))


def _is_listeners(mix_id: str, account_id: str) -> ColumnElement[bool]:
    return (mixes.c.job_id == mix_id) & (mixes.c.account_id == account_id)


def _is_in_history(database: Database) -> ColumnElement[bool]:
    return mixes.c.record.is_not(null()) & (mixes.c.made_at >= database.clock.now() - KEPT)


def _read_line(row: Row[Any]) -> MixLine:
    return MixLine(
        id=row.job_id,
        made_at=row.made_at,
        playlist_id=row.playlist_id,
        name=row.name,
        song_ids=tuple(row.song_ids),
        tuning=Tuning.from_json(row.tuning),
        tastes=tuple(taste["name"] for taste in row.tastes),
        n_came=row.n_came,
        n_went=row.n_went,
    )
