"""The trees of the learned signal, fitted with LightGBM to which candidates were hidden."""

from collections.abc import Mapping
from typing import Any

import lightgbm

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.ranking.signals.trees import ALL_LEAVES, MAX_LEAVES, Trees, build_empty
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
    traits: FloatArray, scores: FloatArray, is_hidden: BoolArray, sizes: IntArray, n_trees: int
) -> Trees:
    """Fit trees that correct scores so that hidden songs come first.

    Parameters
    ----------
    traits : (n, n_traits) float32
    scores : (n,) float32, which the trees start from, and are added to
    is_hidden : (n,) bool
    sizes : (n_groups,) number of candidates in each list to be ordered; they sum to n
    n_trees : how many to fit, >= 1
    """
    samples = lightgbm.Dataset(traits, is_hidden.astype(int), group=sizes, init_score=scores)
    return convert_trees(lightgbm.train(PARAMETERS, samples, n_trees).dump_model())


def convert_trees(model: Mapping[str, Any]) -> Trees:
    """Convert what LightGBM dumps; no tree may have more than `MAX_LEAVES` leaves."""
    trees = build_empty(len(model["tree_info"]))
    for number, tree in enumerate(model["tree_info"]):
        _convert(tree["tree_structure"], trees, number)
    return trees


def _convert(tree: Mapping[str, Any], trees: Trees, number: int) -> None:
    """Write one tree into its columns, its splits and leaves as a walk from the left meets them."""
    splits = iter(range(MAX_LEAVES - 1))
    leaves = iter(range(MAX_LEAVES))

    def visit(node: Mapping[str, Any]) -> int:
        """Convert a node and those below it, and return the bits of its leaves."""
        if "leaf_value" in node:
            leaf = next(leaves)
            trees.values[number, leaf] = node["leaf_value"]
            return 1 << leaf
        split = next(splits)
        trees.traits[split, number] = node["split_feature"]
        trees.thresholds[split, number] = node["threshold"]
        on_left = visit(node["left_child"])
        trees.leaves[split, number] = ALL_LEAVES & ~on_left
        return on_left | visit(node["right_child"])

    visit(tree)
