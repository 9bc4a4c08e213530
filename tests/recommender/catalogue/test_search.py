import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.catalogue import search
from recommender.catalogue.build import load_build
from recommender.catalogue.search import Found, find
from tests.support.songs import Row, real_models, small, song_id

ROWS = [
    Row("Hyperballad", ("Björk",), popularity=60),
    Row("Human Behaviour", ("Björk",), popularity=50),
    Row("Human", ("The Killers",), popularity=70),
    Row("Don't Stop Me Now", ("Queen",), popularity=80),
    Row("Human - Live", ("The Killers",), popularity=20),
    Row("Under Pressure", ("Queen", "David Bowie"), popularity=75),
    Row("Группа крови", ("Кино",), popularity=10),
    Row("Two\nLines", ("Killers",), popularity=5),
]


@pytest.fixture(scope="module")
def catalogue():
    return small(ROWS, 1)[0]


def find_labels(catalogue, text, limit=8):
    return [found.label for found in find(catalogue, text, limit)]


def test_artists_come_first_then_songs_the_most_popular_of_each_first(catalogue):
    assert find(catalogue, "bjo", 8) == [
        Found("artist", "Björk", "Björk"),
        Found("song", song_id(0), "Hyperballad – Björk"),
        Found("song", song_id(1), "Human Behaviour – Björk"),
    ]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("human", ["Human – The Killers", "Human Behaviour – Björk"]),
        ("bowie press", ["Under Pressure – Queen, David Bowie"]),
        ("DONT stop", ["Don't Stop Me Now – Queen"]),
        ("don’t", ["Don't Stop Me Now – Queen"]),
        ("кРО", ["Группа крови – Кино"]),
        ("killers two", ["Two\nLines – Killers"]),
        ("  human \n\t (be) ", ["Human Behaviour – Björk"]),
        ("uman", []),
        ("human queen", []),
        ("human zz", []),
        ("h", []),
        ("!?", []),
        ("", []),
    ],
)
def test_every_word_typed_begins_a_word_of_title_or_artists(catalogue, text, labels):
    assert find_labels(catalogue, text) == labels


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Ødegård", "odegard"),
        ("MØ", "mo"),
        ("Đorđe", "dorde"),
        ("Łona", "lona"),
        ("Straße", "strasse"),
        ("Ægir", "aegir"),
        ("Œuvre", "oeuvre"),
        ("Þórr", "thorr"),
        ("Eiður", "eidur"),
        ("Işık", "isik"),
        ("Ħal", "hal"),
        ("Ŧap", "tap"),
        ("Ŋora", "ngora"),
        ("Ƀeta", "beta"),
        ("Ǿre", "ore"),
        ("Ɓala", "bala"),
        ("Ĳsland", "ijsland"),
    ],
)
def test_a_letter_without_an_accent_to_unicode_is_found_by_plain_ones_and_as_it_is(name, typed):
    catalogue = small([Row("Human", (name,))], 1)[0]

    plain, capital, whole = (find_labels(catalogue, text) for text in (typed, typed.upper(), name))

    assert plain == capital == whole == [name, f"Human – {name}"]


def test_each_version_of_a_song_and_each_spelling_of_a_name_is_found_once(catalogue):
    assert find_labels(catalogue, "kill") == [
        "The Killers",
        "Human – The Killers",
        "Two\nLines – Killers",
    ]


def test_artists_leave_half_of_the_places_to_songs(catalogue):
    rows = [Row(f"Song {n}", (f"Ann {n}",), popularity=n) for n in range(9)]
    many = small(rows, 1)[0]

    assert find_labels(many, "ann", 4) == ["Ann 8", "Ann 7", "Song 8 – Ann 8", "Song 7 – Ann 7"]
    assert find_labels(many, "ann", 1) == ["Ann 8"]
    assert find_labels(many, "ann", 0) == []
    # Without songs that match all are artists.
    assert len(find_labels(many, "ann", 20)) == 18
    assert find_labels(catalogue, "david", 4) == ["David Bowie", "Under Pressure – Queen, David Bowie"]


@pytest.mark.parametrize("text", ["human", "bjo", "bowie press", "killers two", "qu", "human zz"])
@pytest.mark.parametrize("n_bytes", [1, 40])
def test_what_is_searched_in_many_pieces_is_found_as_in_one(catalogue, monkeypatch, n_bytes, text):
    whole = find(catalogue, text, 8)

    monkeypatch.setattr(search, "BLOCK_BYTES", n_bytes)

    assert find(catalogue, text, 8) == whole


def test_common_words_that_do_not_stand_together_are_not_looked_for_without_end(catalogue, monkeypatch):
    monkeypatch.setattr(search, "MAX_LOOKS", 1)

    assert find_labels(catalogue, "human", 8) == ["Human – The Killers"]

    monkeypatch.setattr(search, "MAX_LOOKS", 2)

    assert find_labels(catalogue, "human", 8) == ["Human – The Killers", "Human Behaviour – Björk"]
    assert find_labels(catalogue, "two lin", 8) == ["Two\nLines – Killers"]
    assert find_labels(catalogue, "hu b", 8) == ["Human Behaviour – Björk"]


@given(st.text(st.characters(), max_size=30), st.integers(-1, 9))
def test_odd_words_never_fail(catalogue, text, limit):
    assert len(find(catalogue, text, limit)) <= max(limit, 0)


@pytest.mark.slow
def test_a_real_catalogue_is_searched_in_some_milliseconds_from_the_first_search_on(tmp_path_factory):
    catalogue = load_build(real_models(tmp_path_factory)).catalogue
    texts = ["mi", "miles davis", "the lo", "beyonce", "xyzq", "love xyzq", "so what"]

    found, spent = {}, []
    for text in texts:
        start = time.perf_counter()
        found[text] = find(catalogue, text, 8)
        spent.append(time.perf_counter() - start)

    assert max(spent) < 0.1
    assert sum(spent) / len(spent) < 0.05
    assert found["miles davis"][0] == Found("artist", "Miles Davis", "Miles Davis")
    assert found["beyonce"][0].label == "Beyoncé"
    assert found["xyzq"] == found["love xyzq"] == []
    assert len(found["mi"]) == len(found["the lo"]) == 8
