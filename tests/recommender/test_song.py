"""What the fields of a song can hold."""

import pytest

from recommender.song import make_storable


@pytest.mark.parametrize(
    ("text", "storable"),
    [
        ("", ""),
        ("Röyksopp", "Röyksopp"),
        ("a\tb\n", "a\tb\n"),
        ("cut \ud83d", "cut \ufffd"),
        ("\udfb5\ud83c", "\ufffd\ufffd"),
        ("\ud83c\udfb5", "\U0001f3b5"),
        ("\ufeffa\ufffe", "\ufeffa\ufffe"),
        ("a\0b", "a\ufffdb"),
    ],
    ids=ascii,
)
def test_what_not_everything_can_hold_is_replaced(text, storable):
    assert make_storable(text) == storable == storable.encode().decode()
    assert make_storable(storable) == storable
