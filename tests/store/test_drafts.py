"""Drafts: step by step, undone in turn, seen by every tab and by nobody else."""

import json
from dataclasses import replace

import pytest

from store import drafts, jobs, playlists, runs
from store.drafts import MAX_STEPS, DraftStep, OpinionChange
from store.errors import DraftChanged, DraftHeld, JobLost
from tests.support.database import PLAYLIST, STEP
from tests.support.draft_desk import count_steps
from tests.support.threads import at_once


@pytest.fixture
def saved(database):
    """Lisa's playlist, as it was last saved."""
    with database.writing() as connection:
        playlists.write(connection, PLAYLIST)
    return PLAYLIST


def add(database, expected, name="Newer songs"):
    return drafts.add(database, "lisa", PLAYLIST.id, expected, replace(STEP, name=name))


def test_without_steps_there_is_no_draft(database, saved):
    assert drafts.get(database, saved.id, "lisa") is None
    assert count_steps(database, saved.id, "lisa") == 0
    assert drafts.undo(database, "lisa", saved.id) is None


def test_the_last_step_is_the_draft(database, saved):
    first = add(database, 0, "First")
    database.clock.move(minutes=1)
    second = add(database, 1, "Second")

    assert (first.number, second.number) == (1, 2)
    assert second.made_at == database.clock.now()
    assert drafts.get(database, saved.id, "lisa") == second
    assert drafts.get_step(database, saved.id, "lisa", 1) == first
    assert count_steps(database, saved.id, "lisa") == 2


def test_a_draft_is_seen_by_its_listener_only(database, saved):
    add(database, 0)

    assert drafts.get(database, saved.id, "omar") is None
    assert drafts.get_step(database, saved.id, "omar", 1) is None
    assert count_steps(database, saved.id, "omar") == 0
    assert drafts.undo(database, "omar", saved.id) is None
    assert count_steps(database, saved.id, "lisa") == 1


@pytest.mark.parametrize("expected", [0, 2])
def test_a_change_of_what_is_no_longer_the_draft_is_refused(database, saved, expected):
    first = add(database, 0)

    with pytest.raises(DraftChanged):
        add(database, expected)

    assert drafts.get(database, saved.id, "lisa") == first


def test_of_two_changes_at_once_one_is_refused(database, saved):
    def try_to_add(number):
        try:
            return add(database, 0, f"By tab {number}")
        except DraftChanged:
            return None

    added = [step for step in at_once(4, try_to_add) if step]

    assert len(added) == 1
    assert drafts.get(database, saved.id, "lisa") == added[0]


def test_undoing_leads_back_step_by_step_and_tells_what_each_was(database, saved):
    steps = [add(database, number, f"Step {number}") for number in range(3)]

    undone = [drafts.undo(database, "lisa", saved.id) for _ in range(4)]

    assert undone == [*reversed(steps), None]
    assert drafts.get(database, saved.id, "lisa") is None


def test_a_step_that_is_being_saved_cannot_be_undone_until_the_job_has_ended(database, saved):
    add(database, 0)
    job, _ = jobs.start(database, "lisa", "save", draft_of=saved.id, step=1)
    with pytest.raises(DraftHeld):
        drafts.undo(database, "lisa", saved.id)
    # A later step is none of what is saved.
    add(database, 1)
    assert drafts.undo(database, "lisa", saved.id).number == 2

    jobs.cancel(database, job.id, "lisa")

    assert drafts.undo(database, "lisa", saved.id).number == 1


def test_more_steps_than_anybody_takes_back_are_not_kept(database, saved):
    for number in range(MAX_STEPS + 2):
        add(database, number)

    assert count_steps(database, saved.id, "lisa") == MAX_STEPS
    assert drafts.get(database, saved.id, "lisa").number == MAX_STEPS + 2
    assert drafts.get_step(database, saved.id, "lisa", 2) is None


def test_saving_forgets_the_steps_until_the_saved_one(database, saved):
    for number in range(3):
        add(database, number)
    job, _ = jobs.start(database, "lisa", "save", draft_of=saved.id, step=2)
    runs.claim(database, job.id, "a-runner")

    runs.finish(database, job.id, "a-runner", saved)

    assert count_steps(database, saved.id, "lisa") == 1
    assert drafts.get(database, saved.id, "lisa").number == 3


def test_a_job_that_makes_a_draft_ends_with_a_step_behind_those_that_came_meanwhile(database, saved):
    job, _ = jobs.start(database, "lisa", "draft", draft_of=saved.id)
    runs.claim(database, job.id, "a-runner")
    add(database, 0)
    with pytest.raises(DraftChanged):
        # That would pass over what the listener has changed meanwhile.
        runs.finish_draft(database, job.id, "a-runner", 0, replace(STEP, action="refreshed"))

    runs.finish_draft(database, job.id, "a-runner", 1, replace(STEP, action="refreshed"), calls=2)

    step = drafts.get(database, saved.id, "lisa")
    assert (step.number, step.action) == (2, "refreshed")
    ended = jobs.get(database, job.id, "lisa")
    assert (ended.state, ended.playlist_id, ended.calls) == ("done", saved.id, 2)


def test_a_runner_that_lost_its_job_leaves_no_step(database, saved):
    job, _ = jobs.start(database, "lisa", "draft", draft_of=saved.id)
    runs.claim(database, job.id, "first")
    database.clock.move(seconds=61)
    runs.claim(database, job.id, "second")

    with pytest.raises(JobLost):
        runs.finish_draft(database, job.id, "first", 0, STEP)

    assert count_steps(database, saved.id, "lisa") == 0


def test_a_job_without_a_playlist_makes_no_draft(database, claimed):
    with pytest.raises(ValueError, match="about no playlist"):
        runs.finish_draft(database, claimed.id, "first", 0, STEP)


WHOLE = replace(
    STEP,
    removed=("s1",),
    is_refresh=True,
    opinion=OpinionChange("artist", "Ann", "Ann", "more", "never"),
)


@pytest.mark.parametrize(
    "step", [STEP, WHOLE, replace(WHOLE, opinion=OpinionChange("song", "s1", "", None, "more"))]
)
def test_a_step_comes_back_from_json_as_it_was(step):
    kept = json.dumps(step.to_json()).encode()

    assert DraftStep.from_json(step.number, step.made_at, kept) == step


def test_a_step_of_another_version_is_refused():
    kept = json.dumps(STEP.to_json() | {"version": 99}).encode()

    with pytest.raises(ValueError, match="not a draft's step: version: Input should be 1"):
        DraftStep.from_json(1, STEP.made_at, kept)
