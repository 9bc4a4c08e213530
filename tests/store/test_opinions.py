"""Opinions: one per listener and subject, listed newest first."""

from datetime import timedelta

from store import opinions
from store.opinions import Opinion
from tests.support.database import START


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
