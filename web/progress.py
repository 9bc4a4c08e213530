"""How far a job is, in the words of the page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from store.job import UNFORESEEN, Job
from web.context import context
from web.errors import ErrorPage, collect_error_pages
from web.remedies import Offer, Remedy, list_offers

#: Stage of a job -> what the page calls it, in order.
STAGE_LABELS = {
    "read": "Reading your liked songs",
    "mix": "Finding your tastes",
    "write": "Writing your playlist",
}
#: What the page is called once the job has ended without a playlist.
HEADINGS = {"failed": "Your playlist was not made", "cancelled": "You stopped this"}
STOPPED = ErrorPage(200, "Nothing is lost; you can start again.", Remedy.RETRY)
# Most playlists are made within it while their listeners watch: until then the page asks more often.
FAST_POLLING = timedelta(seconds=10)


@dataclass(frozen=True)
class Progress:
    """How far a job is, in words.

    `stages` are pairs of a label and "done", "now" or "next". `error` is why
    it has ended without a playlist, None where it has not; then `offers` are
    links that help, and `can_retry` tells whether the same again may help, too.
    `playlist_url` is "" until there is a playlist, `poll_delay` is in htmx's
    words.
    """

    heading: str
    stages: list[tuple[str, str]]
    done: int
    total: int | None
    sentence: str
    is_over: bool
    error: str | None
    offers: list[Offer]
    can_retry: bool
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
    ended = _describe_end(job)
    is_young = context().database.clock.now() < job.created_at + FAST_POLLING
    return Progress(
        heading=HEADINGS.get(job.state, "Making your playlist"),
        stages=list(zip(STAGE_LABELS.values(), states, strict=True)),
        done=job.done,
        total=job.total,
        sentence=_describe_stage(job),
        is_over=job.state in ("done", "failed", "cancelled"),
        parked_until=job.parked_until if job.state == "parked" else None,
        error=ended.sentence if ended else None,
        offers=list_offers(ended.remedy) if ended else [],
        can_retry=ended is not None and ended.remedy is Remedy.RETRY,
        playlist_url=url_for("pages.show_playlist", playlist_id=job.playlist_id) if job.playlist_id else "",
        poll_delay="300ms" if is_young else "1s",
    )


def _describe_end(job: Job) -> ErrorPage | None:
    """Return what is told of a job that has ended without a playlist; None where it has not."""
    if job.state == "cancelled":
        return STOPPED
    pages = collect_error_pages()
    return pages.get(job.error or "", pages[UNFORESEEN]) if job.state == "failed" else None


def _describe_stage(job: Job) -> str:
    if job.state == "waiting":
        return "Starting…"
    if job.stage == "read" and job.total:
        return f"Read {job.done:,} of {job.total:,} liked songs"
    return f"{STAGE_LABELS.get(job.stage, STAGE_LABELS['read'])}…"
