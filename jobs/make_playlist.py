"""The long work: a listener's playlist, made from start to end. It reads top-down as the flow."""

import logging
from dataclasses import replace
from functools import partial
from uuid import uuid4

import spotify
from jobs import missing_features
from jobs.library_sync import sync_library
from jobs.record import make_record
from jobs.run import Parts, Run, end_recorded, heart_beating
from jobs.target_playlist import choose_playlist
from jobs.token_renewal import ListenerAccess
from jobs.write_songs import write_songs
from recommender import Wishes, recommend
from recommender.errors import AllRuledOut, NothingNew
from spotify import Client
from store import opinions, runs, unplayable
from store.job import UNFORESEEN
from store.opinions import About, Wish

log = logging.getLogger(__name__)

# A job that kills its worker must not do so for ever.
MAX_RUNS = 3
# Songs of each taste that stand by for picks that cannot be played.
SPARES = 20


def make_playlist(job_id: str, parts: Parts) -> None:
    """Make or refresh a listener's playlist; run twice, or again after a crash, it leaves one.

    The job's row tells how far it is and how it ended. A job that has ended,
    or that another runner is at, is left alone.
    """
    runner = uuid4().hex
    # A message that comes now is one too many: the process would be gone before the job had begun.
    job = None if parts.live_runs.must_stop else runs.claim(parts.database, job_id, runner)
    if job is None:
        return
    run = Run(job, runner, parts)
    if job.runs > MAX_RUNS:
        log.error("job %s has ended %d runners: it is given up", job.id, MAX_RUNS)
        runs.fail(parts.database, job.id, runner, UNFORESEEN)
        run.log_end("failed")
        return
    with (
        parts.live_runs.counted(run.is_over),
        end_recorded(run),
        heart_beating(run),
        run.counted(_client(run)) as client,
    ):
        run.progress("read")
        library = sync_library(client, run)
        run.progress("mix")
        mix = recommend(
            library,
            parts.build.catalogue,
            parts.build.model,
            _wishes(run),
            features=missing_features.fetch_features(library, parts),
        )
        if not mix.picks:
            is_ruled_out = {"banned_songs", "banned_artists"}.intersection(mix.short_because)
            kind = AllRuledOut if is_ruled_out else NothingNew
            raise kind(f"{mix.matched} matched songs leave nothing to pick for their tastes")
        run.progress("write")
        chosen = choose_playlist(client, run, mix)
        note_unplayable = partial(unplayable.remember, parts.database, job.account_id)
        written = write_songs(client, chosen.playlist.id, mix, chosen.held, run.wait, note_unplayable)
        made = replace(
            chosen.playlist,
            made_at=parts.database.clock.now(),
            record=make_record(replace(mix, picks=written.picks, written=()), parts.build.model),
            song_ids=written.song_ids,
        )
        runs.finish(parts.database, job.id, runner, made, run.calls)


def _client(run: Run) -> Client:
    """Give the listener's access to Spotify, which renews its token and tries again where that is safe."""
    settings, database = run.parts.settings, run.parts.database
    access = ListenerAccess(run.job.account_id, settings, database, run.wait)
    return spotify.client_for(access, settings.spotify_api_url, run.wait)


def _wishes(run: Run) -> Wishes:
    """Give what the listener wants of every playlist, and what they could not play."""
    database, account_id = run.parts.database, run.job.account_id
    given = opinions.list_opinions(database, account_id)

    def subjects(about: About, wish: Wish) -> frozenset[str]:
        return frozenset(each.subject for each in given if (each.about, each.wish) == (about, wish))

    return Wishes(
        spares=SPARES,
        unplayable=unplayable.list_songs(database, account_id),
        banned_songs=subjects("song", "never"),
        banned_artists=subjects("artist", "never"),
        liked=subjects("song", "more"),
    )
