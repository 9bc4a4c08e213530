import numpy as np

from recommender.tastes.cluster import find_tastes
from tests.support.songs import Row, small

ROWS = [
    Row("A", ("Abba",), at=(3, 1)),
    Row("B", ("Abba",), at=(5, -3, 2)),
    Row("C", ("Abba",), at=(0, 0, 4)),
    Row("D", ("Abba",), at=(2, 2)),  # as near to one centre as to the other
]


def test_each_song_is_assigned_to_its_nearest_centre_and_a_tie_to_the_lower():
    catalogue, model = small(ROWS, n_clusters=3)  # the rows are then A, B, D, C

    tastes = find_tastes(catalogue.standardised[[3, 0, 2]], model)

    assert tastes.vectors[:, :3].tolist() == [[0, 0, 4], [3, 1, 0], [2, 2, 0]]
    assert tastes.clusters.tolist() == [2, 0, 0]
    assert tastes.weights.tolist() == [2, 0, 1]


def test_the_mean_is_that_of_the_songs_and_zero_where_there_is_none():
    catalogue, model = small(ROWS, n_clusters=3)

    tastes = find_tastes(catalogue.standardised[[0, 1]], model)

    assert tastes.means[:, :3].tolist() == [[4, -1, 1], [0, 0, 0], [0, 0, 0]]
    assert not tastes.means[:, 3:].any()


def test_two_saved_songs_that_sound_the_same_count_twice():
    catalogue, model = small(ROWS, n_clusters=3)

    tastes = find_tastes(catalogue.standardised[[0, 0, 1]], model)

    assert tastes.weights.tolist() == [3, 0, 0]
    assert tastes.means[0, :2].tolist() == np.array([11 / 3, -1 / 3], dtype=np.float32).tolist()


def test_a_song_that_does_not_count_still_has_its_cluster():
    catalogue, model = small([Row("A", ("a",), (1.0, 0.0)), Row("B", ("b",), (0.0, 1.0))])

    tastes = find_tastes(catalogue.standardised[[0, 1, 1]], model, np.array([True, True, False]))

    assert tastes.clusters.tolist() == [0, 1, 1]
    assert tastes.weights.tolist() == [1, 1]
    assert tastes.means[1, 1] == 1
