from dataclasses import replace

import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Estimator
from recommender.matching.match import match
from recommender.song import Song
from recommender.tastes.estimate import (
    ESTIMATED,
    GENRES_WEIGHT,
    GIVEN,
    YEAR_SCALE,
    add_estimates,
    estimate,
)
from recommender.tastes.known_features import collect_known_features
from tests.support.songs import Row, saved, small

VALENCE, YEAR, DURATION, EXPLICIT = map(NAMES.index, ("valence", "year", "duration_ms", "explicit"))
#: Without effect: what remains is the mean of the artist's songs.
NO_EFFECT = Estimator(np.zeros((6, 12)), np.zeros((3, 12)))


def at(valence=0.0, year=0.0, duration=0.0, explicit=0.0):
    """Make standardised features, up to the explicit one."""
    place = [0.0] * (EXPLICIT + 1)
    place[VALENCE], place[YEAR], place[DURATION], place[EXPLICIT] = valence, year, duration, explicit
    return tuple(place)


ROWS = [
    Row("One", ("Anna",), at(valence=1.0)),
    Row("Two", ("Anna",), at(valence=2.0)),
    Row("Three", ("Anna",), at(valence=6.0, year=4.0)),
    Row("Four", ("Berta", "Anna"), at(valence=3.0, year=8.0)),
    Row("Five", ("Cleo",), at(valence=-5.0)),
]


@pytest.fixture(scope="module")
def small_build():
    return small(ROWS)


def collect_with_estimates(library, catalogue, model, estimator=NO_EFFECT):
    """Collect what `recommend` does: the features of matched songs, and estimates."""
    model = replace(model, estimator=estimator)
    matches = match(library, catalogue)
    known = collect_known_features(library, matches.rows, catalogue, model, {})
    return add_estimates(known, library, matches.artists, catalogue, model)


def test_given_features_are_taken_as_they_are(small_build):
    song = Song("", "New", ("Cleo",), year=3, duration_ms=-2, is_explicit=True)

    [vector] = collect_with_estimates([song], *small_build).vectors

    assert vector[GIVEN].tolist() == [3, -2, 1]


@pytest.mark.parametrize("year", [-11, 11, 1000, 9999])
def test_an_impossible_year_counts_as_unknown(small_build, year):
    impossible, unknown = (Song("", "New", ("Anna",), given) for given in (year, None))

    vectors = collect_with_estimates([impossible, unknown], *small_build).vectors

    assert vectors[0].tolist() == vectors[1].tolist()


def test_songs_of_an_artist_from_far_years_have_next_to_no_weight():
    catalogue, model = small([Row("Old", ("Anna",), at(valence=2.0, year=-1000.0))])

    [vector] = collect_with_estimates([Song("", "New", ("Anna",), year=10)], catalogue, model).vectors

    assert vector[VALENCE] == pytest.approx(0.0)
    assert vector[YEAR] == 10


def test_the_other_features_are_the_mean_of_the_artist_s_songs_near_years_weighing_most(small_build):
    [vector] = collect_with_estimates([Song("", "New", ("Anna",), year=0)], *small_build).vectors

    far, farther = np.exp(-4 / YEAR_SCALE), np.exp(-8 / YEAR_SCALE)
    by_artist = 1 + 2 + 6 * far + 3 * farther
    assert vector[VALENCE] == pytest.approx(by_artist / (2 + far + farther + GENRES_WEIGHT), rel=1e-5)


def test_without_a_year_all_songs_weigh_alike(small_build):
    [vector] = collect_with_estimates([Song("", "New", ("Anna",))], *small_build).vectors

    assert vector[VALENCE] == pytest.approx((1 + 2 + 6 + 3) / (4 + GENRES_WEIGHT))
    assert vector[YEAR] == pytest.approx((0 + 0 + 4 + 8) / 4)


def test_each_credited_artist_counts_and_a_repeated_one_once(small_build):
    song = Song("", "New", ("Cleo", "Berta", "Cleo"))

    [vector] = collect_with_estimates([song], *small_build).vectors

    assert vector[VALENCE] == pytest.approx((-5 + 3) / (2 + GENRES_WEIGHT))


def test_a_difference_in_a_given_feature_shifts_the_estimated_ones(small_build):
    within = np.zeros((3, 12))
    within[GIVEN.index(DURATION), ESTIMATED.index(VALENCE)] = 0.5
    estimator = Estimator(np.zeros((6, 12)), within)
    song = Song("", "New", ("Cleo",), duration_ms=2)

    [vector] = collect_with_estimates([song], *small_build, estimator).vectors

    assert vector[VALENCE] == pytest.approx((-5 + 0.5 * 2) / (1 + GENRES_WEIGHT))


def test_songs_without_an_artist_of_the_catalogue_stay_out_and_the_order_is_the_library_s(small_build):
    library = [
        Song("", "New", ("Cleo",)),
        saved(0),
        Song("", "New", ("Nobody",)),
        Song("", "New", ()),
        Song("", "Newer", ("Anna",)),
    ]

    known = collect_with_estimates(library, *small_build)

    assert known.places.tolist() == [0, 1, 4]
    assert known.vectors[1, VALENCE] == 1.0


def test_nothing_is_estimated_where_all_is_known_or_no_estimator_is_fitted(small_build):
    assert collect_with_estimates([saved(0)], *small_build).places.tolist() == [0]
    assert collect_with_estimates([], *small_build).places.tolist() == []
    assert collect_with_estimates([Song("", "New", ("Anna",))], *small_build, None).places.tolist() == []


def test_a_prolific_artist_s_songs_are_sampled_evenly():
    rows = [Row(f"Song {n}", ("Anna",), at(valence=float(n % 2))) for n in range(400)]
    catalogue, model = small(rows)

    [vector] = collect_with_estimates([Song("", "New", ("Anna",))], catalogue, model).vectors

    assert vector[VALENCE] == pytest.approx(0.5, abs=0.05)


def test_a_song_of_unknown_artists_gets_what_is_usual_for_its_given_features(small_build):
    catalogue, _ = small_build
    by_genre = np.zeros((6, 12))
    by_genre[-1, ESTIMATED.index(VALENCE)] = 0.25  # the constant
    nobody = np.array([], dtype=np.int64)

    [vector] = estimate(
        np.array([[1.0, 0, 0]]), nobody, nobody, catalogue, Estimator(by_genre, np.zeros((3, 12)))
    )

    assert vector[VALENCE] == 0.25
    assert vector[GIVEN].tolist() == [1, 0, 0]
