"""Maximal Marginal Relevance, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.ranking.diversity import diversify
from tests.support.songs import Row, small
from training.layout import arrange_vectors

# By what is heard the first two songs are twins, and the third is like neither.
ROWS = [Row("First", ("A",), (5.0,)), Row("Twin", ("B",), (5.0,)), Row("Other", ("C",), (25.0,))]


def in_order(scores, diversity, genres=((), (), ())):
    catalogue, _ = small(ROWS, n_clusters=1)
    by_name = {name: vector for name, vector in zip("ABC", genres, strict=True)}
    names = [catalogue.song(row).artists[0] for row in range(3)]
    vectors = np.zeros((3, len(genres[0])), dtype=np.float16)
    for row, name in enumerate(names):
        vectors[catalogue.first_artists[row]] = by_name[name]
    catalogue = replace(catalogue, **arrange_vectors(vectors, catalogue.n_rows_by))
    given = dict(zip("ABC", scores, strict=True))
    rows = np.arange(3)
    ordered = diversify(rows, np.array([given[name] for name in names], np.float32), catalogue, diversity)
    return "".join(names[row] for row in ordered)


def test_without_diversity_the_best_come_first():
    assert in_order([0.9, 0.8, 0.7], diversity=0.0) == "ABC"


def test_equal_scores_come_in_order():
    assert in_order([0.5, 0.5, 0.5], diversity=0.0) == "ABC"


@pytest.mark.parametrize(("diversity", "order"), [(0.1, "ABC"), (0.2, "ACB"), (1.0, "ACB")])
def test_a_song_that_sounds_like_the_one_before_waits_for_one_that_is_nearly_as_good(diversity, order):
    # Twins are alike by half, as nothing is known of genres: 0.9 * 0.80 - 0.05 is more
    # than 0.9 * 0.70, but 0.8 * 0.80 - 0.1 is less than 0.8 * 0.70.
    assert in_order([0.9, 0.8, 0.7], diversity) == order


def test_a_song_of_the_same_genre_waits_too():
    # The third is of the first's genre; by sound the second is its twin: both are alike by half.
    genres = ((1.0, 0.0), (0.0, 1.0), (1.0, 0.0))

    assert in_order([0.9, 0.8, 0.7], 0.2, genres) == "ABC"


def test_every_row_comes_once():
    assert sorted(in_order([0.1, 0.2, 0.3], 0.5)) == ["A", "B", "C"]


def test_nothing_comes_of_nothing():
    catalogue, _ = small(ROWS, n_clusters=1)

    assert list(diversify(np.zeros(0, np.int64), np.zeros(0, np.float32), catalogue, 0.5)) == []
