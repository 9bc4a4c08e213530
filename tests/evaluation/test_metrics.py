"""`evaluation.metrics` and `evaluation.intervals`, against examples worked by hand and scikit-learn."""

import math

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from evaluation import metrics
from evaluation.intervals import difference_interval, mean_interval, ratio_interval


def parse_hits(text):
    """`.x..` -> which of four picks is a hidden song."""
    return np.array([letter == "x" for letter in text])


def test_recall_is_the_share_of_the_hidden_songs_found():
    assert metrics.recall(parse_hits("x..x"), 8, size=4) == 2 / 4  # no more than four places
    assert metrics.recall(parse_hits("x..x"), 3, size=4) == 2 / 3
    assert metrics.recall(parse_hits(""), 3, size=4) == 0


def test_ndcg_of_a_list_worked_by_hand():
    # Hits at ranks 1 and 4: 1 + 1/log2(5); the ideal list: 1 + 1/log2(3) + 1/log2(4).
    best = 1 + 1 / math.log2(3) + 1 / 2
    assert metrics.ndcg(parse_hits("x..x"), 3, size=4) == pytest.approx((1 + 1 / math.log2(5)) / best)
    assert metrics.ndcg(parse_hits("xxx."), 3, size=4) == 1
    assert metrics.ndcg(parse_hits("...."), 3, size=4) == 0


def test_ndcg_agrees_with_scikit_learn():
    rng = np.random.default_rng(3)
    for n_hidden in (1, 7, 50, 80):
        relevant = np.zeros(300)
        relevant[rng.choice(300, n_hidden, replace=False)] = 1
        order = rng.permutation(300)
        scores = np.empty(300)
        scores[order] = np.arange(300, 0, -1)

        found = metrics.ndcg(relevant[order[:50]] == 1, n_hidden, size=50)

        assert found == pytest.approx(ndcg_score([relevant], [scores], k=50))


def test_picks_by_artists_who_are_not_new_are_known():
    assert metrics.known_artists(parse_hits("x..x")) == 2 / 4
    assert math.isnan(metrics.known_artists(np.zeros(0, dtype=bool)))


def test_artist_recall_is_the_share_of_the_hidden_songs_artists_found():
    picked, hidden = np.array([7, 7, 5, 3]), np.array([7, 3, 3, 9])
    assert metrics.artist_recall(picked, hidden, 3) == 1 / 3  # 3 comes too late
    assert metrics.artist_recall(picked, hidden, 4) == 2 / 3
    assert metrics.artist_recall(picked, hidden, 2) == 1 / 2  # no more than two places


def test_artist_precision_is_the_share_of_the_picks_by_a_hidden_song_s_artist():
    picked, hidden = np.array([7, 7, 5, 3]), np.array([7, 3, 3, 9])
    assert metrics.artist_precision(picked, hidden, 4) == 3 / 4
    assert metrics.artist_precision(picked, hidden, 3) == 2 / 3
    assert math.isnan(metrics.artist_precision(picked[:0], hidden, 3))


def test_changed_picks_are_those_that_the_other_list_lacks():
    assert metrics.count_changed(np.array([1, 2, 3]), np.array([3, 4])) == 2


def test_r_precision_looks_at_as_many_picks_as_there_are_hidden_songs():
    assert metrics.r_precision(parse_hits(".x.x"), 3) == 1 / 3
    assert metrics.r_precision(parse_hits(".x.x"), 8) == 2 / 8


def test_r_precision_of_artists_counts_each_artist_once():
    picked, hidden = np.array([7, 7, 5, 3]), np.array([7, 3, 3])
    assert metrics.artists_r_precision(picked, hidden, 3) == 1 / 2  # 7 of {3, 7}; 3 comes too late


def test_clicks_count_the_pages_of_ten_before_the_first_hit():
    assert metrics.clicks(parse_hits("." * 9 + "x"), 50) == 0
    assert metrics.clicks(parse_hits("." * 10 + "x"), 50) == 1
    assert metrics.clicks(parse_hits("." * 50), 50) == 6


def test_distance_is_the_mean_over_all_pairs():
    east, north, west = (1.0, 0.0), (0.0, 2.0), (-3.0, 0.0)
    # East and north 1, north and west 1, east and west 2.
    assert metrics.intra_list_distance(np.array([east, north, west], np.float32)) == pytest.approx(4 / 3)
    assert metrics.intra_list_distance(np.array([east, east], np.float32)) == pytest.approx(0)
    assert metrics.intra_list_distance(np.array([east], np.float32)) == 0


def test_calibration_is_zero_for_equal_proportions():
    assert metrics.calibration(np.array([2.0, 6.0]), np.array([1.0, 3.0])) == pytest.approx(0)


def test_calibration_worked_by_hand():
    # p = (1/2, 1/2), q = (1, 0), smoothed (0.995, 0.005).
    expected = 0.5 * math.log(0.5 / 0.995) + 0.5 * math.log(0.5 / 0.005)
    assert metrics.calibration(np.array([1.0, 1.0]), np.array([4.0, 0.0])) == pytest.approx(expected)


def test_calibration_without_any_count_is_unknown():
    assert math.isnan(metrics.calibration(np.zeros(3), np.ones(3)))
    assert math.isnan(metrics.calibration(np.ones(3), np.zeros(3)))


def test_a_mean_lies_within_its_interval_and_leaves_out_unknown_values():
    interval = mean_interval(np.array([1.0, 2.0, 3.0, np.nan]))
    assert interval.mean == 2
    assert 1 <= interval.low < 2 < interval.high <= 3


def test_equal_values_have_no_width():
    interval = mean_interval(np.full(10, 0.5))
    assert (interval.low, interval.high) == (0.5, 0.5)


def test_the_interval_of_a_normal_sample_is_two_standard_errors_wide_each_way():
    values = np.random.default_rng(1).normal(10, 2, 400)
    interval = mean_interval(values)
    assert interval.high - interval.low == pytest.approx(4 * 1.96 * 2 / math.sqrt(400) / 2, rel=0.15)


def test_the_mean_of_unknown_values_is_unknown():
    assert math.isnan(mean_interval(np.array([np.nan])).mean)


def test_a_ratio_is_resampled_in_pairs():
    values = np.array([1.0, 2.0, 4.0])
    interval = ratio_interval(3 * values, values)
    assert (interval.mean, interval.low, interval.high) == pytest.approx((3, 3, 3))
    assert ratio_interval(values, np.zeros(3)).mean == math.inf
    assert math.isnan(ratio_interval(np.zeros(3), np.zeros(3)).low)


def test_a_difference_is_resampled_in_pairs():
    values = np.array([1.0, 2.0, 4.0])
    interval = difference_interval(values + 2, values)
    assert (interval.mean, interval.low, interval.high) == (2, 2, 2)
