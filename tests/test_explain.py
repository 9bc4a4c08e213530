import numpy as np
from songs import Row, small

from recommender.cluster import tastes_of
from recommender.explain import nearest_saved
from recommender.rank import Ranking

ROWS = [
    Row("Up", ("A",), at=(4, 3)),
    Row("Down", ("B",), at=(4, -3)),
    Row("Middle", ("C",), at=(1, 0)),
    Row("Nowhere", ("D",), at=(0, 0)),
    Row("Low", ("E",), at=(24, -20)),
    Row("Other", ("F",), at=(0, 1)),
    Row("Other too", ("G",), at=(3, 4)),
]  # in the order of their clusters, so that these are the catalogue's rows


def reasons(library, picks):
    catalogue, model = small(ROWS)
    tastes = tastes_of(catalogue.standardised[library], model)
    rows = np.array(picks, dtype=np.int64)
    clusters = model.nearest_cluster(catalogue.standardised[rows])
    ranking = Ranking(rows, clusters, np.zeros(len(rows)), {}, np.bincount(clusters, minlength=2))
    return nearest_saved(ranking, tastes, catalogue).tolist()


def test_the_reason_is_the_saved_song_of_that_taste_in_the_same_direction():
    assert reasons(library=[5, 0, 1], picks=[4, 6]) == [2, 0]


def test_of_equally_close_songs_the_one_saved_last_is_the_reason():
    # The library is newest first.
    assert reasons(library=[0, 1], picks=[2]) == [0]
    assert reasons(library=[1, 0], picks=[2]) == [0]


def test_a_pick_without_direction_has_the_song_saved_last_as_its_reason():
    assert reasons(library=[1, 0], picks=[3]) == [0]


def test_a_saved_song_without_direction_is_as_good_as_a_right_angle():
    assert reasons(library=[3, 0], picks=[2]) == [1]
    assert reasons(library=[3], picks=[2]) == [0]


def test_no_picks_need_no_reasons():
    assert reasons(library=[0], picks=[]) == []
