"""How far a job is, in the words of the page: those of the tables are English, and translated where told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from recommender.language import mark
from store import drafts, libraries, playlists
from store.errors import BudgetSpent, TooMuchMade
from store.job import STALE, UNFORESEEN, Job, Kind
from web.context import context
from web.errors import ERROR_PAGES, ErrorPage, collect_error_pages
from web.language import describe_count, translate, write_number
from web.remedies import Offer, Remedy, list_offers
from web.tuning_args import as_args

#: Stage of a job -> what the page calls it; "file" is "read" where the songs come from one.
STAGE_LABELS = {
    "read": mark("Reading your liked songs"),
    "file": mark("Reading the songs of your file"),
    "playlist": mark("Reading the songs of your playlist"),
    "mix": mark("Finding your tastes"),
    "write": mark("Writing your playlist"),
    "list": mark("Reading the names of your playlists"),
}
#: Kind of a job -> its stages, in order.
STAGES: Mapping[Kind, tuple[str, ...]] = {
    "make": ("read", "mix", "write"),
    "draft": ("read", "mix"),
    "save": ("write",),
    "weekly": ("read", "mix", "write"),
    "list": ("list",),
}


@dataclass(frozen=True)
class JobWords:
    """What the page is called while a job runs and once it has failed, and what we do meanwhile."""

    heading: str
    failed: str
    goes_on: str


_REFRESHING = JobWords(
    "Refreshing your playlist",
    "Your playlist was not refreshed",
    "You may close this page: we’re refreshing it all the same.",
)
WORDS: Mapping[Kind, JobWords] = {
    "make": JobWords(
        "Making your playlist",
        "Your playlist was not made",
        "You may close this page: we’re making it all the same.",
    ),
    "draft": _REFRESHING,
    "save": JobWords(
        "Saving your playlist", "Not saved yet", "You may close this page: we’re saving it all the same."
    ),
    "weekly": _REFRESHING,
    "list": JobWords(
        "Looking for your playlists",
        "Your playlists were not read",
        "You may close this page: we’re reading them all the same.",
    ),
}
STOPPED = ErrorPage(200, "Nothing is lost; you can start again.", Remedy.RETRY)
# Most playlists are made within it while their listeners watch: until then the page asks more often.
FAST_POLLING = timedelta(seconds=10)


#: State of a job -> how long nobody may work on it until its page says so.
MAX_IDLE = {"waiting": timedelta(seconds=30), "running": STALE}


@dataclass(frozen=True)
class Retry:
    """The form that starts a job again: where it is sent, and its hidden fields."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Progress:
    """How far a job is, in words.

    `stages` are pairs of a label and "done", "now" or "next". `error` is why
    it has ended without a playlist, None where it has not; then `offers` are
    links that help, and `retry` is the same again where that may help, too.
    `is_changed` asks what becomes of the listener's own changes in Spotify, and
    `can_keep` offers to keep them. `goes_on` is what we do all the same where
    the listener leaves.
    `why_parked` is why it waits until `parked_until`.
    `playlist_url` is "" until the playlist is made, `poll_delay` is in htmx's
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
    retry: Retry | None
    is_changed: bool
    can_keep: bool
    goes_on: str
    parked_until: datetime | None
    why_parked: str
    playlist_url: str
    poll_delay: str


def describe_progress(job: Job) -> Progress:
    """Describe how far a listener's job is, or how it ended."""
    names = STAGES[job.kind]
    now = names.index(job.stage) if job.stage in names else 0
    states = [
        "done" if at < now or job.state == "done" else "now" if at == now else "next"
        for at in range(len(names))
    ]
    ended = _describe_end(job)
    is_young = context().database.clock.now() < job.created_at + FAST_POLLING
    return Progress(
        heading=_find_heading(job),
        stages=[(_label(job, name), state) for name, state in zip(names, states, strict=True)],
        done=job.done,
        total=job.total,
        sentence=_describe_stage(job),
        is_over=job.state in ("done", "failed", "cancelled"),
        parked_until=job.parked_until if job.state == "parked" else None,
        why_parked=explain_parking(job),
        error=translate(ended.sentence) if ended else None,
        offers=list_offers(ended.remedy) if ended else [],
        retry=_find_retry(job) if ended is not None and ended.remedy is Remedy.RETRY else None,
        is_changed=job.error in ("PlaylistChanged", "NotKept") and job.draft_of is not None,
        playlist_url=_find_playlist_url(job),
        can_keep=job.error == "PlaylistChanged",
        goes_on=translate(WORDS[job.kind].goes_on),
        poll_delay="300ms" if is_young else "1s",
    )


def explain_parking(job: Job) -> str:
    """Return why a job that is parked waits."""
    for allowance in (TooMuchMade, BudgetSpent):
        if job.error == allowance.__name__:
            return translate(ERROR_PAGES[allowance].sentence)
    return translate("Spotify asks us to wait.")


def _find_playlist_url(job: Job) -> str:
    """Return the address of the playlist that a job has made, its tuning in it, so that Back leads there.

    That of the list of playlists where it has made one.

    "" until it is made: a job that fails while it writes has a playlist, too, but a reason to tell first.
    """
    if job.state == "done" and job.kind == "list":
        return url_for("songs.offer", _anchor="playlists")
    if job.state != "done" or job.playlist_id is None:
        return ""
    database = context().database
    step = drafts.get(database, job.playlist_id, job.account_id)
    playlist = playlists.get(database, job.playlist_id, job.account_id)
    record = step.record if step else playlist.record if playlist else None
    args = as_args(record.tuning) if record else {}
    return url_for("pages.show_playlist", playlist_id=job.playlist_id, **args)


def _find_heading(job: Job) -> str:
    if job.state == "cancelled":
        return translate("You stopped this")
    words = WORDS[job.kind]
    return translate(words.failed) if job.state == "failed" else translate(words.heading)


def _find_retry(job: Job) -> Retry:
    """Return the form that starts a job like this one."""
    if job.kind == "list":
        return Retry(url_for("songs.list_playlists"), {})
    tuning = as_args(job.tuning) if job.tuning else {}
    if job.source is not None:
        return Retry(url_for("songs.use_playlist", **tuning), {"playlist": job.source})
    if job.kind == "make" or job.draft_of is None:
        return Retry(url_for("pages.make_playlist", **tuning), {})
    if job.kind == "save":
        as_new = {"as_new": "on"} if job.as_new else {}
        return Retry(url_for("drafts.save", playlist_id=job.draft_of), {**as_new, "on_change": job.on_change})
    reread = {"reread": "on"} if job.reread else {}
    return Retry(url_for("drafts.refresh", playlist_id=job.draft_of), reread)


def _describe_end(job: Job) -> ErrorPage | None:
    """Return what is told of a job that has ended without a playlist; None where it has not."""
    if job.state == "cancelled":
        return STOPPED
    pages = collect_error_pages()
    return pages.get(job.error or "", pages[UNFORESEEN]) if job.state == "failed" else None


def _describe_stage(job: Job) -> str:
    idle = context().database.clock.now() - job.heartbeat
    if job.state in MAX_IDLE and idle > MAX_IDLE[job.state]:
        return translate(
            "Nobody has taken this up for {wait}: something may be wrong on our side."
            " It goes on by itself as soon as it can."
        ).format(wait=_describe_duration(idle))
    if job.state == "waiting":
        return translate("Starting…")
    if job.stage == "read" and job.total:
        read = translate("Read {n} of {total} liked songs")
        return read.format(n=write_number(job.done), total=write_number(job.total))
    stage = _label(job, job.stage if job.stage in STAGE_LABELS else STAGES[job.kind][0])
    return translate("{stage}…").format(stage=stage)


def _label(job: Job, stage: str) -> str:
    if stage == "read" and job.source is not None:
        stage = "playlist"
    elif stage == "read" and not job.reread:
        library = libraries.summarise(context().database, job.account_id)
        stage = "file" if library and library.source else stage
    return translate(STAGE_LABELS[stage])


def _describe_duration(duration: timedelta) -> str:
    """Return a duration in words, rounded down: in minutes from two of them on."""
    seconds = int(duration.total_seconds())
    if seconds < 120:
        return describe_count("{n} second", "{n} seconds", seconds)
    return describe_count("a minute", "{n} minutes", seconds // 60)
