"""Entries by place: how what was read of the top of a library goes with what was known."""

import pytest

from jobs.library_merge import drop_duplicates, from_json, list_songs, merge_top, overlaps, to_json
from recommender.song import Song

# A dot is an entry that is no song, a dash a local file.
SPECIAL = {".": None, "-": Song("", "Demo tape", ("Lisa",))}


def entries(ids):
    return [SPECIAL[each] if each in SPECIAL else Song(each, f"Song {each}", ("Ada",)) for each in ids]


@pytest.mark.parametrize(
    ("top", "known", "whole"),
    [
        ("ab", "abcd", "abcd"),  # nothing is new
        ("xab", "abcd", "xabcd"),  # saved
        ("bc", "abcd", "bcd"),  # unsaved
        ("cab", "abcd", "cabd"),  # saved again
        ("xcb", "abcd", "xcbd"),  # all of it
        ("x.a-", "a-bc", "x.a-bc"),  # what has no id keeps its place
        ("a..", "a.bc", "a..c"),  # what is no song any more
        ("abc", "abcdaef", "abcdaef"),  # a song in two places stays in both
        ("bda", "abdacaef", "bdacaef"),  # the place of such a song says nothing
        ("eab", "abcdaef", "eabcdaf"),  # saved again above it
        ("aab", "abcdaef", "aabcdef"),  # such a song saved again
    ],
)
def test_the_top_lies_over_what_was_known(top, known, whole):
    assert merge_top(entries(top), entries(known)) == entries(whole)


@pytest.mark.parametrize(
    ("top", "known"), [("xy", "abcd"), ("ax", "abcd"), (".-", ".-ab"), ("", "ab"), ("a", "")]
)
def test_what_does_not_meet_is_not_joined(top, known):
    assert merge_top(entries(top), entries(known)) is None


@pytest.mark.parametrize(
    ("above", "below", "is_so"),
    [
        ("abc", "cde", True),
        ("abc", "bcd", True),
        ("abc", "abc", True),
        ("c", "cde", True),
        ("abc", "def", False),
        ("abc", "ade", False),  # a song in two places
        ("ab.-", ".-cd", False),
        ("ab.", "b.c", True),
        ("", "abc", False),
        ("abc", "", False),
    ],
)
def test_pages_overlap_where_one_begins_as_the_other_ends(above, below, is_so):
    assert overlaps(entries(above), entries(below)) is is_so


def test_an_id_comes_once_and_every_entry_without_one_stays():
    assert drop_duplicates(entries("ab.a-b-.")) == entries("ab.--.")
    assert list_songs(entries("ab.a-b-.")) == entries("ab--")


def test_entries_come_back_as_they_were_kept():
    known = [Song("a", "Song", ("Ada", "Grace"), 1999, 200_000, True), *entries("b.-")]

    assert from_json(to_json(known)) == known
