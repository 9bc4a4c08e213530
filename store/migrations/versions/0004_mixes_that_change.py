"""Records of version 2, the songs of each mix, and the preset that a job was started with.

A record's songs belong to tastes of the listener's own, of which none is empty;
version 1 had one for each cluster. The songs of the playlists that are there
are taken over as their last mixes, so that the next refresh repeats none.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)
PLAYLISTS = sa.table(
    "playlists",
    sa.column("id", sa.String),
    sa.column("account_id", sa.String),
    sa.column("made_at", TIME),
    sa.column("mix", sa.JSON),
)
JOBS = sa.table(
    "jobs",
    sa.column("id", sa.String),
    sa.column("playlist_id", sa.String),
    sa.column("state", sa.String),
    sa.column("created_at", TIME),
)


def upgrade() -> None:
    """Add the column and the table, then rewrite the playlists one at a time: all may not fit into memory."""
    op.add_column("jobs", sa.Column("preset", sa.String))
    mixes = op.create_table(
        "mixes",
        sa.Column("job_id", sa.String, primary_key=True),
        sa.Column(
            "account_id",
            sa.String,
            sa.ForeignKey("accounts.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("song_ids", sa.JSON, nullable=False),
    )
    connection = op.get_bind()
    kept = PLAYLISTS.c
    for playlist_id in connection.scalars(sa.select(kept.id)).all():
        row = connection.execute(sa.select(PLAYLISTS).where(kept.id == playlist_id)).one()
        if not row.mix:
            continue
        rewritten = sa.update(PLAYLISTS).where(kept.id == playlist_id).values(mix=_rewrite(row.mix))
        connection.execute(rewritten)
        if job_id := connection.scalar(_select_last_job(playlist_id)):
            song_ids = [song["id"] for song in row.mix["songs"]]
            mix = {"job_id": job_id, "account_id": row.account_id, "made_at": row.made_at}
            connection.execute(sa.insert(mixes).values(**mix, song_ids=song_ids))


def _select_last_job(playlist_id: str) -> sa.Select[tuple[str]]:
    is_its = (JOBS.c.playlist_id == playlist_id) & (JOBS.c.state == "done")
    return sa.select(JOBS.c.id).where(is_its).order_by(JOBS.c.created_at.desc()).limit(1)


def _rewrite(record: Mapping[str, Any]) -> dict[str, Any]:
    tastes = record["tastes"]
    has_songs = {song["cluster"] for song in record["songs"]}
    kept = [at for at, taste in enumerate(tastes) if taste["n_saved"] or at in has_songs]
    places = {at: place for place, at in enumerate(kept)}
    return {
        **record,
        "version": 2,
        "songs": [_rewrite_song(song, places) for song in record["songs"]],
        "tastes": [{**tastes[at], "medoid": None} for at in kept],
        "counts": {**record["counts"], "n_newer": 0},
        "went": [],
        "n_came": 0,
        "new_artists": 0,
        "short_of_new": False,
    }


def _rewrite_song(song: Mapping[str, Any], places: Mapping[int, int]) -> dict[str, Any]:
    rest = {name: value for name, value in song.items() if name != "cluster"}
    return {
        **rest,
        "taste": places[song["cluster"]],
        "is_new_artist": False,
        "reasons": [
            _rewrite_reason(reason, song["because"])
            for reason in song["reasons"]
            if reason["signal"] != "sound" or song["because"]["title"]
        ],
    }


def _rewrite_reason(reason: Mapping[str, Any], because: Mapping[str, str]) -> dict[str, Any]:
    """Keep a fact; that a song sounds most like another is kept as written, as it need not be like it."""
    kept = {name: value for name, value in reason.items() if name != "is_guess"}
    if reason["signal"] == "sound":
        kept |= {"signal": "as written", "words": [_write_likeness(reason, because)]}
    return {**kept, "title": "", "is_minimum": False, "n_together": 0, "n_playlists": 0}


def _write_likeness(reason: Mapping[str, Any], because: Mapping[str, str]) -> str:
    closeness = "probably sounds most like" if reason["is_guess"] else "sounds most like"
    credit = f"{because['title']} by {because['artists']}" if because["artists"] else because["title"]
    words = ", ".join(reason["words"])
    return ": ".join(filter(None, [f"of your songs there it {closeness} {credit}", words]))
