"""The long work: a listener's playlist, made from start to end. It reads top-down as the flow."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

import playlist_writing
import spotify
from listener_access import ListenerAccess
from playlist_writing import marker_of
from recommender import Song, Wishes, recommend
from recommender.artefacts import Build
from recommender.errors import NoRecommendation, NothingNew
from recommender.report import as_page
from settings import Settings
from spotify import Client, SpotifyError
from store import jobs, playlists, unplayable
from store.database import Database
from store.errors import AccountForgotten, JobCancelled, JobLost, SignInNeeded
from store.jobs import STALE, Job
from store.playlists import Playlist

log = logging.getLogger(__name__)

# A job that kills its worker must not do so for ever.
MOST_RUNS = 3
# Songs of each taste that stand by for picks that cannot be played.
SPARES = 10
# How long Spotify is left alone where it does not say how long.
LONG_PAUSE = timedelta(hours=1)
HEARTBEAT_S = STALE.total_seconds() / 4
#: The error kind of a failure that nobody foresaw.
UNFORESEEN = "Unforeseen"


@dataclass(frozen=True)
class Parts:
    """What the work needs, made once for each process in `startup`."""

    settings: Settings
    database: Database
    build: Build


@dataclass(frozen=True)
class Run:
    """One runner's hold on a job; `is_over` is set when it has lost it or must stop."""

    job: Job
    runner: str
    parts: Parts
    is_over: Event = field(default_factory=Event)

    def progress(self, stage: str, done: int = 0, total: int | None = None) -> None:
        """Note how far the job is; raises JobLost or JobCancelled where it must stop."""
        jobs.progress(self.parts.database, self.job.id, self.runner, stage, done, total)

    def wait(self, seconds: float) -> None:
        """Let the time pass, unless the job must stop."""
        self.parts.database.clock.wait(seconds, self.is_over)
        jobs.heartbeat(self.parts.database, self.job.id, self.runner)


def make_playlist(job_id: str, parts: Parts) -> None:
    """Make or refresh a listener's playlist; run twice, or again after a crash, it leaves one.

    The job's row tells how far it is and how it ended. A job that has ended,
    or that another runner is at, is left alone.
    """
    runner = uuid4().hex
    job = jobs.claim(parts.database, job_id, runner)
    if job is None:
        return
    if job.runs > MOST_RUNS:
        log.error("job %s has ended %d runners: it is given up", job.id, MOST_RUNS)
        jobs.fail(parts.database, job.id, runner, UNFORESEEN)
        return
    run = Run(job, runner, parts)
    with _end_recorded(run), _heart_beating(run), _client(run) as client:
        library = _read_library(client, run)
        run.progress("mix")
        banned = unplayable.all_of(parts.database, job.account_id)
        mix = recommend(
            library, parts.build.catalogue, parts.build.model, Wishes(spares=SPARES, banned=banned)
        )
        if not mix.picks:
            raise NothingNew(f"{mix.matched} matched songs leave nothing to pick for their tastes")
        run.progress("write")
        playlist = _playlist_to_write(client, run)
        written = playlist_writing.write_songs(client, playlist.id, mix)
        unplayable.remember(parts.database, job.account_id, written.unplayable)
        made = replace(
            playlist,
            made_at=parts.database.clock.now(),
            mix=as_page(replace(mix, picks=written.picks), parts.build.model),
            song_ids=written.song_ids,
        )
        jobs.finish(parts.database, job.id, runner, made, job.calls + client.calls)


@contextmanager
def _end_recorded(run: Run) -> Iterator[None]:
    """Write a failure into the job's row, so that no job is left without an end."""
    database, job = run.parts.database, run.job
    try:
        yield
    except (JobLost, AccountForgotten):
        log.warning("job %s was taken over or disconnected", job.id)
    except JobCancelled:
        jobs.end_cancelled(database, job.id, run.runner)
    except spotify.RateLimited as error:
        pause = timedelta(seconds=error.retry_after_s) if error.retry_after_s else LONG_PAUSE
        log.warning("job %s is parked for %s: %s", job.id, pause, error)
        jobs.park(database, job.id, run.runner, database.clock.now() + pause, type(error).__name__)
    except (SpotifyError, NoRecommendation, SignInNeeded) as error:
        log.warning("job %s ended in %s: %s", job.id, type(error).__name__, error)
        jobs.fail(database, job.id, run.runner, type(error).__name__)
    except Exception:
        jobs.fail(database, job.id, run.runner, UNFORESEEN)
        raise


@contextmanager
def _heart_beating(run: Run) -> Iterator[None]:
    """Tell from a thread of its own that the runner lives: one call to Spotify may take long."""
    stopped = Event()

    def beat() -> None:
        while not stopped.wait(HEARTBEAT_S):
            try:
                jobs.heartbeat(run.parts.database, run.job.id, run.runner)
            except (JobLost, JobCancelled):
                run.is_over.set()
                return

    thread = Thread(target=beat, name=f"heart of {run.job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _client(run: Run) -> Client:
    """Give the listener's access to Spotify, which renews its token and tries again where that is safe."""
    settings, database = run.parts.settings, run.parts.database
    access = ListenerAccess(run.job.account_id, settings, database)
    return spotify.client_for(access, settings.spotify_api_url, run.wait)


def _read_library(client: Client, run: Run) -> list[Song]:
    def on_page(done: int, total: int) -> None:
        run.progress("read", done, total)

    return list(spotify.saved_songs(client, on_page))


def _playlist_to_write(client: Client, run: Run) -> Playlist:
    """Give the playlist that this job writes: its own from an earlier run, the listener's last, or a new one.

    Which one is in the job's row before a song is written, so that a second
    run writes the same.
    """
    job, database, settings = run.job, run.parts.database, run.parts.settings
    last = playlists.latest_of(database, job.account_id)
    if last and last.id == job.playlist_id:
        return last
    # One that was created but never written is as new as can be.
    may_refresh = last and (not job.as_new or not last.song_ids)
    if last and may_refresh and playlist_writing.is_ours(client, last.id, last.song_ids):
        jobs.remember_playlist(database, job.id, run.runner, last)
        return last
    created = playlist_writing.create_once(
        client,
        settings.playlist_name,
        settings.playlist_public,
        marker_of(job.id),
        may_exist=job.runs > 1,
        wait=run.wait,
    )
    playlist = Playlist(
        id=created.id,
        account_id=job.account_id,
        name=settings.playlist_name,
        made_at=database.clock.now(),
        mix={},
        song_ids=(),
        url=created.url,
    )
    jobs.remember_playlist(database, job.id, run.runner, playlist)
    return playlist
