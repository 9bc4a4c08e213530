"""Visits: they end by the clock, the oldest make room, and a sign-in takes them along."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import MetaData, select

from store import drafts, libraries, opinions, playlists, recipes, tables, visits
from store import engine as engines
from store.accounts import Account, get_account, sign_in
from store.errors import AccountForgotten, DraftChanged, TooManyVisits
from store.libraries import KeptLibrary
from store.sessions import create_session, load_session
from store.tokens import Token
from store.tuning import DEFAULT_TUNING, Tuning
from tests.support.database import PLAYLIST, START, STEP, migrate_to, open_store

LISA, OMAR = Account("lisa", "Lisa", "lisa"), Account("omar", "Omar", "omar")
TOKEN = Token("access", "refresh", frozenset({"a-scope"}), START + timedelta(hours=1), START)
SONG = {"id": "s1", "title": "Träume"}


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    for account in (LISA, OMAR):
        sign_in(opened, account, TOKEN)
    yield opened
    opened.engine.dispose()


def begin(database, n_songs=1):
    """Begin a visit with a mix and a draft of it."""
    now = database.clock.now()
    visitor = visits.make_visitor(now)
    library = KeptLibrary(visitor.id, (SONG,) * n_songs, n_songs, now, now, 1, "mine.csv")
    mix = replace(PLAYLIST, id=f"mix of {visitor.id}", account_id=visitor.id, made_at=now, url="")
    visits.begin(database, visitor, library, mix)
    drafts.add(database, visitor.id, mix.id, 0, STEP)
    return visitor


def add_rows(database, n_visits, n_bytes):
    """Add the accounts of visits that began at this moment."""
    expires_at = database.clock.now() + visits.MAX_VISIT
    rows = [
        {
            "id": f"{expires_at} {number}",
            "display_name": "Visitor",
            "user_id": "",
            "last_seen": database.clock.now(),
            "expires_at": expires_at,
            "n_bytes": n_bytes,
        }
        for number in range(n_visits)
    ]
    with database.writing() as connection:
        connection.execute(tables.accounts.insert(), rows)


def count_visits(database):
    with database.reading() as connection:
        return len(
            connection.execute(select(tables.accounts).where(tables.accounts.c.expires_at.is_not(None))).all()
        )


def list_rows(database, account_id):
    """Return every row that mentions an account in any way, by table, but not when it was last seen."""
    with database.reading() as connection:
        return {
            table.name: [row for row in connection.execute(table.select()) if account_id in str(row)]
            for table in tables.metadata.sorted_tables
        }


def test_a_visit_ends_24_hours_after_it_began_however_often_its_visitor_looks(database):
    visitor = begin(database)
    session_id = create_session(database, {"account_id": visitor.id}, visitor.id)
    database.clock.move(hours=23, minutes=59)
    assert load_session(database, session_id) is not None
    assert visits.purge(database) == 0
    assert get_account(database, visitor.id) == visitor

    database.clock.move(minutes=1)

    assert get_account(database, visitor.id) is None
    assert visits.purge(database) == 1
    assert not any(list_rows(database, visitor.id).values())
    assert get_account(database, LISA.id) == LISA


def test_the_next_visit_deletes_those_that_are_over_though_no_worker_does(database):
    over = [begin(database), begin(database)]
    database.clock.move(hours=1)
    other = begin(database)
    database.clock.move(hours=23)

    begin(database)

    assert not any(rows for visitor in over for rows in list_rows(database, visitor.id).values())
    assert get_account(database, other.id) == other


@pytest.mark.parametrize("n_songs", [0, 1, 100])
def test_a_visit_counts_by_the_bytes_of_its_songs_as_they_are_stored(database, n_songs):
    visitor = begin(database, n_songs)

    with database.reading() as connection:
        n_bytes = connection.scalar(
            select(tables.accounts.c.n_bytes).where(tables.accounts.c.id == visitor.id)
        )
    assert n_bytes == len(json.dumps([SONG] * n_songs))


def test_the_visits_of_an_older_database_are_counted_too(database_url):
    migrate_to(database_url, "0010")
    engine, old = engines.connect(database_url), MetaData()
    old.reflect(engine)
    seen = {"display_name": "", "user_id": "", "last_seen": START}
    library = {"songs": [None, None], "total": 2, "read_at": START, "next_old_page": 1}
    with engine.begin() as connection:
        for account_id, expires_at in (("visitor", START), ("lisa", None)):
            row = {"id": account_id, "expires_at": expires_at, **seen}
            connection.execute(old.tables["accounts"].insert(), row)
            connection.execute(old.tables["libraries"].insert(), {"account_id": account_id, **library})
    engine.dispose()

    opened = open_store(database_url)

    with opened.reading() as connection:
        counted = dict(connection.execute(select(tables.accounts.c.id, tables.accounts.c.n_bytes)).all())
    opened.engine.dispose()
    assert counted == {"visitor": len("[null, null]"), "lisa": None}


@pytest.mark.parametrize(
    ("n_visits", "n_bytes", "n_left"),
    [
        (visits.MAX_VISITS - 1, 1, visits.MAX_VISITS),
        (visits.MAX_VISITS, 1, visits.MAX_VISITS),
        (visits.MAX_VISITS + 50, 1, visits.MAX_VISITS),
        (9, visits.MAX_BYTES // 10, 10),
        (10, visits.MAX_BYTES // 10, 10),
        (20, visits.MAX_BYTES // 10, 10),
        (1, 2 * visits.MAX_BYTES, 1),
    ],
    ids=[
        "one left",
        "as many as may be",
        "more",
        "bytes left",
        "no bytes left",
        "more bytes",
        "one with all",
    ],
)
def test_the_oldest_visits_make_room_for_a_new_one(database, n_visits, n_bytes, n_left):
    add_rows(database, n_visits, n_bytes)
    database.clock.move(seconds=visits.MIN_VISIT.total_seconds())

    visitor = begin(database)

    assert count_visits(database) == n_left
    assert get_account(database, visitor.id) == visitor
    assert get_account(database, LISA.id) == LISA


def test_of_two_visits_the_older_one_goes(database):
    first = begin(database)
    database.clock.move(minutes=1)
    second = begin(database)
    add_rows(database, visits.MAX_VISITS - 2, 1)
    database.clock.move(hours=2)

    begin(database)

    assert get_account(database, first.id) is None
    assert get_account(database, second.id) == second


def test_no_visit_goes_within_an_hour_and_the_new_one_is_told_when_there_is_room(database, caplog):
    add_rows(database, visits.MAX_VISITS, 1)
    database.clock.move(minutes=59, seconds=59)

    with caplog.at_level(logging.WARNING), pytest.raises(TooManyVisits) as refused:
        begin(database)

    assert refused.value.until == database.clock.now() + timedelta(seconds=1)
    assert "no room for another visit: there are 1000" in caplog.text
    assert count_visits(database) == visits.MAX_VISITS
    database.clock.move(seconds=1)
    begin(database)


def leave(database, account_id, label):
    """Like, block and keep recipes."""
    opinions.give(database, account_id, "artist", "Nina", "never" if label == "own" else "more", label)
    opinions.give(database, account_id, "song", f"song of {account_id}", "more", label)
    recipes.keep(database, account_id, "Both", Tuning(size=20 if label == "own" else 30))
    recipes.keep(database, account_id, f"Recipe of {account_id}", DEFAULT_TUNING)


def test_a_sign_in_takes_songs_mix_draft_opinions_and_recipes_of_a_visit_along(database):
    visitor = begin(database, n_songs=2)
    leave(database, visitor.id, "visit's")
    leave(database, LISA.id, "own")
    of_omar = list_rows(database, OMAR.id)

    assert visits.hand_over(database, visitor.id, LISA.id, None)

    library = libraries.load(database, LISA.id)
    assert (library.source, library.total) == ("mine.csv", 2)
    mix = playlists.get_latest_written(database, LISA.id)
    assert (mix.id, mix.is_in_spotify) == (f"mix of {visitor.id}", False)
    assert drafts.get(database, mix.id, LISA.id).name == STEP.name
    given = {
        opinion.subject: (opinion.wish, opinion.label)
        for opinion in opinions.list_opinions(database, LISA.id)
    }
    assert given == {
        "Nina": ("more", "visit's"),
        f"song of {LISA.id}": ("more", "own"),
        f"song of {visitor.id}": ("more", "visit's"),
    }
    kept = {recipe.name: recipe.tuning.size for recipe in recipes.list_recipes(database, LISA.id)}
    assert kept.pop("Both") == 30
    assert set(kept) == {f"Recipe of {LISA.id}", f"Recipe of {visitor.id}"}
    with database.reading() as connection:
        for table in tables.metadata.sorted_tables:
            owner = table.c.id if table is tables.accounts else table.c.get("account_id")
            if owner is not None:
                assert not connection.execute(select(table).where(owner == visitor.id)).all()
    assert list_rows(database, OMAR.id) == of_omar


def test_a_sign_in_takes_the_newest_recipes_along_as_far_as_there_is_room(database):
    visitor = begin(database)
    for number in range(recipes.MAX_RECIPES):
        database.clock.move(minutes=1)
        recipes.keep(database, visitor.id, f"visit's {number}" if number else "Both", Tuning(size=30))
        if number < recipes.MAX_RECIPES - 2:
            recipes.keep(database, LISA.id, f"own {number}" if number else "Both", Tuning(size=20))

    visits.hand_over(database, visitor.id, LISA.id, None)

    kept = {recipe.name: recipe.tuning.size for recipe in recipes.list_recipes(database, LISA.id)}
    own = {f"own {number}": 20 for number in range(1, recipes.MAX_RECIPES - 2)}
    assert kept == {"Both": 30, "visit's 18": 30, "visit's 19": 30, **own}


def test_where_the_account_has_a_playlist_the_mix_comes_as_a_step_of_its_draft(database):
    playlists.save(database, PLAYLIST)
    own = drafts.add(database, LISA.id, PLAYLIST.id, 0, STEP)
    visitor = begin(database)
    brought = replace(own, action="brought")

    assert visits.hand_over(database, visitor.id, LISA.id, (PLAYLIST.id, brought))

    assert playlists.get_latest_written(database, LISA.id) == PLAYLIST
    assert drafts.get(database, PLAYLIST.id, LISA.id).action == "brought"
    drafts.undo(database, LISA.id, PLAYLIST.id)
    assert drafts.get(database, PLAYLIST.id, LISA.id) == own
    assert playlists.get(database, f"mix of {visitor.id}", visitor.id) is None


def test_where_the_draft_has_changed_meanwhile_nothing_is_moved(database):
    playlists.save(database, PLAYLIST)
    drafts.add(database, LISA.id, PLAYLIST.id, 0, STEP)
    visitor = begin(database)
    before = list_rows(database, visitor.id)

    with pytest.raises(DraftChanged):
        visits.hand_over(database, visitor.id, LISA.id, (PLAYLIST.id, STEP))

    assert list_rows(database, visitor.id) == before
    assert libraries.load(database, LISA.id) is None


def test_a_visit_that_has_ended_meanwhile_changes_nothing_of_the_account(database):
    visitor = begin(database)
    libraries.save(database, KeptLibrary(LISA.id, (SONG,), 1, START, START, 1))
    before = list_rows(database, LISA.id)
    database.clock.move(hours=24)
    visits.purge(database)

    assert not visits.hand_over(database, visitor.id, LISA.id, None)

    assert list_rows(database, LISA.id) == before


def test_a_visit_is_not_moved_to_an_account_that_was_deleted(database):
    visitor = begin(database)

    with pytest.raises(AccountForgotten):
        visits.hand_over(database, visitor.id, "nobody", None)

    assert get_account(database, visitor.id) == visitor
