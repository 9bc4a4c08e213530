"""Unplayable songs: remembered for their listener, and for a limited time."""

from store import unplayable


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
