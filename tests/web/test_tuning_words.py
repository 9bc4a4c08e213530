"""A tuning in words."""

import pytest

from store.tuning import Tuning
from web.tuning_words import describe_tuning, list_changes, take_back


@pytest.mark.parametrize(
    ("tuning", "words"),
    [
        (Tuning(), "Balanced, 50 songs"),
        (Tuning(new_percent=20, size=30, explicit=False), "Familiar, 30 songs, no explicit"),
        (Tuning(new_percent=35), "35% by new artists, 50 songs"),
        (Tuning(first_year=1970), "Balanced, 50 songs, from 1970"),
        (Tuning(last_year=1989), "Balanced, 50 songs, up to 1989"),
        (Tuning(first_year=1970, last_year=1989), "Balanced, 50 songs, 1970 to 1989"),
        (Tuning(energy=-30, tempo=10), "Balanced, 50 songs, calmer, faster"),
        (
            Tuning(christmas=False, children=False),
            "Balanced, 50 songs, no Christmas songs, no children’s songs",
        ),
        (Tuning(new_percent=100, seed=4), "Discover, 50 songs"),
    ],
)
def test_a_tuning_is_told_by_what_differs_from_the_default(tuning, words):
    assert describe_tuning(tuning) == words


@pytest.mark.parametrize(
    ("percents", "told"),
    [
        ((100, 100, 100), ""),
        ((0, 100, 100), ", without “Folk”"),
        ((50, 100, 150), ", less “Folk”, more “Soul”"),
        # Tastes that come later in the list count as usual.
        ((200,), ", more “Folk”"),
    ],
)
def test_tastes_are_named_where_their_names_are_known(percents, told):
    tuning = Tuning(taste_percents=percents)

    assert describe_tuning(tuning, ("Folk", "Jazz", "Soul")) == f"Balanced, 50 songs{told}"


@pytest.mark.parametrize(
    ("percents", "told"),
    [((100, 100), ""), ((0, 100), ", 1 taste changed"), ((0, 150), ", 2 tastes changed")],
)
def test_tastes_without_names_are_counted(percents, told):
    assert describe_tuning(Tuning(taste_percents=percents)) == f"Balanced, 50 songs{told}"


@pytest.mark.parametrize(
    ("tuning", "changes"),
    [
        (Tuning(), {}),
        (Tuning(seed=7), {}),
        (Tuning(taste_percents=(100, 100)), {}),
        (Tuning(first_year=1970, last_year=1989), {"years": "1970 to 1989"}),
        (Tuning(taste_percents=(0, 100, 200)), {"taste-0": "without “Folk”", "taste-2": "more “Soul”"}),
        (
            Tuning(new_percent=20, size=10, explicit=False, tempo=5, christmas=False, children=False),
            {
                "new_percent": "20% by new artists",
                "size": "10 songs",
                "explicit": "no explicit",
                "tempo": "faster",
                "christmas": "no Christmas songs",
                "children": "no children’s songs",
            },
        ),
    ],
)
def test_the_parts_that_differ_from_the_default_are_told_and_can_be_taken_back(tuning, changes):
    assert list_changes(tuning, ("Folk", "Jazz", "Soul")) == changes

    for part in changes:
        left = list_changes(take_back(tuning, part), ("Folk", "Jazz", "Soul"))
        assert left == {other: words for other, words in changes.items() if other != part}


@pytest.mark.parametrize(
    "part", ["", "seed", "taste_percents", "taste-7", "taste-", "taste-²", "nothing", "size"]
)
def test_what_is_no_part_that_differs_cannot_be_taken_back(part):
    tuning = Tuning(taste_percents=(0,), seed=3, energy=20)

    assert take_back(tuning, part) == tuning
