"""Drafts, updates and weekly refreshes with faults of Spotify: nothing half done, nothing of the listener's lost."""

import pytest

from standin.named_faults import FAULTS, TOKEN_FAULTS
from tests.support.draft_stories import Story
from tests.support.fault_table import record_combination
from web.errors import collect_error_pages
from web.remedies import Remedy

pytestmark = [pytest.mark.slow, pytest.mark.faults]

TOKEN, SAVED, KEPT = "POST /api/token", "GET /v1/me/tracks", "GET /v1/me/library/contains"
WRITE, ADD, LOOK = (f"{method} /v1/playlists/{{id}}/items" for method in ("PUT", "POST", "GET"))

# One of each kind; tests/jobs/test_faults.py has them all.
KINDS = (
    "access token expired",
    "access revoked",
    "403 not on the list",
    "429 long",
    "502 after it was done",
    "cut before it was done",
    "JSON of another shape",
)
TOKEN_KINDS = ("invalid_grant", "429 long", "500", "rotated refresh token", "cut before the answer")
# Story -> its calls; the number is how many of the same kind pass first. With what the listener has added,
# a playlist takes two calls to write and three to read.
CALLS = {
    "a draft": ((SAVED, 0), (SAVED, 1)),
    "a weekly refresh": ((SAVED, 0), (KEPT, 0), (LOOK, 0), (WRITE, 0), (ADD, 0), (LOOK, 3)),
    "an update that overwrites": ((KEPT, 0), (LOOK, 0), (WRITE, 0), (LOOK, 3)),
}
COMBINATIONS = [
    pytest.param(story, call, after, name, id=f"{story}: {call} {after + 1}: {name}")
    for story, calls in CALLS.items()
    for call, after, names in [*((*each, KINDS) for each in calls), (TOKEN, 0, TOKEN_KINDS)]
    for name in names
]


def assert_as_before(case, job):
    """Check that the failure is told by name, the draft is there, and the playlist has its old songs, or the new."""
    desk, songs = case.desk, case.desk.songs
    page = collect_error_pages()[job.error]
    assert job.error != "Unforeseen"
    assert desk.get_draft() == case.draft
    assert len(desk.nora.playlists) == 1
    if songs == [*desk.first, *case.theirs]:
        return
    # Without a token nothing can be restored: the songs stand there as far as they were written.
    assert page.remedy is Remedy.SIGN_IN
    assert len(songs) in (40, 100, 110)
    assert case.name != "a weekly refresh" or songs[50:] == case.theirs[: len(songs) - 50]


def run_again(case, browser, job):
    """Do the story again once nothing is wrong, after signing in where that is asked for."""
    case.desk.site.standin.state.faults.clear()
    for _ in range(2):
        if collect_error_pages()[job.error].remedy is Remedy.SIGN_IN:
            browser.sign_in(case.desk.nora)
        job, _ = case.run()
        if job.state == "done":
            return
    raise AssertionError(f"it fails again: {job}")


@pytest.mark.parametrize(("story", "call", "after", "name"), COMBINATIONS)
def test_it_is_done_or_fails_by_name_and_is_done_the_next_time(
    desk, browser, record_property, story, call, after, name
):
    case, state = Story(desk, story), desk.site.standin.state
    if call == TOKEN:
        desk.site.clock.move(minutes=58)
    fault = TOKEN_FAULTS[name] if call == TOKEN else FAULTS[name]
    script = state.faults.add(call, fault, after=after)

    job, was_parked = case.run()

    outcome = "done" if job.state == "done" else f"failed: {job.error}"
    ordinal = f", number {after + 1}" if after else ""
    record_combination(record_property, story, call + ordinal, name, outcome + " after a pause" * was_parked)
    assert script.hits == 1
    if job.state == "failed":
        assert_as_before(case, job)
        run_again(case, browser, job)
    case.assert_done()


@pytest.mark.parametrize("call", [WRITE, LOOK])
@pytest.mark.parametrize("name", ["access revoked", "403 not on the list", "HTML body"])
def test_what_was_to_be_overwritten_stays_the_listener_s_where_that_fails(desk, browser, call, name):
    case = Story(desk, "an update that overwrites")
    desk.site.standin.state.faults.add(call, FAULTS[name], after=3 if call == LOOK else 0)
    job, _ = case.run()
    if job.state == "failed":
        browser.sign_in(desk.nora)

        # It does not ask again, as it has been told that they are not ours.
        assert desk.save().state == "done"

        assert desk.songs == [*case.drafted, *case.theirs]
