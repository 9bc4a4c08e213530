"""What is remembered of listeners and songs: libraries, opinions, unplayable songs, features."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store import features, libraries, opinions, unplayable
from store.accounts import Account, sign_in
from store.libraries import KeptLibrary
from store.opinions import Opinion
from store.tokens import Token
from tests.support.database import START, open_store

SONGS = (
    {"id": "s2", "title": "Ünïcode \u2014 1999", "artists": ["A", "B"], "year": None},
    None,
    {"id": "", "title": "half a \ud83c character and a \0", "artists": [], "duration_ms": 180_000},
)
LIBRARY = KeptLibrary(
    account_id="lisa",
    songs=SONGS,
    total=3,
    read_at=START + timedelta(days=1),
    full_read_at=START,
    next_old_page=2,
)


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    for account_id in ("lisa", "omar"):
        account = Account(account_id, account_id, account_id)
        sign_in(opened, account, Token("a", "r", frozenset(), START, START))
    yield opened
    opened.engine.dispose()


def test_no_library_is_known_before_the_first_reading(database):
    assert libraries.load(database, "lisa") is None
    assert libraries.get_total(database, "lisa") is None


def test_a_library_comes_back_as_it_was_saved(database):
    libraries.save(database, LIBRARY)

    assert libraries.load(database, "lisa") == LIBRARY
    assert libraries.load(database, "omar") is None
    assert libraries.get_total(database, "lisa") == 3


def test_a_library_that_was_read_again_replaces_the_last(database):
    libraries.save(database, LIBRARY)
    unfinished = replace(LIBRARY, songs=(), total=0, full_read_at=None, next_old_page=0)

    libraries.save(database, unfinished)

    assert libraries.load(database, "lisa") == unfinished


def test_a_large_library_is_kept_whole(database):
    songs = tuple({"id": f"{number:022d}", "title": f"Song {number}"} for number in range(12_000))

    libraries.save(database, replace(LIBRARY, songs=songs))

    assert libraries.load(database, "lisa").songs == songs


def test_opinions_are_listed_newest_first(database):
    opinions.give(database, "lisa", "song", "s1", "never", "Song 1 by A")
    database.clock.move(seconds=1)
    opinions.give(database, "lisa", "artist", "A", "never", "A")
    database.clock.move(seconds=1)
    newest = opinions.give(database, "lisa", "song", "s2", "more", "Song 2 by B")

    assert newest == Opinion("song", "s2", "more", "Song 2 by B", START + timedelta(seconds=2))
    assert opinions.list_opinions(database, "lisa") == [
        newest,
        Opinion("artist", "A", "never", "A", START + timedelta(seconds=1)),
        Opinion("song", "s1", "never", "Song 1 by A", START),
    ]
    assert opinions.list_opinions(database, "omar") == []


def test_a_new_opinion_replaces_the_last_on_the_same_subject(database):
    opinions.give(database, "lisa", "song", "s1", "never", "Song 1")
    opinions.give(database, "lisa", "artist", "s1", "never", "An artist of that name")

    more = opinions.give(database, "lisa", "song", "s1", "more", "Song 1")

    assert [each for each in opinions.list_opinions(database, "lisa") if each.about == "song"] == [more]
    assert len(opinions.list_opinions(database, "lisa")) == 2


def test_a_withdrawn_opinion_is_gone(database):
    for account_id in ("lisa", "omar"):
        opinions.give(database, account_id, "song", "s1", "never", "Song 1")
        opinions.give(database, account_id, "artist", "s1", "never", "An artist of that name")

    opinions.withdraw(database, "lisa", "song", "s1")
    opinions.withdraw(database, "lisa", "song", "s1")

    assert [each.about for each in opinions.list_opinions(database, "lisa")] == ["artist"]
    assert len(opinions.list_opinions(database, "omar")) == 2


def test_unplayable_songs_are_remembered_for_their_listener(database):
    unplayable.remember(database, "lisa", ["s2", "s1"])
    unplayable.remember(database, "lisa", ["s2", "s3"])
    unplayable.remember(database, "lisa", [])

    assert unplayable.list_songs(database, "lisa") == {"s1", "s2", "s3"}
    assert unplayable.list_songs(database, "omar") == frozenset()


def test_an_unplayable_song_gets_another_chance_after_90_days(database):
    unplayable.remember(database, "lisa", ["s1", "s2"])
    database.clock.move(seconds=1)
    unplayable.remember(database, "lisa", ["s2"])

    database.clock.move(days=90)

    assert unplayable.list_songs(database, "lisa") == {"s2"}


def test_features_are_kept_for_everybody(database):
    features.save(database, {"s1": {"energy": 0.25, "tempo": 120.0}, "s2": None})

    assert features.load(database, ["s1", "s2", "s3"]) == {"s1": {"energy": 0.25, "tempo": 120.0}, "s2": None}
    assert features.load(database, []) == {}


def test_what_the_source_did_not_know_is_asked_for_again_after_30_days(database):
    features.save(database, {"s1": {"energy": 0.25}, "s2": None})

    database.clock.move(days=30)
    after_30_days = features.load(database, ["s1", "s2"])
    database.clock.move(seconds=1)
    later = features.load(database, ["s1", "s2"])
    features.save(database, {"s2": {"energy": 1.0}})

    assert after_30_days == {"s1": {"energy": 0.25}, "s2": None}
    assert later == {"s1": {"energy": 0.25}}
    assert features.load(database, ["s1", "s2"]) == {"s1": {"energy": 0.25}, "s2": {"energy": 1.0}}


def test_the_features_of_any_number_of_songs_can_be_looked_up(database):
    features.save(database, {f"{number:05d}": {"energy": 0.5} for number in range(0, 70_000, 7_000)})

    found = features.load(database, [f"{number:05d}" for number in range(70_000)])

    assert len(found) == 10
