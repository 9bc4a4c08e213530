"""Trees that LightGBM fits, as arrays."""

import lightgbm
import numpy as np
import pytest

from recommender.ranking.signals.trees import MAX_LEAVES
from training.fit_trees import PARAMETERS, convert_trees, fit_trees

NAMES = ("luck", "worth", "flaw", "nothing")


def make_samples(n_lists=60, n=100, seed=0):
    """Make lists in each of which the ten songs with the highest second trait but a low third were hidden."""
    rng = np.random.default_rng(seed)
    traits = rng.random((n_lists * n, 4), dtype=np.float32)
    worth = (traits[:, 1] - (traits[:, 2] > 0.5)).reshape(n_lists, n)
    is_hidden = worth >= np.sort(worth, axis=1)[:, -10:-9]
    scores = traits[:, 0].astype(np.float32)
    return traits, scores, is_hidden.ravel(), np.full(n_lists, n)


@pytest.mark.parametrize("n_leaves", [2, 5, MAX_LEAVES])
def test_the_arrays_rate_songs_as_lightgbm_does(n_leaves):
    traits, scores, is_hidden, sizes = make_samples()
    samples = lightgbm.Dataset(traits, is_hidden.astype(int), group=sizes, init_score=scores)
    booster = lightgbm.train(PARAMETERS | {"num_leaves": n_leaves, "min_data_in_leaf": 20}, samples, 12)

    trees = convert_trees(booster.dump_model())

    others = np.random.default_rng(1).random((500, 4), dtype=np.float32)
    assert trees.evaluate(others.T) == pytest.approx(booster.predict(others), abs=1e-5)


def test_a_song_at_a_threshold_of_double_precision_ends_where_lightgbm_puts_it():
    near = np.float32(0.3)
    traits = np.array([near, np.nextafter(near, np.float32(1))] * 400, dtype=np.float32)[:, np.newaxis]
    samples = lightgbm.Dataset(traits, np.arange(800) % 2, group=[8] * 100)
    booster = lightgbm.train(PARAMETERS | {"min_data_in_leaf": 20, "feature_fraction": 1.0}, samples, 5)

    trees = convert_trees(booster.dump_model())

    assert trees.evaluate(traits[:2].T) == pytest.approx(booster.predict(traits[:2]), abs=1e-6)


def test_the_trees_put_hidden_songs_first_where_the_scores_do_not():
    traits, scores, is_hidden, sizes = make_samples()

    trees = fit_trees(traits, scores, is_hidden, sizes, 40, NAMES)

    unseen, before, are_hidden, _ = make_samples(n_lists=1, seed=5)
    assert trees.names.tolist() == list(NAMES)
    corrected = before + trees.evaluate(unseen.T)
    found = are_hidden[np.argsort(-corrected)[:10]].sum()
    assert found >= 8 > are_hidden[np.argsort(-before)[:10]].sum()


def test_the_same_samples_give_the_same_trees():
    one, two = (fit_trees(*make_samples(), 10, NAMES) for _ in range(2))

    assert np.array_equal(one.values, two.values)
    assert np.array_equal(one.thresholds, two.thresholds)
