"""The 60 sentences that were written before the grammar, and other lines as people type them."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.words.lexicon import LEXICON
from drafts.words.read import read_wish
from drafts.words.tokens import MAX_CHARACTERS
from drafts.words.wish import Unmet
from store.tuning import MAX_SIZE, MAX_TASTE_PERCENT, MIN_SIZE, Tuning
from tests.support.songs import Row, real_build, small
from web.tuning_args import as_args, read_args

WRITTEN = json.loads(Path(__file__).with_name("sentences.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class ATaste:
    name: str
    full_name: str
    genres: tuple[str, ...] = ()


TASTES = [ATaste(each["name"], each["full_name"], tuple(each["genres"])) for each in WRITTEN["tastes"]]
JAZZ, ROCK, TECHNO = 1, 0, 4


@pytest.fixture(scope="module")
def catalogue():
    """Make a catalogue of the artists that the sentences name, of one few know, and of one called as a wish."""
    names = [*WRITTEN["artists"], "Tyler, The Creator", "Home"]
    rows = [Row(f"Song {name}", (name,), popularity=70) for name in names]
    return small([*rows, Row("Song", ("Polka",), popularity=3), Row("Song", ("Sad Songs",))], 1)[0]


@pytest.fixture
def read(catalogue):
    return lambda words: read_wish(words, TASTES, catalogue)


def list_changes(wish):
    return {name: value for name, value in wish.changes.items() if value is not None}


def list_unmet(wish):
    return [each.text for each in wish.unmet]


@pytest.mark.parametrize(
    "sentence", [*WRITTEN["english"], *WRITTEN["german"]], ids=lambda sentence: sentence["words"]
)
def test_a_sentence_sets_what_it_says_and_what_is_not_understood_is_named(read, sentence):
    wish = read(sentence["words"])

    assert list_changes(wish) == sentence["sets"]
    tastes = {int(place): percent for place, percent in sentence.get("tastes", {}).items()}
    assert wish.taste_percents == tastes
    assert list(wish.artists) == sentence.get("artists", [])
    assert list_unmet(wish) == sentence.get("not_understood", [])


def test_there_are_thirty_sentences_in_each_language():
    assert (len(WRITTEN["english"]), len(WRITTEN["german"])) == (30, 30)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("1994", 1994, 1994),
        ("80s", 1980, 1989),
        ("80's", 1980, 1989),
        ("the '80s", 1980, 1989),
        ("80er", 1980, 1989),
        ("1980er-Jahre", 1980, 1989),
        ("achtziger jahre", 1980, 1989),
        ("20s", 2020, 2029),
        ("10er", 2010, 2019),
        ("00s", 2000, 2009),
        ("1920s", 1920, 1929),
        ("1985-1995", 1985, 1995),
        ("1985 – 1995", 1985, 1995),
        ("1995 to 1985", 1985, 1995),
        ("between the 60s and the 80s", 1960, 1989),
        ("zwischen 1960 und 1975", 1960, 1975),
        ("60s, 80s", 1960, 1989),
        ("early nineties", 1990, 1994),
        ("mid 90s", 1993, 1996),
        ("end of the 90s", 1995, 1999),
        ("Mitte der Achtziger", 1983, 1986),
        ("late 1994", 1994, 1994),
        ("since 1990", 1990, None),
        ("ab den 90ern", 1990, None),
        ("from 1990 on", 1990, None),
        ("von 1990 an", 1990, None),
        ("1990 and later", 1990, None),
        ("1990 or older", None, 1990),
        ("after the 80s", 1990, None),
        ("vor den 80ern", None, 1979),
        ("until 1990", None, 1990),
        ("bis Ende der 70er", None, 1979),
        ("nothing before 1980", 1980, None),
        ("nichts ab 1980", None, 1979),
        ("after 1980, before 1990", 1981, 1989),
        ("before 1980, after 1990", 1991, None),
        ("nothing before 1980 and nothing after 1989", 1980, 1989),
        ("80s on a sunday", 1980, 1989),
        ("before 1900", None, 1900),
        ("nothing since 1900", None, 1900),
    ],
)
def test_years_are_read_as_people_write_them(read, words, first, last):
    wish = read(words)

    assert (wish.changes["first_year"], wish.changes["last_year"]) == (first, last)


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("new artists", 75),
        ("more new artists", 75),
        ("many new artists", 90),
        ("a bit more new artists", 60),
        ("fewer new bands", 25),
        ("no new artists", 0),
        ("only artists I know", 0),
        ("keine Künstler die ich kenne", 100),
        ("surprise me", 100),
        ("weniger bekannte Künstler", 75),
    ],
)
def test_the_share_of_new_artists_is_said_in_many_ways(read, words, percent):
    assert read(words).changes == {"new_percent": percent}


@pytest.mark.parametrize(
    ("words", "tastes"),
    [
        ("only jazz", {0: 0, 1: 100, 2: 0, 3: 0, 4: 0}),
        ("nur Jazz und Techno", {0: 0, 1: 100, 2: 0, 3: 0, 4: 100}),
        ("a bit more jazz", {1: 150}),
        ("a bit less jazz", {1: 75}),
        ("much less jazz", {1: 25}),
        ("not too much jazz", {1: 75}),
        ("no jazz, rock", {1: 0, 0: 200}),
        ("no jazz or techno", {1: 0, 4: 0}),
        ("kein Jazz und ruhig", {1: 0}),
        ("german pop", {2: 200}),
        ("bebop", {1: 200}),
        ("Jazz: Miles Davis, Bill Evans", {1: 200}),
        ("clasic tecno", {4: 200}),
    ],
)
def test_a_genre_stands_for_the_tastes_that_it_names(read, words, tastes):
    assert read(words).taste_percents == tastes


def test_a_listener_without_tastes_is_told_that_a_genre_is_none_of_theirs(catalogue):
    assert read_wish("jazz", [], catalogue).unmet == [Unmet("jazz", "taste")]


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("no sad slow songs", {"valence": 50, "tempo": 50}),
        ("keine traurigen und langsamen Lieder", {"valence": 50, "tempo": 50}),
        ("not sad but slow", {"valence": 50, "tempo": -50}),
        ("no sad songs, slow ones", {"valence": 50, "tempo": -50}),
        ("no jazz and calm", {"energy": -50}),
        ("nicht so schnell", {"tempo": -25}),
        ("very very calm", {"energy": -100}),
        ("super ruhig", {"energy": -100}),
        ("30 sad slow songs", {"size": 30, "valence": -50, "tempo": -50}),
        ("not more than 30 songs", {"size": 30}),
        ("clean", {"explicit": False}),
        ("not clean", {"explicit": True}),
        ("with swearing", {"explicit": True}),
        ("less Christmas", {"christmas": False}),
        ("ROCK & CALM", {"energy": -50}),
    ],
)
def test_no_more_and_very_count_for_what_they_are_said_of(read, words, changes):
    assert read(words).changes == changes


@pytest.mark.parametrize(
    ("words", "artists"),
    [
        ("Tyler, the creator", ["Tyler, The Creator"]),
        ("Radiohead, Queen, Björk", ["Radiohead", "Queen", "Björk"]),
        ("Queen and queen", ["Queen"]),
        ("like Polka", ["Polka"]),
        ("polka", []),
        ("sad songs", []),
        ("like sad songs", []),
        ("the way home", []),
    ],
)
def test_an_artist_is_found_by_the_whole_name_unless_it_is_a_word_of_wishes(read, words, artists):
    assert list(read(words).artists) == artists


@pytest.mark.parametrize(
    ("words", "unmet"),
    [
        ("no Queen or Björk", [Unmet("no Queen", "artist"), Unmet("Björk", "artist")]),
        ("Queen, Björk, Radiohead, Rammstein", [Unmet("Rammstein", "start")]),
        ("salsa", [Unmet("salsa", "taste")]),
        ("not the 80s", [Unmet("not the 80s", "word")]),
        ("Christmas songs", [Unmet("Christmas songs", "word")]),
        ("200 songs", [Unmet("200", "word")]),
        ("20 minutes of songs", [Unmet("20 minutes", "word")]),
        ("calm, more, please", [Unmet("more", "word")]),
        ("no songs about rain", [Unmet("no songs about rain", "word")]),
        ("音楽 calm", [Unmet("音楽", "word")]),
        ("calm 🎸", []),
    ],
)
def test_what_no_control_does_is_named_with_why(read, words, unmet):
    assert read(words).unmet == unmet


def test_a_wish_leaves_what_it_does_not_name_as_it_is(read):
    tuned = read("no jazz, sad").tune(Tuning(size=20, energy=30, taste_percents=(50, 100, 200)))

    assert tuned == Tuning(size=20, energy=30, valence=-50, taste_percents=(50, 0, 200))
    assert read("techno").tune(Tuning()).taste_percents == (100, 100, 100, 100, 200)


def test_a_wish_of_nothing_changes_nothing(read):
    for words in ("", "please", "!?", ", , ,", "the"):
        assert not read(words).is_understood


@settings(max_examples=300)
@given(
    words=st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *sorted(LEXICON)[::7],
                    "80s",
                    "1985",
                    "1900",
                    "2099",
                    "before",
                    "since",
                    "nothing",
                    "-",
                    ",",
                    "&",
                    "25",
                    "Queen",
                    "’",
                ]
            ),
            st.text(),
        ),
        max_size=25,
    ).map(" ".join)
)
def test_whatever_is_typed_ends_in_a_tuning_that_an_address_can_hold(catalogue, words):
    wish = read_wish(words, TASTES, catalogue)

    tuning = wish.tune(Tuning())
    assert read_args(as_args(tuning)) == tuning
    assert MIN_SIZE <= tuning.size <= MAX_SIZE
    assert all(0 <= percent <= MAX_TASTE_PERCENT for percent in tuning.taste_percents)
    # What is named was typed.
    assert all(each.text in words[:MAX_CHARACTERS] for each in wish.unmet)


def test_of_a_pasted_page_only_the_beginning_is_read(read):
    assert read("x " * 10_000 + "calm").changes == {}


@pytest.mark.slow
def test_the_sentences_are_understood_beside_all_artists_of_a_real_catalogue(tmp_path_factory):
    catalogue = real_build(tmp_path_factory).catalogue

    for sentence in (*WRITTEN["english"], *WRITTEN["german"]):
        wish = read_wish(sentence["words"], TASTES, catalogue)
        assert list_changes(wish) == sentence["sets"]
        assert [name.casefold() for name in wish.artists] == [
            name.casefold() for name in sentence.get("artists", [])
        ]
        assert list_unmet(wish) == sentence.get("not_understood", [])
