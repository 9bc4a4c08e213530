"""What a playlist's page shows becomes a record of version 1: facts in place of finished sentences.

The rows that are there were written by five versions of the program: songs
may lack `first_artist`, `reason`, `likeness` and `most_like`, tastes have
`genres` or a `full_name`. A playlist that was never written to the end keeps
its empty object.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

PLAYLISTS = sa.table("playlists", sa.column("id", sa.String), sa.column("mix", sa.JSON))


def upgrade() -> None:
    """Rewrite every playlist, one at a time: all of them at once may not fit into memory."""
    connection = op.get_bind()
    kept = PLAYLISTS.c
    for playlist_id in connection.scalars(sa.select(kept.id)).all():
        mix = connection.scalar(sa.select(kept.mix).where(kept.id == playlist_id))
        if mix:
            rewritten = sa.update(PLAYLISTS).where(kept.id == playlist_id).values(mix=_rewrite(mix))
            connection.execute(rewritten)


def _rewrite(mix: Mapping[str, Any]) -> dict[str, Any]:
    counts = mix.get("counts", {})
    return {
        "version": 1,
        "songs": [_rewrite_song(song) for song in mix.get("songs", ())],
        "tastes": [_rewrite_taste(taste) for taste in mix.get("tastes", ())],
        "counts": {
            "n_saved": counts.get("library", 0),
            "n_matched": counts.get("matched", 0),
            "n_estimated": counts.get("estimated", 0),
            "n_left_out": counts.get("left_out", 0),
        },
        "left_out": [
            {"title": song["title"], "artists": song["artists"], "why": song["why"]}
            for song in mix.get("left_out", ())
        ],
    }


def _rewrite_song(song: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": song["id"],
        "title": song["title"],
        "artists": song["artists"],
        "first_artist": song.get("first_artist", ""),
        "year": song["year"],
        "cluster": song["cluster"],
        "rank": song["rank"],
        "because": {"title": song["because"]["title"], "artists": song["because"]["artists"]},
        "reasons": _facts(song),
    }


def _facts(song: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the reasons of a song: its sentence as written, and how it sounds like the saved song."""
    sentence, likeness = song.get("reason", ""), song.get("likeness", "")
    is_guess = song.get("most_like") == "probably sounds most like"
    facts = [_fact("as written", [sentence])] if sentence else []
    return [*facts, _fact("sound", likeness.split(", ") if likeness else [], is_guess)]


def _fact(signal: str, words: list[str], is_guess: bool = False) -> dict[str, Any]:
    return {"signal": signal, "n_songs": 0, "artist": "", "words": words, "is_guess": is_guess}


def _rewrite_taste(taste: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": taste["name"],
        "full_name": taste.get("full_name") or taste["name"],
        "n_saved": taste["saved"],
        "n_picks": taste["picks"],
        "genres": taste.get("genres", []),
    }
