"""Periodic work is done by one of several workers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from store.chores import TURNS, take_turn
from tests.support.database import open_store

N_WORKERS = 8


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    yield opened
    opened.engine.dispose()


@pytest.mark.parametrize("chore", TURNS)
def test_of_all_who_ask_at_once_one_does_it_each_time(database, chore):
    start = Barrier(N_WORKERS)

    def ask():
        start.wait(10)
        return take_turn(database, chore)

    taken = []
    for _ in range(3):
        with ThreadPoolExecutor(N_WORKERS) as workers:
            taken.append(sum(workers.map(lambda _: ask(), range(N_WORKERS))))
        database.clock.move(days=1)

    assert taken == [1, 1, 1]


def test_each_minute_and_each_day_has_a_turn_of_its_own_and_a_clock_set_back_does_not_keep_them(database):
    assert take_turn(database, "minute")
    assert take_turn(database, "day")
    database.clock.move(minutes=1)
    assert take_turn(database, "minute")
    assert not take_turn(database, "day")
    database.clock.set_back(days=2)
    assert take_turn(database, "minute")
    assert take_turn(database, "day")
