import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.tastes.estimate import ESTIMATED, GIVEN
from recommender.tastes.fit_estimator import fit_estimator
from tests.support.songs import Row, small

VALENCE, YEAR, DURATION = map(NAMES.index, ("valence", "year", "duration_ms"))


def at(valence=0.0, year=0.0, duration=0.0):
    """Make standardised features, up to the duration."""
    place = [0.0] * (DURATION + 1)
    place[VALENCE], place[YEAR], place[DURATION] = valence, year, duration
    return tuple(place)


def test_finds_how_songs_of_one_artist_differ():
    # Longer songs of either artist are sadder by half.
    rows = [
        Row(f"Song {n} {name}", (name,), at(valence=base - 0.5 * (n % 5), duration=n % 5, year=year))
        for name, base, year in (("Anna", 4.0, -1.0), ("Berta", -4.0, 1.0))
        for n in range(50)
    ]
    catalogue, _ = small(rows)

    estimator = fit_estimator(catalogue)

    assert estimator.within_artist[GIVEN.index(DURATION), ESTIMATED.index(VALENCE)] == pytest.approx(-0.5)


def test_finds_what_is_usual_for_a_year():
    # Songs get happier by one with each standard deviation of the year, whoever sings.
    years = np.linspace(-1, 1, 3_000)
    rows = [Row(f"Song {n}", (f"Artist {n}",), at(valence=year, year=year)) for n, year in enumerate(years)]
    catalogue, _ = small(rows)

    by_genre = fit_estimator(catalogue).by_genre[:, ESTIMATED.index(VALENCE)]

    regressors = np.array([0.5, 0, 0, 0.5**2, 0.5**3, 1])  # no genres; the year 0.5, nothing else
    assert regressors @ by_genre == pytest.approx(0.5, abs=0.1)
