"""Which playlist a job writes: its own from an earlier run, one that is there, or a new one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import spotify
from jobs.create_playlist import DESCRIPTION, LATE_WAITS_S, create_once, find_created, make_marker
from jobs.errors import NotKept, PlaylistChanged, PlaylistGone
from jobs.refused_songs import find_added, get_ids
from jobs.run import Run
from languages import load_offered
from spotify import MAX_LIST_LAG, Client, CreatedPlaylist, PlaylistEntry
from store import jobs, playlists, runs
from store.playlists import Playlist


@dataclass(frozen=True)
class TargetPlaylist:
    """The playlist to write, and what it holds now.

    `playlist.additions` are the songs of the listener's own that stay in it,
    `overwritten` those that do not, `held` the ids of all songs, `removed`
    those of our last mix that the listener has taken out.
    """

    playlist: Playlist
    held: tuple[str, ...] = ()
    removed: frozenset[str] = frozenset()
    overwritten: tuple[str, ...] = ()


def find_existing(client: Client, run: Run) -> TargetPlaylist | None:
    """Find the playlist that this job writes over; None where it has to create one.

    Raises
    ------
    PlaylistChanged
        If the listener has added something to it, or taken something out, and the job is to ask what becomes
        of that.
    NotKept
        If what they have added is to be kept and cannot be.
    PlaylistGone
        If it is to be refreshed by itself, and they have taken it out of their library.
    SpotifyError
        See `spotify.errors`.
    """
    playlist = _choose(run)
    if playlist is None:
        return None
    if playlist.id == run.job.playlist_id and not playlist.is_written:
        # This job created it: lists need not have it yet.
        return TargetPlaylist(playlist)
    entries = _read_if_there(client, playlist.id)
    if entries is None:
        if run.job.kind == "weekly":
            raise PlaylistGone(f"playlist {playlist.id} is not in the library")
        return None
    return _examine(run, playlist, entries)


def claim_target(
    client: Client, run: Run, target: TargetPlaylist | None, name: str, song_ids: Iterable[str]
) -> TargetPlaylist:
    """Note the playlist that this job writes, and create it under this name where there is none.

    It is noted in the job's row before a song is written, so that a second run
    writes the same one. See `note_songs` for the songs.
    """
    found = target or TargetPlaylist(_create(client, run, name))
    note_songs(run, found, song_ids)
    return found


def note_songs(run: Run, target: TargetPlaylist, song_ids: Iterable[str]) -> None:
    """Note, before they are written, all songs that a job may write.

    So a later job can tell them from what the listener has added, even where
    that is to be overwritten: a failure restores it.
    """
    may_hold = dict.fromkeys([*target.playlist.song_ids, *song_ids])
    theirs = (*target.playlist.additions, *target.overwritten)
    noted = replace(target.playlist, song_ids=tuple(may_hold), additions=theirs)
    run.ride_over(
        lambda: runs.remember_playlist(run.parts.database, run.job.id, run.runner, noted, run.calls)
    )


def _choose(run: Run) -> Playlist | None:
    """Return the playlist that the job is about; None where it wants a new one."""
    database, job = run.parts.database, run.job
    if job.playlist_id is not None:
        return playlists.get(database, job.playlist_id, job.account_id)
    latest = playlists.get_latest(database, job.account_id)
    wanted = playlists.get(database, job.draft_of, job.account_id) if job.draft_of else latest
    # The mix of a visit has never been there.
    if wanted and wanted.is_in_spotify and not job.as_new:
        return wanted
    # A try that failed may have left an empty one.
    return latest if latest and not latest.is_written else None


def _read_if_there(client: Client, playlist_id: str) -> list[PlaylistEntry] | None:
    """Read what a playlist holds; None where it is not in the listener's library."""
    try:
        if not spotify.is_in_library(client, playlist_id):
            return None
        return spotify.read_playlist_entries(client, playlist_id)
    except spotify.NotFound:
        return None


def _examine(run: Run, playlist: Playlist, entries: Sequence[PlaylistEntry]) -> TargetPlaylist | None:
    """Decide what becomes of what the listener has changed in a playlist; see `find_existing`."""
    job, known = run.job, playlist.additions
    # What is gone or cannot be read keeps its place, and is taken for ours.
    there = [entry for entry in entries if entry.is_readable and not entry.is_gone]
    added = find_added(playlist.song_ids, known, there)
    # Whatever a job that did not get to the end has left out, the listener need not have removed.
    is_certain = not jobs.is_half_written(run.parts.database, playlist.id)
    removed = _find_removed(playlist, added, entries) if is_certain else frozenset()
    n_new = sum(entry.id not in known for entry in added)
    if (n_new or removed) and job.on_change == "ask":
        if not playlist.is_written:
            # No page shows it, so nobody could be asked: it is the listener's by now.
            return None
        raise PlaylistChanged(f"in playlist {playlist.id}, {n_new} are new and {len(removed)} are gone")
    # The listener may have added one twice.
    theirs, held = tuple(dict.fromkeys(get_ids(added))), tuple(_list_held(playlist, entries))
    ours = _release(replace(playlist, additions=()), removed)
    if job.on_change == "overwrite":
        return TargetPlaylist(ours, held, removed, overwritten=tuple(filter(None, theirs)))
    if not all(theirs):
        raise NotKept(f"playlist {playlist.id} holds an entry that is no song of Spotify's")
    if not is_certain:
        # A worker that was killed while it wrote, or had no token any more, may have left some of them out.
        theirs, held = (*known, *(each for each in theirs if each not in known)), (*held, *known)
    return TargetPlaylist(replace(ours, additions=theirs), held, removed)


def _list_held(playlist: Playlist, entries: Sequence[PlaylistEntry]) -> Iterator[str]:
    """Yield the ids of what a playlist holds; what cannot be read is taken for what we wrote there."""
    for place, entry in enumerate(entries):
        if entry.id:
            yield entry.id
        elif not entry.is_readable:
            yield from playlist.song_ids[place : place + 1]


def _find_removed(
    playlist: Playlist, added: Sequence[PlaylistEntry], entries: Sequence[PlaylistEntry]
) -> frozenset[str]:
    """Find the songs of the last mix that the listener has taken out; in doubt, none.

    A song that Spotify shows under another id, or no longer has, stands where
    it was written. So a song is taken to be removed where the songs before and
    after it are there, and nothing is between them.
    """
    songs = playlist.record.songs if playlist.record else ()
    if len(songs) != len(playlist.song_ids):
        return frozenset()
    theirs = {id(entry) for entry in added}
    ours = [entry.id for entry in entries if id(entry) not in theirs]
    steps = SequenceMatcher(None, playlist.song_ids, ours, autojunk=False).get_opcodes()
    gone = [at for kind, start, end, _, _ in steps if kind == "delete" for at in range(start, end)]
    removed = frozenset(songs[at].id for at in gone if playlist.song_ids[at] not in ours)
    # With more, some were only moved, under another id.
    return removed if len(removed) <= len(songs) - len(ours) else frozenset()


def _release(playlist: Playlist, removed: frozenset[str]) -> Playlist:
    """Keep a song through refreshes no longer where the listener has removed it."""
    if playlist.record is None:
        return playlist
    kept = tuple(song_id for song_id in playlist.record.kept if song_id not in removed)
    return replace(playlist, record=replace(playlist.record, kept=kept))


def _create(client: Client, run: Run, name: str) -> Playlist:
    """Find a playlist that an earlier try created and nobody has written, or create one."""
    found = _find_unrecorded(client, run)
    created = found or create_once(
        client,
        name,
        load_offered(run.job.language).translate(DESCRIPTION),
        run.parts.settings.playlist_public,
        make_marker(run.job.id),
        run.wait,
    )
    return Playlist(
        id=created.id,
        account_id=run.job.account_id,
        # What the earlier try has called it is not known.
        name="" if found else name,
        made_at=run.parts.database.clock.now(),
        record=None,
        song_ids=(),
        url=created.url,
    )


def _find_unrecorded(client: Client, run: Run) -> CreatedPlaylist | None:
    """Find the playlist that a try created which ended before it could be recorded."""
    tries = jobs.list_possible_creators(run.parts.database, run.job)
    if not tries:
        return None
    # This job itself was away for at least that long if it has run before (see `jobs.outcome`), or has the
    # last runner's stage.
    since = run.parts.database.clock.now() - MAX_LIST_LAG
    may_lag = any(each.stage == "write" and each.heartbeat > since for each in tries)
    waits_s = LATE_WAITS_S if may_lag else (0.0,)
    return find_created(client, [make_marker(each.id) for each in tries], run.wait, waits_s)
