"""`recommender.tastes.estimate`: songs that the catalogue lacks, by their artists and what is told of them."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Estimator
from recommender.matching.match import match
from recommender.song import Song
from recommender.tastes.estimate import (
    GENRES_WEIGHT,
    REST,
    TOLD,
    YEARS,
    add_estimates,
    estimate,
    fit_estimator,
)
from recommender.tastes.known_features import collect_known_features
from tests.support.songs import Row, saved, small

VALENCE, YEAR, DURATION, EXPLICIT = map(NAMES.index, ("valence", "year", "duration_ms", "explicit"))
#: Says nothing: what remains is the mean of the artist's songs.
SILENT = Estimator(np.zeros((6, 12)), np.zeros((3, 12)))


def at(valence=0.0, year=0.0, duration=0.0, explicit=0.0):
    """Standardised features, up to the explicit one."""
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


def sounds_with_estimates(library, catalogue, model, estimator=SILENT):
    """What `recommend` does: the matched songs, and those that can be estimated."""
    model = replace(model, estimator=estimator)
    matches = match(library, catalogue)
    sounds = collect_known_features(library, matches.rows, catalogue, model, {})
    return add_estimates(sounds, library, matches.artists, catalogue, model)


def test_what_is_told_is_taken_as_it_is(small_build):
    song = Song("", "New", ("Cleo",), year=3, duration_ms=-2, is_explicit=True)

    [vector] = sounds_with_estimates([song], *small_build).vectors

    assert vector[TOLD].tolist() == [3, -2, 1]


@pytest.mark.parametrize("year", [-11, 11, 1000, 9999])
def test_a_year_that_cannot_be_meant_is_as_good_as_untold(small_build, year):
    odd, untold = (Song("", "New", ("Anna",), told) for told in (year, None))

    vectors = sounds_with_estimates([odd, untold], *small_build).vectors

    assert vectors[0].tolist() == vectors[1].tolist()


def test_songs_of_years_far_from_the_artist_s_are_as_good_as_none_of_the_artist():
    catalogue, model = small([Row("Old", ("Anna",), at(valence=2.0, year=-1000.0))])

    [vector] = sounds_with_estimates([Song("", "New", ("Anna",), year=10)], catalogue, model).vectors

    assert vector[VALENCE] == pytest.approx(0.0)
    assert vector[YEAR] == 10


def test_the_rest_is_the_mean_of_the_artist_s_songs_near_years_weighing_most(small_build):
    [vector] = sounds_with_estimates([Song("", "New", ("Anna",), year=0)], *small_build).vectors

    far, farther = np.exp(-4 / YEARS), np.exp(-8 / YEARS)
    by_artist = 1 + 2 + 6 * far + 3 * farther
    assert vector[VALENCE] == pytest.approx(by_artist / (2 + far + farther + GENRES_WEIGHT), rel=1e-5)


def test_an_untold_year_weighs_all_songs_alike(small_build):
    [vector] = sounds_with_estimates([Song("", "New", ("Anna",))], *small_build).vectors

    assert vector[VALENCE] == pytest.approx((1 + 2 + 6 + 3) / (4 + GENRES_WEIGHT))
    assert vector[YEAR] == pytest.approx((0 + 0 + 4 + 8) / 4)


def test_each_credited_artist_counts_and_a_repeated_one_once(small_build):
    song = Song("", "New", ("Cleo", "Berta", "Cleo"))

    [vector] = sounds_with_estimates([song], *small_build).vectors

    assert vector[VALENCE] == pytest.approx((-5 + 3) / (2 + GENRES_WEIGHT))


def test_a_difference_in_what_is_told_moves_the_rest(small_build):
    within = np.zeros((3, 12))
    within[TOLD.index(DURATION), REST.index(VALENCE)] = 0.5
    estimator = Estimator(np.zeros((6, 12)), within)
    song = Song("", "New", ("Cleo",), duration_ms=2)

    [vector] = sounds_with_estimates([song], *small_build, estimator).vectors

    assert vector[VALENCE] == pytest.approx((-5 + 0.5 * 2) / (1 + GENRES_WEIGHT))


def test_songs_without_an_artist_of_the_catalogue_stay_out_and_the_order_is_the_library_s(small_build):
    library = [
        Song("", "New", ("Cleo",)),
        saved(0),
        Song("", "New", ("Nobody",)),
        Song("", "New", ()),
        Song("", "Newer", ("Anna",)),
    ]

    sounds = sounds_with_estimates(library, *small_build)

    assert sounds.places.tolist() == [0, 1, 4]
    assert sounds.vectors[1, VALENCE] == 1.0


def test_nothing_is_estimated_where_all_is_known_or_nothing_was_learned(small_build):
    assert sounds_with_estimates([saved(0)], *small_build).places.tolist() == [0]
    assert sounds_with_estimates([], *small_build).places.tolist() == []
    assert sounds_with_estimates([Song("", "New", ("Anna",))], *small_build, None).places.tolist() == []


def test_training_finds_how_songs_of_one_artist_differ():
    # Longer songs of either artist are sadder by half.
    rows = [
        Row(f"Song {n} {name}", (name,), at(valence=base - 0.5 * (n % 5), duration=n % 5, year=year))
        for name, base, year in (("Anna", 4.0, -1.0), ("Berta", -4.0, 1.0))
        for n in range(50)
    ]
    catalogue, _ = small(rows)

    estimator = fit_estimator(catalogue)

    assert estimator.within_artist[TOLD.index(DURATION), REST.index(VALENCE)] == pytest.approx(-0.5)


def test_most_of_a_prolific_artist_s_songs_are_passed_over_evenly():
    rows = [Row(f"Song {n}", ("Anna",), at(valence=float(n % 2))) for n in range(400)]
    catalogue, model = small(rows)

    [vector] = sounds_with_estimates([Song("", "New", ("Anna",))], catalogue, model).vectors

    assert vector[VALENCE] == pytest.approx(0.5, abs=0.05)


def test_training_finds_what_years_are_like():
    # Songs get happier by one with each standard deviation of the year, whoever sings.
    years = np.linspace(-1, 1, 3_000)
    rows = [Row(f"Song {n}", (f"Artist {n}",), at(valence=year, year=year)) for n, year in enumerate(years)]
    catalogue, _ = small(rows)

    by_genre = fit_estimator(catalogue).by_genre[:, REST.index(VALENCE)]

    describes = np.array([0.5, 0, 0, 0.5**2, 0.5**3, 1])  # no genres; the year 0.5, nothing else
    assert describes @ by_genre == pytest.approx(0.5, abs=0.1)


def test_a_song_of_unknown_artists_gets_what_is_likely_for_what_it_tells(small_build):
    catalogue, _ = small_build
    by_genre = np.zeros((6, 12))
    by_genre[-1, REST.index(VALENCE)] = 0.25  # the constant
    nobody = np.array([], dtype=np.int64)

    [vector] = estimate(
        np.array([[1.0, 0, 0]]), nobody, nobody, catalogue, Estimator(by_genre, np.zeros((3, 12)))
    )

    assert vector[VALENCE] == 0.25
    assert vector[TOLD].tolist() == [1, 0, 0]
