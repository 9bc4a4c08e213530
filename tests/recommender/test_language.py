"""Failures that are told in any language."""

from gettext import NullTranslations

import pytest

from recommender.language import ENGLISH, Language, ToldError


class Loud(NullTranslations):
    """A language of capitals, in which placeholders stay as they are."""

    def gettext(self, message):
        return message.upper().replace("{N}", "{n}").replace("{WHY}", "{why}")


LOUD = Language("xx", Loud(), "{:_}".format)


@pytest.mark.parametrize(
    ("error", "english", "loud"),
    [
        (ToldError("none fits"), "none fits", "NONE FITS"),
        (ToldError("{n} fit", "try others", n=1234), "1,234 fit; try others", "1_234 FIT; TRY OTHERS"),
        (ToldError("it has {why}", "", why="a {"), "it has a {", "IT HAS a {"),
        (ToldError("{why}", why=lambda language: language.code), "en", "xx"),
        # What comes without values may hold any bracket.
        (ToldError("no file {a"), "no file {a", "NO FILE {A"),
        (ToldError(), "", ""),
    ],
    ids=["alone", "a number and a hint", "a text", "told by a function", "a bracket", "nothing"],
)
def test_an_error_is_told_in_a_language_with_its_values(error, english, loud):
    assert str(error) == error.describe(ENGLISH) == english
    assert error.describe(LOUD) == loud
