"""The trees of the learned signal, fitted with LightGBM to which candidates were hidden."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import lightgbm
import numpy as np

from recommender.catalogue.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from recommender.ranking.signals.trees import MAX_LEAVES, Trees
from training import SEED

# Many small trees that each see half of the traits and some of the songs. LambdaRank (Burges, "From RankNet
# to LambdaRank to LambdaMART: an overview", 2010) learns orders, not values, and looks at somewhat more
# places than a mix has.
PARAMETERS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 60,
    "num_leaves": MAX_LEAVES,
    "learning_rate": 0.1,
    "min_data_in_leaf": 300,
    "lambda_l2": 20,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "max_bin": 63,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def fit_trees(
    traits: FloatArray,
    scores: FloatArray,
    is_hidden: BoolArray,
    sizes: IntArray,
    n_trees: int,
    names: Sequence[str],
) -> Trees:
    """Fit trees that correct scores so that hidden songs come first.

    Parameters
    ----------
    traits : (n, n_traits) float32
    scores : (n,) float32, which the trees start from, and are added to
    is_hidden : (n,) bool
    sizes : (n_groups,) number of candidates in each list to be ordered; they sum to n
    n_trees : how many to fit, >= 1
    names : those of the traits
    """
    samples = lightgbm.Dataset(
        traits, is_hidden.astype(int), group=sizes, init_score=scores, feature_name=list(names)
    )
    return convert_trees(lightgbm.train(PARAMETERS, samples, n_trees).dump_model())


def convert_trees(model: Mapping[str, Any]) -> Trees:
    """Convert what LightGBM dumps; no tree may have more than `MAX_LEAVES` leaves."""
    n_trees = len(model["tree_info"])
    tests: dict[tuple[int, float], int] = {}
    splits = np.zeros((MAX_LEAVES - 1, n_trees), dtype=np.int32)
    left = np.zeros((MAX_LEAVES - 1, n_trees), dtype=np.uint16)
    values = np.zeros((n_trees, MAX_LEAVES), dtype=np.float32)

    def visit(node: Mapping[str, Any], tree: int, places: Iterator[int], leaves: Iterator[int]) -> int:
        """Convert a node and those below it, from the left, and return the bits of its leaves."""
        if "leaf_value" in node:
            leaf = next(leaves)
            values[tree, leaf] = node["leaf_value"]
            return 1 << leaf
        place = next(places)
        test = node["split_feature"], node["threshold"]
        splits[place, tree] = tests.setdefault(test, len(tests))
        on_left = visit(node["left_child"], tree, places, leaves)
        left[place, tree] = on_left
        return on_left | visit(node["right_child"], tree, places, leaves)

    for number, tree in enumerate(model["tree_info"]):
        visit(tree["tree_structure"], number, count(), count())
    traits, thresholds = np.array(list(tests)).reshape(-1, 2).T
    names = np.array(model["feature_names"])
    return Trees(traits.astype(np.uint8), _round_down(thresholds), splits, left, values, names)


def _round_down(thresholds: DoubleArray) -> FloatArray:
    """Return the greatest single-precision numbers that are not above: they part the same traits."""
    rounded = thresholds.astype(np.float32)
    return np.where(rounded > thresholds, np.nextafter(rounded, np.float32(-np.inf)), rounded)
