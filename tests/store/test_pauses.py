"""The pause of an app, which all processes keep."""

from datetime import timedelta

import pytest

from store import pauses
from tests.support.database import open_store


@pytest.fixture
def database(database_url):
    opened = open_store(database_url)
    yield opened
    opened.engine.dispose()


def rest(database):
    return pauses.measure_rest(database, "app")


def test_a_pause_is_over_when_its_time_is_and_is_one_apps_alone(database):
    assert rest(database) == 0
    pauses.prolong(database, "app", timedelta(seconds=30))

    assert rest(database) == 30
    assert pauses.measure_rest(database, "another app") == 0
    database.clock.move(seconds=29)
    assert rest(database) == 1
    database.clock.move(seconds=2)
    assert rest(database) == 0


@pytest.mark.parametrize(("later", "left"), [(10, 30), (40, 40)])
def test_a_later_pause_makes_it_longer_but_never_shorter(database, later, left):
    pauses.prolong(database, "app", timedelta(seconds=30))

    pauses.prolong(database, "app", timedelta(seconds=later))

    assert rest(database) == left


def test_no_pause_is_longer_than_a_day(database):
    pauses.prolong(database, "app", timedelta(days=900))

    assert rest(database) == timedelta(days=1).total_seconds()


def test_a_pause_of_before_the_clock_was_set_back_is_over_and_the_next_one_counts(database):
    pauses.prolong(database, "app", timedelta(hours=1))
    database.clock.move(hours=-5)
    assert rest(database) == 0

    pauses.prolong(database, "app", timedelta(seconds=30))

    assert rest(database) == 30
