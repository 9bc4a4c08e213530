"""The order of rank: the best first, clusters and kinds of artists in fair turns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.library_csv import read_library
from recommender import recommend
from recommender.ranking.order import MAX_LEAD, order_best_first
from tests.support.songs import real_build, real_data


def order(*picks):
    """Order (cluster, is new, score) triples, whose rows ascend."""
    clusters, is_new, scores = (np.array(column) for column in zip(*picks, strict=True))
    return order_best_first(clusters, is_new.astype(bool), scores, np.arange(len(picks))).tolist()


def test_the_best_comes_first_of_equals_the_lower_row():
    assert order((0, 0, 0.2), (1, 0, 0.9), (0, 0, 0.5), (1, 0, 0.5)) == [1, 2, 3, 0]


def test_of_equals_the_lower_row_comes_first_wherever_it_stands():
    clusters, is_new = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=bool)

    assert order_best_first(clusters, is_new, np.full(3, 0.5), np.array([8, 2, 5])).tolist() == [1, 2, 0]


def test_nothing_is_in_order():
    empty = np.empty(0, dtype=np.int64)

    assert order_best_first(empty, empty.astype(bool), empty.astype(float), empty).tolist() == []


def test_a_cluster_that_is_two_songs_ahead_lets_another_go_first():
    # Half of the songs are of each cluster, and all of the first are better.
    better = [(0, 0, 0.9 - n / 100) for n in range(6)]
    worse = [(1, 0, 0.5 - n / 100) for n in range(6)]

    # After three songs the second cluster is behind by 1.5, with the fourth place it would be by 2.
    assert order(*better, *worse) == [0, 1, 2, 6, 3, 7, 4, 8, 5, 9, 10, 11]


def test_the_best_songs_of_a_small_cluster_may_come_first_but_not_all():
    # One song in four is of the second cluster, and these are the best.
    large = [(0, 0, 0.5 - n / 100) for n in range(12)]
    small = [(1, 0, 0.9 - n / 100) for n in range(4)]

    places = order(*large, *small)

    # After its first two songs it is 1.5 ahead; a third one waits until it is due.
    assert places[:4] == [12, 13, 0, 1]
    assert [places.index(at) for at in (14, 15)] == [4, 8]


def test_each_period_of_the_kinds_ends_with_a_song_by_a_new_artist():
    known = [(0, 0, 0.1 - n / 100) for n in range(6)]
    new = [(0, 1, 0.9 - n / 100) for n in range(3)]

    assert order(*known, *new) == [0, 1, 6, 2, 3, 7, 4, 5, 8]


def test_a_mix_of_one_kind_is_only_of_that_kind():
    assert order((0, 1, 0.1), (0, 1, 0.2)) == [1, 0]


PICKS = st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 9)), min_size=1, max_size=60)


@given(PICKS)
def test_the_kinds_are_spread_evenly_and_no_cluster_is_far_from_its_proportion(picks):
    places = order(*picks)

    assert sorted(places) == list(range(len(picks)))
    is_new = np.array([bool(picks[at][1]) for at in places])
    n_new = is_new.sum()
    for k in range(1, len(picks) + 1):
        windows = np.convolve(is_new, np.ones(k, dtype=int), "valid")
        assert (abs(windows - k * n_new / len(picks)) < 1).all()
    for kind in (False, True):
        clusters = np.array([picks[at][0] for at in places if bool(picks[at][1]) == kind])
        for cluster in set(clusters.tolist()):
            had = np.cumsum(clusters == cluster)
            lead = had - np.arange(1, len(clusters) + 1) * had[-1] / len(clusters)
            # One may be behind by more while it waits for others that are, too.
            assert -MAX_LEAD - 1 < lead.min() <= lead.max() < MAX_LEAD
            scores = [picks[at][2] for at in places if (picks[at][0], bool(picks[at][1])) == (cluster, kind)]
            assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("number", range(1, 10))
@pytest.mark.slow
def test_any_ten_songs_of_a_balanced_mix_are_three_to_seven_by_new_artists(number, tmp_path_factory):
    library = read_library(real_data(f"libraries/library-{number}.csv.gz"))
    build = real_build(tmp_path_factory)

    mix = recommend(library, build.catalogue, build.model)

    for picks in (mix.picks, mix.playlist):
        n_new = [sum(pick.is_new_artist for pick in picks[at : at + 10]) for at in range(41)]
        assert 3 <= min(n_new) <= max(n_new) <= 7
