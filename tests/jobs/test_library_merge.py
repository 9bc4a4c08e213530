"""Entries by position: how the newly read top of a library fits what was known."""

import pytest

from drafts.kept_library import drop_duplicates, from_json, list_songs, to_json
from jobs.library_merge import merge_top, overlaps
from recommender.song import Song

# A dot is an entry that is no song, a dash a local file.
SPECIAL = {".": None, "-": Song("", "Demo tape", ("Lisa",))}


def make_entries(ids):
    return [SPECIAL[each] if each in SPECIAL else Song(each, f"Song {each}", ("Ada",)) for each in ids]


@pytest.mark.parametrize(
    ("top", "known", "whole"),
    [
        ("ab", "abcd", "abcd"),  # nothing is new
        ("xab", "abcd", "xabcd"),  # saved
        ("bc", "abcd", "bcd"),  # unsaved
        ("cab", "abcd", "cabd"),  # saved again
        ("xcb", "abcd", "xcbd"),  # all of it
        ("x.a-", "a-bc", "x.a-bc"),  # entries without an id keep their position
        ("a..", "a.bc", "a..c"),  # one is no song any more
        ("abc", "abcdaef", "abcdaef"),  # a song in two positions stays in both
        ("bda", "abdacaef", "bdacaef"),  # the position of such a song shows nothing
        ("eab", "abcdaef", "eabcdaf"),  # saved again above such a song
        ("aab", "abcdaef", "aabcdef"),  # such a song saved again
    ],
)
def test_the_top_is_laid_over_what_was_known(top, known, whole):
    assert merge_top(make_entries(top), make_entries(known)) == make_entries(whole)


@pytest.mark.parametrize(
    ("top", "known"), [("xy", "abcd"), ("ax", "abcd"), (".-", ".-ab"), ("", "ab"), ("a", "")]
)
def test_a_top_that_does_not_meet_what_was_known_is_not_merged(top, known):
    assert merge_top(make_entries(top), make_entries(known)) is None


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ("abc", "cde", True),
        ("abc", "bcd", True),
        ("abc", "abc", True),
        ("c", "cde", True),
        ("abc", "def", False),
        ("abc", "ade", False),  # a song in two positions
        ("ab.-", ".-cd", False),
        ("ab.", "b.c", True),
        ("", "abc", False),
        ("abc", "", False),
    ],
)
def test_pages_overlap_where_one_begins_as_the_other_ends(above, below, expected):
    assert overlaps(make_entries(above), make_entries(below)) is expected


def test_each_id_stays_once_and_every_entry_without_one():
    assert drop_duplicates(make_entries("ab.a-b-.")) == make_entries("ab.--.")
    assert list_songs(make_entries("ab.a-b-.")) == make_entries("ab--")


def test_entries_come_back_as_they_were_kept():
    known = [Song("a", "Song", ("Ada", "Grace"), 1999, 200_000, True), *make_entries("b.-")]

    assert from_json(to_json(known)) == known
