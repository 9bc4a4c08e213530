"""What was not understood of a wish, in sentences."""

import pytest

from drafts.words.wish import Unmet, Wish
from web.wish_words import describe_unmet


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish({"energy": -50}), []),
        (Wish(), ["We did not understand “please”."]),
        (Wish(unmet=[Unmet("polka", "word")]), ["We did not understand “polka”."]),
        (
            Wish({"energy": -50}, unmet=[Unmet("a", "word"), Unmet("salsa", "taste"), Unmet("b", "word")]),
            ["We did not understand “a”, “b”.", "None of your tastes is called “salsa”."],
        ),
        (
            Wish(unmet=[Unmet("no Queen", "artist"), Unmet("Cro", "start")]),
            [
                "To leave artists out, block them beside one of their songs: “no Queen”.",
                "A mix starts from three songs and artists at most. There was no room for “Cro”.",
            ],
        ),
    ],
)
def test_what_was_not_understood_is_told_by_name(wish, told):
    assert describe_unmet(wish, "please") == told
