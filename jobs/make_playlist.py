"""The long work: a listener's playlist, made from start to end. It reads top-down as the flow."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

import spotify
from drafts.record import make_record
from drafts.unheard_mix import pick_unheard
from drafts.wishes import load_wishes
from jobs import outcome
from jobs.library_sync import sync_library
from jobs.missing_features import fetch_features
from jobs.outcome import record_end
from jobs.run import Parts, Run, keep_alive
from jobs.target_playlist import find_target
from jobs.token_renewal import RenewingAccess
from jobs.write_songs import write_songs
from recommender import Mix, Song, recommend
from recommender.errors import AllRuledOut, NothingNew
from spotify import Client
from store import jobs, mixes, runs, unplayable
from store.job import UNFORESEEN
from store.tuning import DEFAULT_TUNING

log = logging.getLogger(__name__)

# A job that kills its worker must not do so for ever.
MAX_RUNS = 3


def make_playlist(job_id: str, parts: Parts) -> None:
    """Make or refresh a listener's playlist; run twice, or again after a crash, it leaves one.

    The job's row tells how far it is and how it ended. A job that has ended,
    or that another runner holds, is left alone.
    """
    run = _claim(job_id, parts)
    if run is None:
        return
    database, account_id = parts.database, run.job.account_id
    with (
        parts.live_runs.track(run.is_over),
        record_end(run),
        keep_alive(run),
        run.count_calls(_open_client(run)) as client,
    ):
        run.progress("read")
        library = sync_library(client, run)
        run.progress("mix")
        mix = _pick_songs(run, library)
        run.progress("write")
        target = find_target(client, run, mix)
        note_unplayable = partial(unplayable.remember, database, account_id)
        written = write_songs(client, target.playlist.id, mix, target.held, run.wait, note_unplayable)
        made = replace(
            target.playlist,
            made_at=database.clock.now(),
            record=make_record(replace(mix, picks=written.picks, written=()), target.playlist.record),
            song_ids=written.song_ids,
        )
        runs.finish(database, run.job.id, run.runner, made, run.calls)


def _claim(job_id: str, parts: Parts) -> Run | None:
    """Take hold of the job; None where it is not to be run."""
    if parts.live_runs.must_stop:
        # The message came too late: the process would be gone before the job had begun.
        return None
    runner = uuid4().hex
    job = runs.claim(parts.database, job_id, runner)
    if job is None:
        return None
    run = Run(job, runner, parts)
    if job.runs > MAX_RUNS:
        log.error("job %s has killed %d runners and is given up", job.id, MAX_RUNS)
        outcome.fail(run, UNFORESEEN)
        return None
    return run


def _open_client(run: Run) -> Client:
    """Return a client that renews the listener's token, and repeats a call where that is safe."""
    settings = run.parts.settings
    access = RenewingAccess(run.job.account_id, settings, run.parts.database, run.wait)
    return spotify.client_for(access, settings.spotify_api_url, run.wait)


def _pick_songs(run: Run, library: Sequence[Song]) -> Mix:
    """Recommend songs for the library, none of a recent mix while there are others.

    Raises
    ------
    NoRecommendation
        If there is nothing to pick from, or nothing to pick.
    """
    build = run.parts.build
    look_up = partial(fetch_features, parts=run.parts)
    pick_songs = partial(recommend, library, build.catalogue, build.model, look_up=look_up)
    database, job = run.parts.database, run.job
    # The best songs first, and other mixes of them from the first refresh on.
    tuning = replace(job.tuning or DEFAULT_TUNING, seed=jobs.count_done(database, job.account_id))
    wishes = load_wishes(database, job.account_id, tuning, job.created_at)
    mix = pick_unheard(
        pick_songs, wishes, mixes.list_recent(database, job.account_id, job.created_at, but=job.id)
    )
    if not mix.picks:
        is_ruled_out = {"banned_songs", "banned_artists"}.intersection(mix.short_because)
        kind = AllRuledOut if is_ruled_out else NothingNew
        raise kind(f"{mix.matched} matched songs leave nothing to pick for their tastes")
    return mix
