"""How far a job is, in the words of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, url_for

from store.database import Database
from store.job import Job

#: Stage of a job -> what the page calls it, in order.
STAGES = {"read": "Reading your saved songs", "mix": "Finding your tastes", "write": "Writing your playlist"}

#: Kinds of failure after which only signing in again helps.
SIGN_IN_AGAIN = ("SignInExpired", "SignInNeeded", "MissingScope")


# Most playlists are made within it, and their listeners watch: they are shown without delay.
SOON = timedelta(seconds=10)


@dataclass(frozen=True)
class Progress:
    """How far a job is, in words; `next_url` is the playlist once there is one, `poll_after` for htmx."""

    stages: list[tuple[str, str]]
    done: int
    total: int | None
    sentence: str
    is_over: bool
    error: str | None
    needs_sign_in: bool
    parked_until: datetime | None
    next_url: str
    poll_after: str


def describe_progress(job: Job) -> Progress:
    """Say how far a listener's job is, or how it ended."""
    names = list(STAGES)
    now = names.index(job.stage) if job.stage in names else 0
    states = [
        "done" if at < now or job.state == "done" else "now" if at == now else "next"
        for at in range(len(names))
    ]
    return Progress(
        stages=list(zip(STAGES.values(), states, strict=True)),
        done=job.done,
        total=job.total,
        sentence=_sentence(job),
        is_over=job.state in ("done", "failed", "cancelled"),
        parked_until=job.parked_until if job.state == "parked" else None,
        error=_describe_error(job),
        needs_sign_in=job.error in SIGN_IN_AGAIN,
        next_url=url_for("pages.show_playlist", playlist_id=job.playlist_id) if job.playlist_id else "",
        poll_after="300ms" if _now() < job.created_at + SOON else "1s",
    )


def _now() -> datetime:
    database: Database = current_app.extensions["database"]
    return database.clock.now()


def _describe_error(job: Job) -> str | None:
    """Say why a job has ended without a playlist; None where it has not."""
    if job.state == "cancelled":
        return "You stopped this. Nothing is lost; you can start again."
    sentences: Mapping[str, str] = current_app.extensions["error_sentences"]
    return sentences.get(job.error or "", sentences["Unforeseen"]) if job.state == "failed" else None


def _sentence(job: Job) -> str:
    if job.state == "waiting":
        return "Starting…"
    if job.stage == "read" and job.total:
        return f"Read {job.done:,} of {job.total:,} saved songs"
    return f"{STAGES.get(job.stage, STAGES['read'])}…"
