"""The trees of the learned signal, fitted with LightGBM to which candidates were hidden."""

from collections.abc import Mapping
from typing import Any

import lightgbm
import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.ranking.trees import ALL_LEAVES, MAX_LEAVES, Trees
from training import SEED

N_TREES = 150
# Many small trees that each see half of the traits and some of the songs: chosen by the slices 0-1999 of the
# Million Playlist Dataset. LambdaRank (Burges, "From RankNet to LambdaRank to LambdaMART", 2010) learns
# orders, not values, and looks at the first `lambdarank_truncation_level` places: somewhat more than a mix has.
PARAMETERS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 60,
    "num_leaves": MAX_LEAVES,
    "learning_rate": 0.1,
    "min_data_in_leaf": 100,
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


def fit_trees(traits: FloatArray, scores: FloatArray, is_hidden: BoolArray, sizes: IntArray) -> Trees:
    """Fit trees that correct scores so that hidden songs come first.

    Parameters
    ----------
    traits : (n, n_traits) float32
    scores : (n,) float32, which the trees start from, and are added to
    is_hidden : (n,) bool
    sizes : (n_groups,) number of candidates in each list to be ordered; they sum to n
    """
    samples = lightgbm.Dataset(traits, is_hidden.astype(int), group=sizes, init_score=scores)
    model = lightgbm.train(PARAMETERS, samples, N_TREES).dump_model()
    trees = [_convert(tree["tree_structure"]) for tree in model["tree_info"]]
    return Trees(*(np.stack(arrays, axis=-1) for arrays in list(zip(*trees, strict=True))[:3]), np.stack([tree[3] for tree in trees]))


def _convert(tree: Mapping[str, Any]) -> tuple[Any, ...]:
    """Convert one tree to the columns of `Trees`."""
    traits = np.zeros(MAX_LEAVES - 1, dtype=np.uint8)
    thresholds = np.full(MAX_LEAVES - 1, np.inf, dtype=np.float32)
    leaves = np.full(MAX_LEAVES - 1, ALL_LEAVES, dtype=np.uint16)
    values = np.zeros(MAX_LEAVES, dtype=np.float32)
    splits = iter(range(MAX_LEAVES - 1))
    numbers = iter(range(MAX_LEAVES))

    def visit(node: Mapping[str, Any]) -> int:
        """Convert a node and those below it, and return the bits of its leaves."""
        if "leaf_value" in node:
            number = next(numbers)
            values[number] = node["leaf_value"]
            return 1 << number
        split = next(splits)
        on_left = visit(node["left_child"])
        traits[split], thresholds[split] = node["split_feature"], node["threshold"]
        leaves[split] = ALL_LEAVES & ~on_left
        return on_left | visit(node["right_child"])

    visit(tree)
    return traits, thresholds, leaves, values
