import pytest

from recommender.explanation.knowledge import HELP, describe_knowledge, describe_newer


@pytest.mark.parametrize(
    ("counts", "sentences"),
    [
        ((1194, 67, 0), ("We know 67 of your 1,194 songs, so this mix rests on little.",)),
        ((5, 1, 0), ()),
        ((6, 1, 0), ("We know 1 of your 6 songs, so this mix rests on little.",)),
        ((100, 90, 1), ("1 of your songs is newer than every song of the catalogue.",)),
        (
            (3000, 0, 2100),
            (
                "We know 0 of your 3,000 songs, so this mix rests on little.",
                "2,100 of your songs are newer than every song of the catalogue.",
            ),
        ),
    ],
)
def test_says_what_is_lacking(counts, sentences):
    assert describe_knowledge(*counts) == sentences


def test_the_help_names_a_command_a_page_and_a_setting_that_exist():
    assert all(name in HELP for name in ("./run fetch-data --newer", "data/README.md", "FEATURE_SOURCE"))


def test_where_no_song_is_newer_nothing_is_said_of_it():
    assert describe_newer(0) == ""
