"""An outage of each kind in the middle of a draft, a save or a weekly refresh: each ends right by itself."""

import pytest
from sqlalchemy import select

from store import jobs
from store.tables import jobs as rows
from tests.support.draft_stories import Story
from tests.support.outages import (
    LONG_S,
    LOOK,
    OF_EACH_KIND,
    ONE_RUN,
    SAVED,
    SECOND_RUN,
    SHORT_S,
    WRITE,
    strike,
)
from web.context import context

pytestmark = [pytest.mark.outages, pytest.mark.slow]

KEPT, ADD = "GET /v1/me/library/contains", "POST /v1/playlists/{id}/items"
#: Story -> its stages: the call in whose middle the outage begins, None before a worker has begun, and how
#: many calls of the kind come before it.
STAGES = {
    "a draft": {"waits": (None, 0), "reads the library": (SAVED, 0)},
    "an update that overwrites": {
        "waits": (None, 0),
        "asks whether it is there": (KEPT, 0),
        "writes the songs": (WRITE, 0),
        "looks at what it has written": (LOOK, 3),
    },
    "a weekly refresh": {
        "is due": (None, 0),
        "reads the library": (SAVED, 0),
        "writes the songs": (WRITE, 0),
        "appends the listener's own": (ADD, 0),
        "looks at what it has written": (LOOK, 3),
    },
}
COMBINATIONS = [
    pytest.param(outage, name, stage, seconds, id=f"{outage}, {name}, {stage}, {seconds} s")
    for outage in OF_EACH_KIND
    for name, stages in STAGES.items()
    for stage in stages
    for seconds in ([SHORT_S, LONG_S] if str(outage) == "database gone" else [SHORT_S])
    # When it is due is what the clock says.
    if not (stage == "is due" and outage.part == "clock")
]


def start(story):
    """Start the story's job as its listener does; a weekly refresh is found due."""
    if story.name == "a weekly refresh":
        story.desk.refresh_weekly()
    else:
        job = story.start()
        with story.desk.site.app.app_context():
            context().enqueue(job.id)


def tell_end(story):
    """Return in words how the story's job has ended, once it is checked that nothing is lost or doubled."""
    with story.desk.database.reading() as connection:
        wanted = select(rows.c.id).where(rows.c.draft_of == story.desk.playlist.id)
        [job_id] = connection.scalars(wanted).all()
    job = jobs.get(story.desk.database, job_id, story.desk.nora.account_id)
    if job.state != "done":
        return f"{job.state}: {job.error}, at {job.stage}"
    story.assert_done()
    return ONE_RUN if job.runs == 1 else SECOND_RUN


@pytest.mark.parametrize(("outage", "name", "stage", "seconds"), COMBINATIONS)
def test_it_ends_right_by_itself(desk, worker, combinations, outage, name, stage, seconds):
    story, (call, after) = Story(desk, name), STAGES[name][stage]
    start(story)
    has_begun = strike(desk.site, outage, call, seconds, after)

    worker.look_for_work()
    desk.site.clock.move(seconds=LONG_S)
    worker.work_a_minute_later()

    assert has_begun.is_set()
    is_lost = outage.part == "database" and seconds == LONG_S and call
    is_lost = is_lost or (outage.stops_picking and call == SAVED)
    how_long = f", for {seconds} s" if outage.part == "database" else ""
    promised = SECOND_RUN if is_lost else ONE_RUN
    combinations.note(outage, f"{name} that {stage}{how_long}", promised, tell_end(story))
