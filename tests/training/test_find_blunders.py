"""The kinds of blunder that training finds, on rows written by hand."""

import pytest

from recommender.ranking.blunders import KINDS
from tests.support.judged import Judged, judge

SPOKEN = {"speechiness": 0.95}
RAP = {"speechiness": 0.85}
NOT_SUNG = {"instrumentalness": 0.9}
GENRES = {
    "A Child": ("childrens music",),
    "A Jazz Band": ("barnmusik", "swedish jazz"),
    "A Comic": ("clean comedy", "comedy"),
    "A Comic Band": ("comedy rock", "comic"),
    "A Poet": ("poetry",),
    "A Toaster": ("dub poetry", "reggae"),
    "A Pianist": ("piano cover",),
    "A Rock Band": ("album rock", "rock"),
    "A Noise": ("sleep", "white noise"),
    "A Brook": ("environmental",),
    "Bach": ("baroque", "classical"),
    "A Tenor": ("adult standards", "classical tenor"),
    "A Soundtrack": ("classical", "soundtrack"),
}


def find_kinds(rows):
    bits = judge(rows, GENRES).blunders.tolist()
    return [{kind for place, kind in enumerate(KINDS) if row >> place & 1} for row in bits]


@pytest.mark.parametrize(
    ("title", "artist", "features", "kind"),
    [
        ("White Christmas", "Somebody", {}, "christmas"),
        ("Happy Xmas (War Is Over)", "Somebody", {}, "christmas"),
        ("Weihnachtslied", "Somebody", {}, "christmas"),
        ("It Must Have Been Love (Christmas for the Broken Hearted)", "Somebody", {}, ""),
        ("Santa Monica", "Christmas", {}, ""),
        ("Joy to the World", "Somebody", {}, ""),
        ("The Wheels on the Bus", "A Child", {}, "children"),
        ("A Poor Boy", "A Jazz Band", {}, ""),
        ("A Song", "Nursery Rhymes 123", {}, "children"),
        ("Kids", "Somebody", {}, ""),
        ("Kapitel 07: The Lion", "Somebody", {}, "audiobook"),
        ("Chapter 24", "A Rock Band", {}, ""),
        ("Chapter 24", "Somebody", {"speechiness": 0.7}, "audiobook"),
        ("Donuts", "A Comic", {"speechiness": 0.8}, "comedy"),
        ("Tribute", "A Comic Band", {"speechiness": 0.1}, ""),
        ("Interview No. 4", "Somebody", {"speechiness": 0.7}, "speech"),
        ("Anything", "Somebody", SPOKEN, "speech"),
        ("Anything", "Somebody", RAP, ""),
        ("Night Interlude", "Somebody", {"speechiness": 0.1}, ""),
        ("Call Me (Skit)", "Somebody", RAP, "speech"),
        ("October", "A Poet", {"speechiness": 0.5}, "speech"),
        ("Five Nights", "A Toaster", {"speechiness": 0.5}, ""),
        ("My Song (Karaoke)", "Somebody", {}, "karaoke"),
        ("Karaoke", "Somebody", {}, ""),
        ("My Song (Cover)", "Somebody", {}, "karaoke"),
        ("My Song (Cover)", "A Rock Band", {}, ""),
        ("My Song", "Piano Covers", {}, "karaoke"),
        ("My Song", "A Pianist", NOT_SUNG, "karaoke"),
        ("My Song", "A Pianist", {}, ""),
        ("Rain", "A Noise", {}, "sleep"),
        ("Rain", "A Brook", NOT_SUNG, "sleep"),
        ("Rain", "A Brook", {}, ""),
        ("Pure White Noise", "Somebody", NOT_SUNG, "sleep"),
        ("White Noise", "Somebody", {}, ""),
        ("White Noise", "A Rock Band", NOT_SUNG, ""),
        ("Aria", "Bach", {}, "classical"),
        ("Time to Say Goodbye", "A Tenor", {}, ""),
        ("Main Title", "A Soundtrack", {}, ""),
    ],
)
def test_blunders_are_told_from_proper_songs(title, artist, features, kind):
    assert find_kinds([Judged(title, (artist,), features)]) == [{kind} - {""}]


def test_a_live_version_is_one_where_the_studio_version_is_as_well_known():
    rows = [
        Judged("Hit", features={"popularity": 50}),
        Judged("Hit - Live at Home", features={"popularity": 50}),
        Judged("Hit (Live)", features={"popularity": 51}),
        Judged("Hit - Live", ("Another",), features={"popularity": 1}),
        Judged("Live Forever", features={"popularity": 1}),
    ]

    assert find_kinds(rows) == [set(), {"live"}, set(), set(), set()]


def test_all_that_comes_from_somebody_who_mostly_speaks_is_spoken():
    rows = [Judged(f"{n}", ("Bamse",), SPOKEN) for n in range(4)] + [Judged("A song", ("Bamse",))]

    # 4 * 0.95 / 6 = 0.63
    assert find_kinds(rows)[-1] == {"audiobook"}


def test_a_guest_makes_a_blunder_only_by_the_name():
    rows = [
        Judged("A Song", ("Somebody", "Kidz Bop Kids")),
        Judged("Another", ("Somebody", "A Child")),
    ]

    assert find_kinds(rows) == [{"children"}, set()]
