"""The metrics of one list of picks, each a function of arrays.

`hits` is (n_picks,) bool in playlist order: whether each pick is a hidden song.
"""

import numpy as np

from recommender.catalogue.arrays import BoolArray, DoubleArray, FloatArray, IntArray

# Songs on one page of Spotify's recommendations (RecSys Challenge 2018).
PER_CLICK = 10
# The share of the listener's own distribution in the smoothed one (Steck, Calibrated recommendations, 2018).
SMOOTHING = 0.01


def recall(hits: BoolArray, n_hidden: int, size: int) -> float:
    """Compute the share of the hidden songs, at most `size` of them, that the picks find: 0 to 1."""
    return float(hits[:size].sum()) / min(n_hidden, size)


def ndcg(hits: BoolArray, n_hidden: int, size: int) -> float:
    """Compute the normalised discounted cumulative gain: 0 to 1.

    A hit at rank i, from 1, counts 1 / log2(i + 1); the ideal list of `size`
    has the hidden songs first.
    """
    discounts = 1 / np.log2(np.arange(2, size + 2))
    return float(discounts[: len(hits)][hits[:size]].sum() / discounts[: min(n_hidden, size)].sum())


def r_precision(hits: BoolArray, n_hidden: int) -> float:
    """Compute the share of hits among the first `n_hidden` picks: 0 to 1."""
    return float(hits[:n_hidden].sum()) / n_hidden


def artists_r_precision(artists: IntArray, hidden_artists: IntArray, n_hidden: int) -> float:
    """Compute the share of the hidden songs' artists that the first `n_hidden` picks find: 0 to 1."""
    wanted = np.unique(hidden_artists)
    return float(np.isin(wanted, artists[:n_hidden]).sum()) / len(wanted)


def artist_recall(artists: IntArray, hidden_artists: IntArray, size: int) -> float:
    """Compute the share of the hidden songs' artists, at most `size` of them, that the picks find: 0 to 1."""
    wanted = np.unique(hidden_artists)
    return float(np.isin(wanted, artists[:size]).sum()) / min(len(wanted), size)


def artist_precision(artists: IntArray, hidden_artists: IntArray, size: int) -> float:
    """Compute the share of the picks that are by an artist of a hidden song: 0 to 1, NaN without picks."""
    return _share(np.isin(artists[:size], hidden_artists))


def known_artists(is_new: BoolArray) -> float:
    """Compute the share of the picks by artists of whom the listener has songs: 0 to 1, NaN without picks.

    Parameters
    ----------
    is_new : (n_picks,) whether each is by artists of whom the listener has nothing
    """
    return _share(~is_new)


def _share(is_so: BoolArray) -> float:
    return float(is_so.mean()) if len(is_so) else float("nan")


def count_changed(rows: IntArray, others: IntArray) -> float:
    """Count the picks that another list does not have."""
    return float((~np.isin(rows, others)).sum())


def clicks(hits: BoolArray, size: int) -> float:
    """Count the pages of ten songs before the first hit; one more than there are pages if there is none."""
    return float(hits.argmax() // PER_CLICK) if hits.any() else -(-size // PER_CLICK) + 1.0


def intra_list_distance(features: FloatArray) -> float:
    """Compute the mean cosine distance, 0 to 2, over all pairs of (n, d) rows; 0 for fewer than two."""
    n_rows = len(features)
    if n_rows < 2:
        return 0.0
    lengths = np.maximum(np.linalg.norm(features, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    directions = features / lengths
    # The sum over all ordered pairs is the squared length of the sum of all directions.
    similarity = float((directions.sum(axis=0) ** 2).sum()) - float((directions**2).sum())
    return 1 - similarity / (n_rows * (n_rows - 1))


def calibration(listened: DoubleArray, picked: DoubleArray) -> float:
    """Compute how far the picks' proportions are from the listener's: 0 if they are the same.

    The Kullback-Leibler divergence of the smoothed proportions of the picks
    from those of the library (Steck 2018, equation 6); NaN if all counts of
    either are zero.

    Parameters
    ----------
    listened, picked : (n_labels,) counts or weights, >= 0
    """
    if not listened.any() or not picked.any():
        return float("nan")
    p, q = listened / listened.sum(), picked / picked.sum()
    smoothed = (1 - SMOOTHING) * q + SMOOTHING * p
    known = p > 0
    return float((p[known] * np.log(p[known] / smoothed[known])).sum())
