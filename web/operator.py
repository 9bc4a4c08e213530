"""The operator's page: what is served and how it goes, without a word about any listener."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, render_template

from recommender.language import mark
from store import allowance, jobs, pauses
from store.job import Kind
from store.jobs import Ended
from store.schema import VERSION as TABLES_VERSION
from version import VERSION
from web.context import Context, context
from web.language import translate
from web.listener import is_operator
from web.readiness import READY, check_parts

bp = Blueprint("operator", __name__)

#: What is told of jobs that have ended is of this time.
LATELY = timedelta(days=1)
#: What the page calls kinds of jobs, how they ended, and the parts that may not be ready.
KINDS: Mapping[Kind, str] = {
    "make": mark("make"),
    "draft": mark("refresh"),
    "save": mark("save"),
    "weekly": mark("weekly refresh"),
    "list": mark("list of playlists"),
}
OUTCOMES = {"done": mark("done"), "failed": mark("failed"), "cancelled": mark("stopped")}
PARTS = {"database": mark("database"), "queue": mark("queue"), "models": mark("models")}


@dataclass(frozen=True, slots=True)
class SourceView:
    """A file that the catalogue was made of; `newest_year` is None where its songs tell no years."""

    name: str
    n_rows: int
    newest_year: int | None


@dataclass(frozen=True, slots=True)
class EndedView:
    """Jobs of a kind that ended in the same way; `error` is the class name of the failure, or ""."""

    kind: str
    outcome: str
    error: str
    n_jobs: int


@dataclass(frozen=True, slots=True)
class OperatorPage:
    """All that the page shows.

    `waiting` to `parked` are numbers of jobs, `ended` those of the last day. `calls_left` is None where we
    set no limit, `pause_s` how long Spotify still wants no calls. `unready` are parts and what is wrong.
    """

    n_songs: int
    years: str
    sources: tuple[SourceView, ...]
    playlists: tuple[str, ...]
    waiting: int
    running: int
    parked: int
    oldest_wait_s: int
    ended: tuple[EndedView, ...]
    calls: int
    calls_left: int | None
    pause_s: int
    versions: tuple[tuple[str, str], ...]
    unready: tuple[tuple[str, str], ...]


@bp.get("/operator")
def show() -> str:
    """Show the operator how the system is; for everybody else there is no such page."""
    if not is_operator():
        abort(404)
    return render_template("operator.html", page=describe_operator_page(context()))


def describe_operator_page(parts: Context) -> OperatorPage:
    """Describe the system as it is now."""
    manifest, database = parts.build.manifest, parts.database
    live, calls = jobs.count_live(database), allowance.count_all(database)
    limit = parts.settings.spotify_calls_a_day
    tables = translate("{database}, tables {version}")
    return OperatorPage(
        n_songs=len(parts.build.catalogue),
        years=_describe_years(parts.oldest_year, parts.newest_year),
        sources=tuple(
            SourceView(source["name"], source["kept"], source["newest_year"])
            for source in manifest.get("sources", ())
        ),
        playlists=tuple((manifest["playlists"] or {}).get("names", ())),
        waiting=live["waiting"],
        running=live["running"],
        parked=live["parked"],
        oldest_wait_s=round(jobs.measure_wait(database).total_seconds()),
        ended=tuple(map(_describe_ended, jobs.count_ended(database, LATELY))),
        calls=calls,
        calls_left=max(limit - calls, 0) if limit else None,
        pause_s=round(pauses.measure_rest(database, parts.settings.spotify_client_id)),
        versions=(
            (translate("Program"), VERSION),
            ("Python", platform.python_version()),
            (translate("Models"), translate("format {format}, {arrays}").format(**manifest)),
            (
                translate("Trained with"),
                ", ".join(f"{name} {version}" for name, version in manifest.get("versions", {}).items()),
            ),
            (translate("Database"), tables.format(database=database.describe(), version=TABLES_VERSION)),
        ),
        unready=tuple(
            (translate(PARTS[part]), translate(word))
            for part, word in check_parts(parts.checks).items()
            if word != READY
        ),
    )


def _describe_ended(ended: Ended) -> EndedView:
    return EndedView(
        translate(KINDS[ended.kind]), translate(OUTCOMES[ended.state]), ended.error or "", ended.n_jobs
    )


def _describe_years(oldest: int, newest: int) -> str:
    if not newest:
        return translate("unknown")
    return translate("{first} to {last}").format(first=oldest, last=newest)
