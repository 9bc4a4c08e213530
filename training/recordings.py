"""Versions that are one recording: credited to another artist, or under another title."""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.catalogue.features import NAMES
from training.credits import Credits

#: How far the features of one recording may differ between two releases, as measured again by Spotify.
TOLERANCES = {
    "duration_ms": 1_000.0,
    "tempo": 0.6,
    "danceability": 0.05,
    "energy": 0.08,
    "valence": 0.06,
    "acousticness": 0.12,
    "speechiness": 0.03,
    "liveness": 0.2,
    "instrumentalness": 0.3,
}
# By the title alone two songs are alike now and then, by an artist alone often: the sound must be closer.
SAME_TITLE, SAME_ARTIST, SAME_LENGTH = 1.0, 0.3, 0.0
# How many of the rows that come next, by duration, each row is compared with.
N_NEIGHBOURS = 4


def number_recordings(
    titles: npt.NDArray[np.integer], versions: npt.NDArray[np.int32], credits: Credits, features: DoubleArray
) -> npt.NDArray[np.int32]:
    """Number the recordings: (n_versions,), equal for versions of which two rows are one recording.

    Two rows are, if they sound and last alike within `TOLERANCES` and share their
    title, or within a third of these and share an artist, or are equal in all.
    Rows of unknown duration or tempo are like no others.

    Parameters
    ----------
    titles : (n,) equal for equal normalised titles
    versions : (n,) the version of each row
    features : (n, 15)
    """
    columns = {name: features[:, NAMES.index(name)] for name in TOLERANCES}
    is_known = (columns["duration_ms"] > 0) & (columns["tempo"] > 0)
    rows = np.flatnonzero(is_known)
    of_credits = np.repeat(np.arange(len(titles)), np.diff(credits.ends, prepend=0))
    is_credit_known = is_known[of_credits]
    pairs = np.concatenate(
        [
            _find_pairs(rows, titles[rows], columns, "duration_ms", SAME_TITLE),
            _find_pairs(
                of_credits[is_credit_known],
                credits.artists[is_credit_known],
                columns,
                "duration_ms",
                SAME_ARTIST,
            ),
            _find_pairs(rows, columns["duration_ms"][rows], columns, "tempo", SAME_LENGTH),
        ],
        axis=1,
    )
    n_versions = int(versions.max()) + 1
    links = sparse.csr_array(
        (np.ones(pairs.shape[1]), (versions[pairs[0]], versions[pairs[1]])), shape=(n_versions, n_versions)
    )
    _, recordings = connected_components(links, directed=False)
    return np.asarray(recordings, dtype=np.int32)


def _find_pairs(
    rows: IntArray,
    groups: npt.NDArray[np.integer] | DoubleArray,
    columns: dict[str, DoubleArray],
    along: str,
    tolerance: float,
) -> IntArray:
    """Find pairs of close rows of one group: (2, n_pairs), among neighbours in the order of one column."""
    order = np.lexsort((columns[along][rows], groups))
    rows, groups = rows[order], groups[order]
    found = []
    for step in range(1, N_NEIGHBOURS + 1):
        first = np.flatnonzero(groups[step:] == groups[:-step])
        pairs = np.stack([rows[first], rows[first + step]])
        for name, most in TOLERANCES.items():
            column = columns[name]
            pairs = pairs[:, np.abs(column[pairs[0]] - column[pairs[1]]) <= tolerance * most]
        found.append(pairs)
    return np.concatenate(found, axis=1)
