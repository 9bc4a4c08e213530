"""The runner's side of a job: claiming it, reporting progress, ending it or handing it back.

Every report is a heartbeat. A runner that was silent for too long counts as
dead: another may claim the job, and whatever the first still writes is refused.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, select, update

from store import allowance, drafts, mixes, playlists, weekly
from store.clock import is_ahead
from store.database import Database
from store.drafts import DraftStep
from store.errors import JobCancelled, JobLost
from store.job import COLUMNS, Job, is_due, is_held_by, read_job
from store.playlists import Playlist
from store.tables import accounts, jobs


def claim(database: Database, job_id: str, runner: str) -> Job | None:
    """Claim a job that waits, is due again, or whose runner has gone silent; it starts from the beginning.

    Returns None where it has ended, is parked for later or another runner
    holds it: of several that try at once, one gets it. Its stage is the last
    runner's where nobody knows how long that has been silent, else "".
    """
    now = database.clock.now()
    # Where the clock was set back, the last runner may have been alive a moment ago: what it wrote may not be
    # seen yet.
    stage = case((is_ahead(jobs.c.heartbeat, now), jobs.c.stage), else_="")
    reset = {"stage": stage, "done": 0, "total": None, "error": None, "parked_until": None}
    change = (
        update(jobs)
        .where(jobs.c.id == job_id, is_due(now))
        .values(state="running", runner=runner, heartbeat=now, runs=jobs.c.runs + 1, **reset)
        .returning(*COLUMNS)
    )
    with database.writing() as connection:
        row = connection.execute(change).one_or_none()
    return read_job(row) if row else None


def progress(
    database: Database,
    job_id: str,
    runner: str,
    stage: str,
    done: int = 0,
    total: int | None = None,
    calls: int | None = None,
) -> None:
    """Report how far a job is; this is its runner's heartbeat, too.

    `calls` here and below counts the whole job's calls to Spotify, earlier runs
    included; None leaves the count as it is.

    Raises
    ------
    JobLost
        If the runner no longer holds the job.
    JobCancelled
        If the listener has cancelled it.
    """
    with database.writing() as connection:
        _raise_if_cancelled(
            _update(connection, database, job_id, runner, calls, stage=stage, done=done, total=total)
        )


def heartbeat(database: Database, job_id: str, runner: str, calls: int | None = None) -> None:
    """Report that the runner is alive, where there is no progress to report.

    Raises
    ------
    JobLost, JobCancelled
        As `progress`.
    """
    with database.writing() as connection:
        _raise_if_cancelled(_update(connection, database, job_id, runner, calls))


def park(
    database: Database, job_id: str, runner: str, until: datetime, error: str, calls: int | None = None
) -> None:
    """Park a job that can only go on later, with the class name of the error that stopped it.

    Raises
    ------
    JobLost, JobCancelled
        As `progress`; then it is not parked.
    """
    parked = {"state": "parked", "parked_until": until, "error": error, "runs": 0}
    with database.writing() as connection:
        _raise_if_cancelled(_update(connection, database, job_id, runner, calls, **parked))


def park_for_allowance(
    database: Database, job_id: str, runner: str, until: datetime, error: str, calls: int
) -> None:
    """Park a job until an allowance lets it go on; what it has asked so far is noted apart.

    Raises
    ------
    JobLost, JobCancelled
        As `progress`; then it is not parked.
    """
    parked = {"state": "parked", "parked_until": until, "error": error, "runs": 0}
    with database.writing() as connection:
        job = _require_held(connection, job_id, runner)
        allowance.note_spent(
            connection, database, job.account_id, database.clock.now(), calls - job.calls_noted
        )
        _raise_if_cancelled(_update(connection, database, job_id, runner, calls, calls_noted=calls, **parked))


def hand_back(database: Database, job_id: str, runner: str, calls: int, is_counted: bool = False) -> None:
    """Let a job wait for another runner; this run counts among its runs where `is_counted`.

    Does nothing where the runner no longer holds the job.
    """
    change = (
        update(jobs)
        .where(is_held_by(runner, job_id))
        .values(state="waiting", runner=None, runs=jobs.c.runs - int(not is_counted), calls=calls)
    )
    with database.writing() as connection:
        connection.execute(change)


def remember_playlist(
    database: Database, job_id: str, runner: str, playlist: Playlist, calls: int | None = None
) -> None:
    """Save the playlist that a job writes, from the moment it exists: a second run must not create another.

    Raises
    ------
    JobLost
        If the runner no longer holds the job; then the playlist is not saved.
    """
    with database.writing() as connection:
        _save_playlist(connection, job_id, runner, playlist)
        _update(connection, database, job_id, runner, calls, playlist_id=playlist.id)


def finish(
    database: Database, job_id: str, runner: str, playlist: Playlist, calls: int | None = None
) -> None:
    """End a job as done, save the playlist as it was written and its songs as a mix: all of it or nothing.

    Of the draft that it saved, the steps up to the saved one are forgotten; a visitor's
    mix becomes the playlist. A draft with the songs of the playlist's last mix, as after a change of the
    name, makes no new mix.

    Raises
    ------
    JobLost
        If the runner no longer holds the job; then the playlist is not saved.
    """
    with database.writing() as connection:
        job = _save_playlist(connection, job_id, runner, playlist)
        if job.kind != "save" or not mixes.rewrite_last(connection, playlist):
            mixes.write(connection, job_id, playlist)
        if job.draft_of is not None and job.step is not None:
            drafts.forget_until(connection, job.draft_of, job.step)
        if job.draft_of is not None and not job.as_new:
            # Where that was gone from Spotify, it is another one.
            weekly.move(connection, job.draft_of, playlist.id)
        if job.draft_of is not None:
            playlists.replace_unsaved(connection, job.draft_of, playlist.id)
        weekly.note_success(connection, job_id)
        _update(connection, database, job_id, runner, calls, state="done", playlist_id=playlist.id)


def finish_draft(
    database: Database, job_id: str, runner: str, expected: int, step: DraftStep, calls: int | None = None
) -> None:
    """End a job as done, with what it made as the last step of its draft: both or neither.

    Parameters
    ----------
    expected : the number of the step that this one goes on from, 0 where there was no draft

    Raises
    ------
    DraftChanged
        If that is no longer the last one: then the job goes on.
    JobLost
        If the runner no longer holds the job; then the draft stays as it is.
    """
    with database.writing() as connection:
        job = _require_held(connection, job_id, runner)
        if job.draft_of is None:
            raise ValueError(f"job {job_id} is about no playlist")
        drafts.append(connection, database.clock.now(), job.account_id, job.draft_of, expected, step)
        _update(connection, database, job_id, runner, calls, state="done", playlist_id=job.draft_of)


def finish_list(database: Database, job_id: str, runner: str, calls: int | None = None) -> None:
    """End a job as done that has made neither a playlist nor a draft.

    Raises
    ------
    JobLost
        If the runner no longer holds the job.
    """
    with database.writing() as connection:
        _update(connection, database, job_id, runner, calls, state="done")


def fail(database: Database, job_id: str, runner: str, error: str, calls: int | None = None) -> None:
    """End a job as failed, with the class name of the error; a weekly refresh counts its failures.

    Raises
    ------
    JobLost
        If the runner no longer holds the job.
    """
    with database.writing() as connection:
        _require_held(connection, job_id, runner)
        weekly.note_failure(connection, job_id, error)
        _update(connection, database, job_id, runner, calls, state="failed", error=error)


def end_cancelled(database: Database, job_id: str, runner: str, calls: int | None = None) -> None:
    """End a job as cancelled, once its runner was told so by `JobCancelled`.

    Raises
    ------
    JobLost
        If the runner no longer holds the job.
    """
    with database.writing() as connection:
        _update(connection, database, job_id, runner, calls, state="cancelled")


def _save_playlist(connection: Connection, job_id: str, runner: str, playlist: Playlist) -> Job:
    """Save a playlist if the runner holds the job, and return that."""
    job = _require_held(connection, job_id, runner)
    playlists.write(connection, playlist)
    return job


def _require_held(connection: Connection, job_id: str, runner: str) -> Job:
    """Return the job that the runner holds; its account is locked until the transaction ends."""
    held = select(*COLUMNS).join(accounts).where(is_held_by(runner, job_id))
    row = connection.execute(held.with_for_update(key_share=True, of=accounts)).one_or_none()
    if row is None:
        raise _lost(job_id)
    return read_job(row)


def _update(
    connection: Connection, database: Database, job_id: str, runner: str, calls: int | None, **values: Any
) -> bool:
    """Update a job that the runner holds, and return whether the listener has cancelled it."""
    if calls is not None:
        values["calls"] = calls
    change = (
        update(jobs)
        .where(is_held_by(runner, job_id))
        .values(heartbeat=database.clock.now(), **values)
        .returning(jobs.c.cancel_asked)
    )
    cancel_asked: bool | None = connection.scalar(change)
    if cancel_asked is None:
        raise _lost(job_id)
    return cancel_asked


def _lost(job_id: str) -> JobLost:
    return JobLost(f"job {job_id} is no longer this runner's")


def _raise_if_cancelled(cancel_asked: bool) -> None:
    if cancel_asked:
        raise JobCancelled("the listener has cancelled this job")
