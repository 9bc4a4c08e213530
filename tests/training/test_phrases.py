"""Phrases in texts."""

import pytest

from training.phrases import Phrases

TEXTS = ["silent night", "a silent nightmare", "night silent", "", "noel", "papa noel noel", "|"]


@pytest.mark.parametrize(
    ("phrases", "found"),
    [
        (["night"], [0, 2]),
        (["silent night"], [0]),
        (["night*"], [0, 1, 2]),
        (["silent n*"], [0, 1]),
        (["| silent"], [0]),
        (["silent |"], [2]),
        (["| noel |"], [4]),
        (["noel noel |"], [5]),
        (["noel", "nightmare"], [1, 4, 5]),
        (["night a"], []),
        (["day", "day*"], []),
        ([], []),
    ],
)
def test_a_phrase_is_found_in_the_texts_that_have_its_words_in_a_row(phrases, found):
    assert Phrases(TEXTS).find(phrases).nonzero()[0].tolist() == found


def test_there_may_be_no_texts():
    assert Phrases([]).find(["a"]).tolist() == []
