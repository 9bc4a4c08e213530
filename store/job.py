"""A job's row, and the conditions on which it may be claimed, written or cancelled."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row

from store.clock import is_ahead
from store.tables import jobs
from store.tuning import Tuning

#: A runner without a heartbeat for this long counts as dead; longer than any single call to Spotify may take.
STALE = timedelta(seconds=60)
#: What a job does: "make" and "weekly" read, mix and write, "draft" reads and mixes, "save" writes a draft,
#: "list" lists the listener's playlists.
Kind = Literal["make", "draft", "save", "weekly", "list"]
#: What becomes of a playlist that the listener has changed in Spotify: the job fails, so that its page can
#: ask; it is written over; or what the listener has added is kept.
OnChange = Literal["ask", "overwrite", "keep"]
#: The `error` of a job that ended in an exception that nothing handles.
UNFORESEEN = "Unforeseen"


@dataclass(frozen=True)
class Job:
    """The job of making one playlist, a draft of it, or of saving that.

    `done` of `total` counts within the stage; `error` is the class name of the
    failure, or of what the job is parked for; `runs` is how often it has been
    claimed since it was last parked, `calls` how often it has called Spotify
    in all its runs, `calls_noted` how many of these are noted apart, as it was parked
    for the listener's allowance since. With `reread` the whole library is read, whatever is known
    of it. `tuning` is None where that of the draft or the playlist counts, or
    the default one. `draft_of` is the playlist that the job is about, None for
    a "make"; `step` the number of the draft's step that a "save" writes. `source` is
    the playlist whose songs count in place of the saved ones from this job on,
    None where it stays as it is. `language` is the code of the one in which a new
    playlist is named and described.
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
    calls_noted: int
    reread: bool
    kind: Kind
    tuning: Tuning | None
    draft_of: str | None
    step: int | None
    on_change: OnChange
    source: str | None = None
    language: str = "en"


COLUMNS = [jobs.c[each.name] for each in fields(Job)]


def read_job(row: Row[Any]) -> Job:
    """Read a job from a row of `COLUMNS`."""
    kept = dict(zip((each.name for each in fields(Job)), row, strict=True))
    return Job(**{**kept, "tuning": Tuning.from_json(kept["tuning"]) if kept["tuning"] else None})


def is_held_by(runner: str, job_id: str) -> ColumnElement[bool]:
    """Build the SQL condition that a runner holds a job."""
    return (jobs.c.id == job_id) & (jobs.c.runner == runner) & (jobs.c.state == "running")


def is_free(now: datetime) -> ColumnElement[bool]:
    """Build the SQL condition that a job has not ended and no living runner holds it; it may be parked.

    A heartbeat that is still to come tells of no life: its runner, if it lives, soon has another.
    """
    is_stale = (jobs.c.heartbeat < now - STALE) | is_ahead(jobs.c.heartbeat, now)
    return jobs.c.state.in_(["waiting", "parked"]) | ((jobs.c.state == "running") & is_stale)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Build the SQL condition that a runner may claim a job now: it is free, and not parked for later."""
    # It was alive when it was parked.
    is_parked = (jobs.c.state == "parked") & (jobs.c.parked_until > now) & ~is_ahead(jobs.c.heartbeat, now)
    return is_free(now) & ~is_parked
