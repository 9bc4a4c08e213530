"""Drafts, recipes, weekly refreshes and a history; jobs have a kind and a tuning; records of version 3.

The preset of a job becomes a tuning with its share of new artists, and a
playlist's record has the tuning of the last job that wrote it. The history
begins with that record.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)
NULLABLE_JSON = sa.JSON(none_as_null=True)
# Preset -> share of new artists, in percent.
PRESETS = {"familiar": 20, "balanced": 50, "discover": 100}
DEFAULT_PRESET = "balanced"

PLAYLISTS = sa.table(
    "playlists",
    sa.column("id", sa.String),
    sa.column("account_id", sa.String),
    sa.column("made_at", TIME),
    sa.column("mix", sa.JSON),
)
MIXES = sa.table(
    "mixes",
    sa.column("job_id", sa.String),
    sa.column("account_id", sa.String),
    sa.column("made_at", TIME),
    sa.column("song_ids", sa.JSON),
    sa.column("playlist_id", sa.String),
    sa.column("record", NULLABLE_JSON),
)
JOBS = sa.table(
    "jobs",
    sa.column("id", sa.String),
    sa.column("playlist_id", sa.String),
    sa.column("state", sa.String),
    sa.column("created_at", TIME),
    sa.column("preset", sa.String),
    sa.column("tuning", NULLABLE_JSON),
)


def upgrade() -> None:
    """Add the columns and the tables, then rewrite the playlists one at a time."""
    op.add_column("jobs", sa.Column("kind", sa.String, nullable=False, server_default="make"))
    op.add_column("jobs", sa.Column("tuning", NULLABLE_JSON))
    op.add_column("jobs", sa.Column("draft_of", sa.String, _its_playlist("SET NULL")), inline_references=True)
    op.add_column("jobs", sa.Column("step", sa.Integer))
    op.add_column("jobs", sa.Column("on_change", sa.String, nullable=False, server_default="ask"))
    op.add_column("playlists", sa.Column("additions", sa.JSON, nullable=False, server_default="[]"))
    op.add_column(
        "mixes", sa.Column("playlist_id", sa.String, _its_playlist("SET NULL")), inline_references=True
    )
    op.add_column("mixes", sa.Column("name", sa.String))
    op.add_column("mixes", sa.Column("record", NULLABLE_JSON))
    op.create_table(
        "draft_steps",
        sa.Column("playlist_id", sa.String, _its_playlist("CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("account_id", sa.String, _its_account(), nullable=False, index=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "recipes",
        sa.Column("account_id", sa.String, _its_account(), primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("tuning", sa.JSON, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
    )
    op.create_table(
        "weekly_refreshes",
        sa.Column("account_id", sa.String, _its_account(), primary_key=True),
        sa.Column("playlist_id", sa.String, _its_playlist("CASCADE"), nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("time_zone", sa.String, nullable=False),
        sa.Column("next_at", TIME, nullable=False, index=True),
        sa.Column("n_failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("is_paused", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    connection = op.get_bind()
    kept = PLAYLISTS.c
    for playlist_id in connection.scalars(sa.select(kept.id)).all():
        row = connection.execute(sa.select(PLAYLISTS).where(kept.id == playlist_id)).one()
        if row.mix:
            job = connection.execute(_select_last_job(playlist_id)).one_or_none()
            record = _rewrite(row.mix, _make_tuning((job and job.preset) or DEFAULT_PRESET))
            connection.execute(sa.update(PLAYLISTS).where(kept.id == playlist_id).values(mix=record))
            _begin_history(connection, row, job.id if job else playlist_id, record)
    for preset in PRESETS:
        change = sa.update(JOBS).where(JOBS.c.preset == preset)
        connection.execute(change.values(tuning=_make_tuning(preset)))
    op.drop_column("jobs", "preset")


def _its_account() -> sa.ForeignKey:
    return sa.ForeignKey("accounts.id", ondelete="CASCADE")


def _its_playlist(ondelete: str) -> sa.ForeignKey:
    return sa.ForeignKey("playlists.id", ondelete=ondelete)


def _select_last_job(playlist_id: str) -> sa.Select[tuple[str, str | None]]:
    is_its = (JOBS.c.playlist_id == playlist_id) & (JOBS.c.state == "done")
    return sa.select(JOBS.c.id, JOBS.c.preset).where(is_its).order_by(JOBS.c.created_at.desc()).limit(1)


def _begin_history(
    connection: sa.Connection, playlist: sa.Row[Any], mix_id: str, record: Mapping[str, Any]
) -> None:
    """Add the record to the mix of the playlist's last job, or insert that mix where it was purged."""
    shown = {"playlist_id": playlist.id, "record": record}
    if connection.execute(sa.update(MIXES).where(MIXES.c.job_id == mix_id).values(shown)).rowcount:
        return
    song_ids = [song["id"] for song in record["songs"]]
    mix = {"job_id": mix_id, "account_id": playlist.account_id, "made_at": playlist.made_at, **shown}
    connection.execute(sa.insert(MIXES).values(**mix, song_ids=song_ids))


def _make_tuning(preset: str) -> dict[str, Any]:
    return {
        "new_percent": PRESETS[preset],
        "size": 50,
        "first_year": None,
        "last_year": None,
        "explicit": True,
        "taste_percents": [],
        "energy": 0,
        "valence": 0,
        "acousticness": 0,
        "danceability": 0,
        "tempo": 0,
        "christmas": True,
        "children": True,
        "seed": 0,
    }


def _rewrite(record: Mapping[str, Any], tuning: Mapping[str, Any]) -> dict[str, Any]:
    unknown = {"cluster": 0, "duration_ms": None, "is_explicit": None, "energy": None, "cover": ""}
    return {
        **record,
        "version": 3,
        "songs": [{**song, **unknown} for song in record["songs"]],
        "tuning": tuning,
        "starts": [],
        "kept": [],
    }
