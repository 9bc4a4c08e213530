"""Which playlist a job writes: its own from an earlier run, the listener's last, or a new one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import spotify
from jobs.create_playlist import LATE_LOOKS_S, create_once, find_made, make_marker
from jobs.refused_songs import are_ours, get_ids
from jobs.run import LAG, Run
from recommender import Mix
from spotify import Client, CreatedPlaylist
from store import jobs, playlists, runs
from store.playlists import Playlist


@dataclass(frozen=True)
class Chosen:
    """A playlist to write, and the songs that it holds now."""

    playlist: Playlist
    held: tuple[str, ...] = ()


def choose_playlist(client: Client, run: Run, mix: Mix) -> Chosen:
    """Give the playlist that this job writes.

    Which one is in the job's row before a song is written, so that a second
    run writes the same; so are all songs that may be written, so that a later
    job knows them from what the listener has added.
    """
    database, job = run.parts.database, run.job
    last = playlists.get_latest(database, job.account_id)
    chosen = _last_if_ours(client, run, last) or Chosen(_new(client, run))
    may_hold = [*chosen.playlist.song_ids, *(pick.song.id for pick in (*mix.picks, *mix.spares))]
    noted = replace(chosen.playlist, song_ids=tuple(dict.fromkeys(may_hold)))
    runs.remember_playlist(database, job.id, run.runner, noted, run.calls)
    return chosen


def songs_if_ours(client: Client, playlist_id: str, song_ids: Iterable[str]) -> tuple[str, ...] | None:
    """Give the songs of a playlist that is in the library and holds none but these; else None.

    One to which the listener has added something is theirs: it is not written
    over. What they took out is no reason to leave it.
    """
    try:
        if not spotify.is_kept(client, playlist_id):
            return None
        entries = spotify.playlist_entries(client, playlist_id)
    except spotify.NotFound:
        return None
    return get_ids(entries) if are_ours(song_ids, entries) else None


def _last_if_ours(client: Client, run: Run, last: Playlist | None) -> Chosen | None:
    """Give the listener's last playlist if this job is to write that one, and nobody else has."""
    job = run.job
    if last is None or (job.as_new and last.is_written and last.id != job.playlist_id):
        return None
    if last.id == job.playlist_id and not last.is_written:
        # This job created it: lists need not have it yet.
        return Chosen(last)
    held = songs_if_ours(client, last.id, last.song_ids)
    return None if held is None else Chosen(last, held)


def _new(client: Client, run: Run) -> Playlist:
    """Give a playlist that an earlier try has created and nobody has written, or create one."""
    settings, database = run.parts.settings, run.parts.database
    created = _left_over(client, run) or create_once(
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


def _left_over(client: Client, run: Run) -> CreatedPlaylist | None:
    """Find the playlist that a try has created which ended before it could be noted."""
    tries = jobs.may_have_created(run.parts.database, run.job)
    if not tries:
        return None
    # This job itself was away for so long if it has run before: see `jobs.run`.
    late = run.parts.database.clock.now() - LAG
    may_lag = any(each.stage == "write" and each.heartbeat > late for each in tries if each.id != run.job.id)
    looks_s = LATE_LOOKS_S if may_lag else (0.0,)
    return find_made(client, [make_marker(each.id) for each in tries], run.wait, looks_s)
