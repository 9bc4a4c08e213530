"""How far a job is, in the words of the page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from store.job import UNFORESEEN, Job
from web.context import context

#: Stage of a job -> what the page calls it, in order.
STAGE_LABELS = {
    "read": "Reading your saved songs",
    "mix": "Finding your tastes",
    "write": "Writing your playlist",
}
#: Kinds of failure after which only signing in again helps.
NEED_SIGN_IN = ("SignInExpired", "SignInNeeded", "MissingScope")
# Most playlists are made within it while their listeners watch: until then the page asks more often.
FAST_POLLING = timedelta(seconds=10)


@dataclass(frozen=True)
class Progress:
    """How far a job is, in words.

    `stages` are pairs of a label and "done", "now" or "next". `playlist_url`
    is "" until there is a playlist, `poll_delay` is in htmx's words.
    """

    stages: list[tuple[str, str]]
    done: int
    total: int | None
    sentence: str
    is_over: bool
    error: str | None
    needs_sign_in: bool
    parked_until: datetime | None
    playlist_url: str
    poll_delay: str


def describe_progress(job: Job) -> Progress:
    """Describe how far a listener's job is, or how it ended."""
    names = list(STAGE_LABELS)
    now = names.index(job.stage) if job.stage in names else 0
    states = [
        "done" if at < now or job.state == "done" else "now" if at == now else "next"
        for at in range(len(names))
    ]
    is_young = context().database.clock.now() < job.created_at + FAST_POLLING
    return Progress(
        stages=list(zip(STAGE_LABELS.values(), states, strict=True)),
        done=job.done,
        total=job.total,
        sentence=_describe_stage(job),
        is_over=job.state in ("done", "failed", "cancelled"),
        parked_until=job.parked_until if job.state == "parked" else None,
        error=_describe_error(job),
        needs_sign_in=job.error in NEED_SIGN_IN,
        playlist_url=url_for("pages.show_playlist", playlist_id=job.playlist_id) if job.playlist_id else "",
        poll_delay="300ms" if is_young else "1s",
    )


def _describe_error(job: Job) -> str | None:
    """Return why a job has ended without a playlist; None where it has not."""
    if job.state == "cancelled":
        return "You stopped this. Nothing is lost; you can start again."
    sentences = context().error_sentences
    return sentences.get(job.error or "", sentences[UNFORESEEN]) if job.state == "failed" else None


def _describe_stage(job: Job) -> str:
    if job.state == "waiting":
        return "Starting…"
    if job.stage == "read" and job.total:
        return f"Read {job.done:,} of {job.total:,} saved songs"
    return f"{STAGE_LABELS.get(job.stage, STAGE_LABELS['read'])}…"
