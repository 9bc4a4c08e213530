"""Which playlist a job writes: its own from an earlier run, the listener's latest, or a new one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import spotify
from jobs.create_playlist import LATE_WAITS_S, create_once, find_created, make_marker
from jobs.refused_songs import get_ids, holds_only_ours
from jobs.run import Run
from recommender import Mix
from spotify import MAX_LIST_LAG, Client, CreatedPlaylist
from store import jobs, playlists, runs
from store.playlists import Playlist


@dataclass(frozen=True)
class TargetPlaylist:
    """The playlist to write, and the ids of the songs it holds now."""

    playlist: Playlist
    held: tuple[str, ...] = ()


def find_target(client: Client, run: Run, mix: Mix) -> TargetPlaylist:
    """Find or create the playlist that this job writes.

    It is noted in the job's row before a song is written, so that a second run
    writes the same one. So are all songs that may be written, so that a later
    job can tell them from what the listener has added.
    """
    database, job = run.parts.database, run.job
    latest = playlists.get_latest(database, job.account_id)
    target = _reuse(client, run, latest) or TargetPlaylist(_create(client, run))
    may_hold = [*target.playlist.song_ids, *(pick.song.id for pick in (*mix.picks, *mix.spares))]
    noted = replace(target.playlist, song_ids=tuple(dict.fromkeys(may_hold)))
    runs.remember_playlist(database, job.id, run.runner, noted, run.calls)
    return target


def read_if_ours(client: Client, playlist_id: str, song_ids: Iterable[str]) -> tuple[str, ...] | None:
    """Return the songs of a playlist that is in the library and holds none but `song_ids`; else None.

    A playlist to which the listener has added something is theirs: it is not
    written over. One from which they removed songs still is ours.
    """
    try:
        if not spotify.is_in_library(client, playlist_id):
            return None
        entries = spotify.read_playlist_entries(client, playlist_id)
    except spotify.NotFound:
        return None
    return get_ids(entries) if holds_only_ours(song_ids, entries) else None


def _reuse(client: Client, run: Run, latest: Playlist | None) -> TargetPlaylist | None:
    """Return the listener's latest playlist if this job may write it, else None."""
    job = run.job
    if latest is None or (job.as_new and latest.is_written and latest.id != job.playlist_id):
        return None
    if latest.id == job.playlist_id and not latest.is_written:
        # This job created it: lists need not have it yet.
        return TargetPlaylist(latest)
    held = read_if_ours(client, latest.id, latest.song_ids)
    return None if held is None else TargetPlaylist(latest, held)


def _create(client: Client, run: Run) -> Playlist:
    """Find a playlist that an earlier try created and nobody has written, or create one."""
    settings, database = run.parts.settings, run.parts.database
    created = _find_unrecorded(client, run) or create_once(
        client, settings.playlist_name, settings.playlist_public, make_marker(run.job.id), run.wait
    )
    return Playlist(
        id=created.id,
        account_id=run.job.account_id,
        name=settings.playlist_name,
        made_at=database.clock.now(),
        record=None,
        song_ids=(),
        url=created.url,
    )


def _find_unrecorded(client: Client, run: Run) -> CreatedPlaylist | None:
    """Find the playlist that a try created which ended before it could be recorded."""
    tries = jobs.list_possible_creators(run.parts.database, run.job)
    if not tries:
        return None
    # This job itself was away for at least that long if it has run before: see `jobs.outcome`.
    since = run.parts.database.clock.now() - MAX_LIST_LAG
    may_lag = any(each.stage == "write" and each.heartbeat > since for each in tries if each.id != run.job.id)
    waits_s = LATE_WAITS_S if may_lag else (0.0,)
    return find_created(client, [make_marker(each.id) for each in tries], run.wait, waits_s)
