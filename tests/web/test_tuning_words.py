"""A tuning in words."""

import pytest

from store.tuning import Tuning
from web.tuning_words import count_changes, describe_tuning


@pytest.mark.parametrize(
    ("tuning", "words"),
    [
        (Tuning(), "Balanced, 50 songs"),
        (Tuning(new_percent=20, size=30, explicit=False), "Familiar, 30 songs, no explicit"),
        (Tuning(new_percent=35), "35 % by new artists, 50 songs"),
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
    ("tuning", "n_changes"),
    [
        (Tuning(), 0),
        (Tuning(seed=7), 0),
        (Tuning(taste_percents=(100, 100)), 0),
        (Tuning(first_year=1970, last_year=1989), 1),
        (Tuning(taste_percents=(0, 100, 200)), 2),
        (Tuning(new_percent=20, size=10, explicit=False, tempo=5, children=False), 5),
    ],
)
def test_the_changes_from_the_default_are_counted(tuning, n_changes):
    assert count_changes(tuning) == n_changes
