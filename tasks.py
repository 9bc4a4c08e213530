"""The long work: a listener's playlist, made from start to end. It reads top-down as the flow."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import spotify
from recommender import Song, recommend
from recommender.artefacts import Build
from recommender.errors import NoRecommendation, NothingNew
from recommender.report import as_page
from settings import Settings
from spotify import Client, SpotifyError
from store import jobs, playlists, tokens
from store.database import Database
from store.errors import JobLost, SignInNeeded
from store.jobs import Job
from store.playlists import Playlist
from store.tokens import Token

log = logging.getLogger(__name__)

# A token that ends within the job would end it half-way.
LEAST_TOKEN_LIFE = timedelta(minutes=5)
# A job that kills its worker must not do so for ever.
MOST_RUNS = 3
#: The error kind of a failure that nobody foresaw.
UNFORESEEN = "Unforeseen"


@dataclass(frozen=True)
class Parts:
    """What the work needs, made once for each process in `startup`."""

    settings: Settings
    database: Database
    build: Build


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
    with _end_recorded(job, runner, parts), _client(job, parts) as client:
        library = _read_library(client, job, runner, parts)
        jobs.progress(parts.database, job.id, runner, "mix")
        mix = recommend(library, parts.build.catalogue, parts.build.model)
        if not mix.picks:
            raise NothingNew(f"{mix.matched} matched songs leave nothing to pick for their tastes")
        jobs.progress(parts.database, job.id, runner, "write")
        playlist = _playlist_to_write(client, job, runner, parts)
        song_ids = tuple(pick.song.id for pick in mix.picks)
        spotify.replace_songs(client, playlist.id, song_ids)
        made = replace(
            playlist,
            made_at=parts.database.clock.now(),
            mix=as_page(mix, parts.build.model),
            song_ids=song_ids,
        )
        jobs.finish(parts.database, job.id, runner, made)


@contextmanager
def _end_recorded(job: Job, runner: str, parts: Parts) -> Iterator[None]:
    """Write a failure into the job's row, so that no job is left without an end."""
    try:
        yield
    except JobLost:
        log.warning("job %s was taken over by another runner", job.id)
    except (SpotifyError, NoRecommendation, SignInNeeded) as error:
        log.warning("job %s ended in %s: %s", job.id, type(error).__name__, error)
        jobs.fail(parts.database, job.id, runner, type(error).__name__)
    except Exception:
        jobs.fail(parts.database, job.id, runner, UNFORESEEN)
        raise


def _client(job: Job, parts: Parts) -> Client:
    """Give the listener's access to Spotify, with a token that lasts through the job."""
    token = tokens.load_token(parts.database, job.account_id)
    if token.expires_at < parts.database.clock.now() + LEAST_TOKEN_LIFE:
        token = _refreshed(token, job.account_id, parts)
    return spotify.client_for(token.access_token, parts.settings.spotify_api_url)


def _refreshed(token: Token, account_id: str, parts: Parts) -> Token:
    """Exchange a token that is about to end for a new one, and keep it before it is used."""
    settings = parts.settings
    fresh = spotify.refresh(
        token.refresh_token,
        settings.spotify_client_id,
        settings.spotify_client_secret,
        settings.spotify_accounts_url,
    )
    renewed = replace(
        token,
        access_token=fresh.access_token,
        refresh_token=fresh.refresh_token or token.refresh_token,
        scopes=fresh.scopes or token.scopes,
        expires_at=parts.database.clock.now() + timedelta(seconds=fresh.expires_in_s),
    )
    tokens.save_token(parts.database, account_id, renewed)
    return renewed


def _read_library(client: Client, job: Job, runner: str, parts: Parts) -> list[Song]:
    def on_page(done: int, total: int) -> None:
        jobs.progress(parts.database, job.id, runner, "read", done, total)

    return list(spotify.saved_songs(client, on_page))


def _playlist_to_write(client: Client, job: Job, runner: str, parts: Parts) -> Playlist:
    """Give the playlist that this job writes: its own from an earlier run, the listener's last, or a new one.

    Which one is in the job's row before a song is written, so that a second
    run writes the same.
    """
    last = playlists.latest_of(parts.database, job.account_id)
    if last and last.id == job.playlist_id:
        return last
    # One that was created but never written is as new as can be.
    may_refresh = last and (not job.as_new or not last.song_ids)
    if last and may_refresh and _is_as_written(client, last):
        jobs.remember_playlist(parts.database, job.id, runner, last)
        return last
    settings = parts.settings
    description = "New songs in proportion to your tastes, from the songs you saved."
    created = spotify.create_playlist(client, settings.playlist_name, description, settings.playlist_public)
    playlist = Playlist(
        id=created.id,
        account_id=job.account_id,
        name=settings.playlist_name,
        made_at=parts.database.clock.now(),
        mix={},
        song_ids=(),
        url=created.url,
    )
    jobs.remember_playlist(parts.database, job.id, runner, playlist)
    return playlist


def _is_as_written(client: Client, playlist: Playlist) -> bool:
    """Say whether the playlist is still in the library, with the songs that we left in it.

    One that the listener has changed is theirs: it is not written over.
    """
    try:
        return spotify.is_kept(client, playlist.id) and tuple(
            spotify.playlist_songs(client, playlist.id)
        ) == tuple(playlist.song_ids)
    except spotify.NotFound:
        return False
