"""The long work, from start to end: each kind of job reads top-down as its flow."""

import logging
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from uuid import uuid4

import spotify
from drafts.kept_library import Library, list_songs, read_kept
from drafts.mix_names import name_mix
from drafts.record import make_record, put_covers, put_songs, record_spares, take_out
from drafts.tastes import move_percents
from drafts.unheard_mix import pick_unheard
from drafts.wishes import load_wishes
from jobs import outcome
from jobs.app_pause import AppPause
from jobs.errors import PlaylistChanged, SourceUnknown
from jobs.library_sync import sync_library
from jobs.missing_features import fetch_features
from jobs.outcome import record_end
from jobs.own_playlists import list_own, read_source
from jobs.run import Parts, Run, keep_alive
from jobs.target_playlist import TargetPlaylist, claim_target, find_existing, note_songs
from jobs.token_renewal import RenewingAccess
from jobs.write_songs import write_songs
from languages import load_offered
from recommender import Prepared, pick, prepare
from recommender.errors import BadModels, NoRecommendation, NothingMatched
from spotify import Client
from store import allowance, drafts, jobs, libraries, mixes, playlists, runs, unplayable
from store.drafts import DraftStep
from store.errors import DraftChanged
from store.job import UNFORESEEN, Kind
from store.playlists import Playlist
from store.record import PlaylistRecord, RecordedSong
from store.tuning import DEFAULT_TUNING

log = logging.getLogger(__name__)

# Spotify takes a hundred characters, with the number.
MAX_NUMBERED_NAME = 96
# Each takes a second or two, in which a listener may change the draft.
MAX_DRAFT_TRIES = 5
# Songs of each taste that stand by for picks that cannot be played.
N_SPARES = 20
# A job that kills its worker must not do so for ever.
MAX_RUNS = 3


@dataclass(frozen=True)
class _Planned:
    """What is to be written: the songs of the record; and a function that finds stand-ins, best first."""

    record: PlaylistRecord
    find_spares: Callable[[], Sequence[RecordedSong]]


def make_playlist(job_id: str, parts: Parts) -> None:
    """Do a job; run twice, or again after a crash, it leaves one playlist, or one step of a draft.

    The job's row tells how far it is and how it ended. A job that has ended,
    or that another runner holds, is left alone.
    """
    # One that an outage of the database has interrupted goes on at once; any other cannot be claimed again.
    while run := _claim(job_id, parts):
        with (
            parts.live_runs.track(run.is_over),
            record_end(run),
            keep_alive(run),
            run.count_calls(_open_client(run)) as client,
        ):
            FLOWS[run.job.kind](run, client)


def _make(run: Run, client: Client) -> None:
    """Make a playlist, or another mix of the listener's latest."""
    library = _read(run, client)
    target = find_existing(client, run)
    latest = playlists.get_latest_written(run.parts.database, run.job.account_id)
    planned = _mix(run, library, latest.record if latest else None, target)
    _write(run, client, target, planned)


def _refresh(run: Run, client: Client) -> None:
    """Make another mix of the playlist that is refreshed every week."""
    library = _read(run, client)
    target = find_existing(client, run)
    planned = _mix(run, library, target.playlist.record if target else None, target)
    _write(run, client, target, planned)


def _draft(run: Run, client: Client) -> None:
    """Make another mix, and add it to the draft of its playlist: nothing is written to Spotify."""
    database, playlist = run.parts.database, _load_playlist(run)
    library = _read(run, client)
    for _ in range(MAX_DRAFT_TRIES):
        expected, step = _refresh_draft(run, playlist, library)
        try:
            run.ride_over(
                partial(runs.finish_draft, database, run.job.id, run.runner, expected, step, run.calls)
            )
        except DraftChanged:
            # The listener has kept, removed or renamed something meanwhile, which must count.
            continue
        return
    raise DraftChanged(f"the draft of {playlist.id} changes all the time")


def _refresh_draft(run: Run, playlist: Playlist, library: Library) -> tuple[int, DraftStep]:
    """Make another mix for a draft; return the number of the step that it comes after, and the next one."""
    database = run.parts.database
    last = drafts.get(database, playlist.id, playlist.account_id)
    base, removed = (last.record, last.removed) if last else (playlist.record, ())
    # What the listener has added in Spotify is theirs: as a song of ours, the next mix would replace it.
    planned = _mix(run, library, base, removed=(*removed, *playlist.additions))
    record = put_songs(planned.record, planned.record.songs, playlist.record)
    name = last.name if last else playlist.name
    step = DraftStep(0, database.clock.now(), "refreshed", "", name, record, removed, is_refresh=True)
    return last.number if last else 0, step


def _save(run: Run, client: Client) -> None:
    """Write a step of a draft as it is, with other songs only where one cannot be played."""
    playlist, number = _load_playlist(run), run.job.step or 0
    step = drafts.get_step(run.parts.database, playlist.id, playlist.account_id, number)
    if step is None:
        raise DraftChanged(f"the draft of {playlist.id} has no step {number}")
    run.progress("write")
    target = find_existing(client, run)
    if run.job.on_change == "keep" and target and target.removed:
        step = _leave_out(run, step, target.removed)
    name = step.name
    if run.job.as_new and name == playlist.name:
        # A name that the listener has chosen for this draft stays.
        names = playlists.list_names(run.parts.database, run.job.account_id, but=run.job.playlist_id)
        name = _number(name, names)
    _write(run, client, target, _Planned(step.record, partial(_find_spares, run, step)), name)


def _list(run: Run, client: Client) -> None:
    """List the listener's playlists, for them to choose one in place of their saved songs."""
    run.progress("list")
    list_own(client, run)
    run.ride_over(partial(runs.finish_list, run.parts.database, run.job.id, run.runner, run.calls))


def _number(name: str, taken: Collection[str]) -> str:
    """Return a name with the first number behind it that makes it another: "Mine 2" after "Mine"."""
    plain = re.sub(r" \d{1,3}$", "", name)[:MAX_NUMBERED_NAME]
    return next(each for number in count(2) if (each := f"{plain} {number}") not in taken)


def _leave_out(run: Run, step: DraftStep, removed: frozenset[str]) -> DraftStep:
    """Take songs out of the draft that the listener has removed in Spotify.

    For good: a job that goes on after a break cannot see any more what they have removed.

    Raises
    ------
    PlaylistChanged
        If that leaves nothing.
    """
    record = take_out(step.record, removed)
    if not record.songs:
        raise PlaylistChanged("the listener has removed every song of the draft")
    left = replace(step, record=record, removed=(*step.removed, *sorted(removed)))
    drafts.rewrite(run.parts.database, run.job.draft_of or "", left)
    return left


#: What each kind of job does.
FLOWS: Mapping[Kind, Callable[[Run, Client], None]] = {
    "make": _make,
    "draft": _draft,
    "save": _save,
    "weekly": _refresh,
    "list": _list,
}


def _claim(job_id: str, parts: Parts) -> Run | None:
    """Take hold of the job; None where it is not to be run."""
    if parts.live_runs.must_stop:
        # The message came too late: the process would be gone before the job had begun.
        return None
    try:
        parts.build.require_whole()
    except BadModels as error:
        # It waits for a worker whose models are whole.
        log.error("job %s is not begun: %s", job_id, error)
        return None
    runner = uuid4().hex
    job = runs.claim(parts.database, job_id, runner)
    if job is None:
        return None
    run = Run(job, runner, parts, allowance.count_left(parts.database, job.id, job.account_id))
    if job.runs > MAX_RUNS:
        log.error("job %s has killed %d runners and is given up", job.id, MAX_RUNS)
        outcome.fail(run, UNFORESEEN)
        return None
    return run


def _open_client(run: Run) -> Client:
    """Return a client that renews the listener's token, and repeats a call where that is safe."""
    settings = run.parts.settings
    access = RenewingAccess(run.job.account_id, settings, run.parts.database, run.wait, run.ride_over)
    return spotify.client_for(access, settings.spotify_api_url, run.wait, AppPause(run))


def _load_playlist(run: Run) -> Playlist:
    """Load the playlist of the draft that the job is about."""
    job = run.job
    playlist = playlists.get(run.parts.database, job.draft_of or "", job.account_id)
    if playlist is None:
        raise ValueError(f"job {job.id} is about no playlist of its listener's")
    return playlist


def _read(run: Run, client: Client) -> Library:
    """Read what the listener has saved since the last time, and the playlist that they have chosen."""
    run.progress("read")
    if run.job.source is None:
        return sync_library(client, run)
    name, entries = read_source(client, run, run.job.source)
    # Of no use, it must not take the place of what is kept.
    _prepare(run, Library(list_songs(entries), playlist=name))
    return sync_library(client, run, (name, entries))


def _mix(
    run: Run,
    library: Library,
    base: PlaylistRecord | None,
    target: TargetPlaylist | None = None,
    removed: Sequence[str] = (),
) -> _Planned:
    """Pick songs for the library, none of a recent mix while there are others.

    Parameters
    ----------
    base : what this mix comes after: tuned alike unless the job tells otherwise, none of its songs come again
    target : the playlist that it is for; what the listener has added or removed there is not picked
    removed : ids of songs that are not picked either

    Raises
    ------
    NoRecommendation
        If there is nothing to pick from, or nothing to pick.
    """
    run.progress("mix")
    database, job = run.parts.database, run.job
    prepared = _prepare(run, library)
    tuning = job.tuning or (base.tuning if base else DEFAULT_TUNING)
    if base:
        tuning = move_percents(tuning, base.tastes, prepared.taste_names)
    # The best songs first, and other mixes of them from the first refresh on.
    tuning = replace(tuning, seed=jobs.count_done(database, job.account_id))
    kept, starts = (base.kept, base.starts) if base else ((), ())
    not_again = [
        *removed,
        *(target.removed if target else ()),
        *(target.playlist.additions if target else ()),
    ]
    wishes = load_wishes(database, job.account_id, tuning, job.created_at, kept, not_again, starts, N_SPARES)
    recent = mixes.list_recent(database, job.account_id, job.created_at, but=job.id)
    heard = frozenset(song.id for song in base.songs) if base else frozenset()
    mix = pick_unheard(partial(pick, prepared), wishes, recent if heard in recent else [heard, *recent])
    record = make_record(mix, tuning=tuning, starts=starts, kept=kept)
    run.picks.append(len(record.songs))
    spares = record_spares(mix, record)
    return _Planned(put_covers(record, base) if base else record, lambda: spares)


def _prepare(run: Run, library: Library) -> Prepared:
    build = run.parts.build
    # Else this process might be killed while it picks.
    build.require_whole()
    look_up = partial(fetch_features, parts=run.parts)
    try:
        return prepare(
            library.songs, build.catalogue, build.model, look_up=look_up, owned=library.saved_besides
        )
    except NothingMatched as error:
        if library.playlist:
            raise SourceUnknown(str(error)) from error
        raise


def _find_spares(run: Run, step: DraftStep) -> tuple[RecordedSong, ...]:
    """Find songs that can stand in for those of a draft, by the library as last read."""
    database, job, record = run.parts.database, run.job, step.record
    kept = libraries.load(database, job.account_id)
    library = read_kept(kept) if kept else Library(())
    song_ids = [song.id for song in record.songs]
    recent = mixes.list_recent(database, job.account_id, job.created_at, but=job.id)
    try:
        prepared = _prepare(run, library)
        # The library may have been read again since the draft was made.
        tuning = move_percents(record.tuning, record.tastes, prepared.taste_names)
        loaded = load_wishes(
            database, job.account_id, tuning, job.created_at, song_ids, step.removed, record.starts, N_SPARES
        )
        wishes = replace(loaded, size=max(len(song_ids), 1))
        return record_spares(pick_unheard(partial(pick, prepared), wishes, recent), record)
    except (NoRecommendation, SourceUnknown):
        return ()


def _write(
    run: Run, client: Client, target: TargetPlaylist | None, planned: _Planned, name: str | None = None
) -> None:
    """Write songs into the playlist, or into a new one, and end the job.

    Parameters
    ----------
    name : what the playlist is called from now on; None leaves the name as it is
    """
    run.progress("write")
    database = run.parts.database
    default = name_mix(run.parts.settings.playlist_name, load_offered(run.job.language))
    song_ids = [song.id for song in planned.record.songs]
    claimed = claim_target(client, run, target, name or default, song_ids)
    before = claimed.playlist
    after = name or before.name or default

    def find_spares() -> Sequence[RecordedSong]:
        spares = planned.find_spares()
        note_songs(run, claimed, [*song_ids, *(spare.id for spare in spares)])
        return spares

    written = write_songs(
        client,
        before.id,
        planned.record.songs,
        find_spares,
        claimed.held,
        run.wait,
        partial(unplayable.remember, database, run.job.account_id),
        additions=before.additions,
        name=after if after != before.name else None,
    )
    made = replace(
        before,
        name=after,
        made_at=database.clock.now(),
        record=put_songs(planned.record, written.songs, before.record),
        song_ids=written.song_ids,
    )
    run.ride_over(partial(runs.finish, database, run.job.id, run.runner, made, run.calls))
