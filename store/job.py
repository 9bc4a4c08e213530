"""A job as its row says it, and which jobs may be taken up."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement

from store import tables

#: A runner that was silent for so long counts as dead; longer than any single call to Spotify may take.
STALE = timedelta(seconds=60)
#: The error kind of a failure that nobody foresaw.
UNFORESEEN = "Unforeseen"


@dataclass(frozen=True)
class Job:
    """One making of a playlist.

    `done` of `total` counts within the stage; `error` is the kind of failure,
    or why the job is parked; `runs` says how often it has been claimed since
    it was last parked, `calls` how often it has called Spotify in all its
    runs. With `reread` the library is read whole, whatever is known of it.
    """

    id: str
    account_id: str
    state: Literal["waiting", "running", "parked", "done", "failed", "cancelled"]
    stage: str
    done: int
    total: int | None
    error: str | None
    playlist_id: str | None
    as_new: bool
    created_at: datetime
    heartbeat: datetime
    runs: int
    parked_until: datetime | None
    cancel_asked: bool
    calls: int
    reread: bool


kept = tables.jobs.c
COLUMNS = [kept[each.name] for each in fields(Job)]


def is_held_by(runner: str, job_id: str) -> ColumnElement[bool]:
    """Say in SQL whether a runner is at a job."""
    return (kept.id == job_id) & (kept.runner == runner) & (kept.state == "running")


def is_free(now: datetime) -> ColumnElement[bool]:
    """Say in SQL whether nobody is at a job that has not ended, parked or not."""
    is_dead = (kept.state == "running") & (kept.heartbeat < now - STALE)
    return kept.state.in_(["waiting", "parked"]) | is_dead


def is_due(now: datetime) -> ColumnElement[bool]:
    """Say in SQL whether a runner may take a job up now: nobody is at it, nor is it parked for later."""
    is_parked = (kept.state == "parked") & (kept.parked_until > now)
    return is_free(now) & ~is_parked
