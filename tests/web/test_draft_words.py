"""What a step of a draft did, in words."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from store.drafts import Action, DraftStep
from store.record import LibraryCounts, PlaylistRecord
from web.draft_words import describe_done, describe_step


def make_step(action, subject=""):
    record = PlaylistRecord((), (), LibraryCounts(0, 0, 0, 0))
    return DraftStep(0, datetime(2026, 11, 27, tzinfo=UTC), action, subject, "Mine", record)


@pytest.mark.parametrize(
    ("action", "subject", "undo", "done"),
    [
        ("swapped", "Pink Moon", "swapped “Pink Moon”", "Swapped “Pink Moon”. 1 new song."),
        ("tuned", "", "tuned", "Tuned. 1 new song."),
        ("blocked song", "Pink Moon", "blocked “Pink Moon”", "We won’t pick “Pink Moon” again. 1 new song."),
        ("blocked artist", "Nick Drake", "blocked Nick Drake", "We won’t pick Nick Drake again. 1 new song."),
    ],
)
def test_a_step_is_told_to_undo_it_and_once_it_is_done(action, subject, undo, done):
    step = make_step(action, subject)

    assert describe_step(step) == undo
    assert describe_done(step, 1) == done


def test_songs_that_came_are_counted():
    shuffled = make_step("shuffled")

    assert describe_done(shuffled) == "Shuffled."
    assert describe_done(shuffled, 27) == "Shuffled. 27 new songs."


def test_where_nothing_is_changed_nothing_is_told():
    saved = make_step("saved")

    assert (describe_step(saved), describe_done(saved)) == ("", "")


@pytest.mark.parametrize("action", [action for action in get_args(Action) if action != "saved"])
def test_each_action_has_words(action):
    assert describe_step(make_step(action, "Pink Moon"))
