"""The credited artists of all rows, and who appears together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.catalogue.arrays import IntArray, KeyArray
from recommender.catalogue.keys import hash_texts


@dataclass(frozen=True, eq=False)
class Credits:
    """The artists of n rows, as places among m artists.

    artist_keys : (m,) sorted keys of all artists
    artists : places in `artist_keys`, row by row, as credited
    ends : (n,) where those of each row end in `artists`
    together : (m, m) sparse, number of rows that credit both artists; 0 on the diagonal
    """

    artist_keys: KeyArray
    artists: npt.NDArray[np.int32]
    ends: IntArray
    together: sparse.csr_array

    @property
    def starts(self) -> IntArray:
        """Where the artists of each row begin in `artists`: (n,)."""
        return np.concatenate([[0], self.ends[:-1]])

    @property
    def first_artists(self) -> npt.NDArray[np.int32]:
        """The place of each row's first artist: (n,)."""
        places: npt.NDArray[np.int32] = self.artists[self.starts]
        return places


def collect_credits(artists: Sequence[tuple[str, ...]]) -> Credits:
    """Number the artists of all rows, and count how often each two appear together.

    Parameters
    ----------
    artists : n tuples of normalised names, first artist first
        Each has at least one.
    """
    keys = hash_texts(name for names in artists for name in names)
    artist_keys, places = np.unique(keys, return_inverse=True)
    ends = np.cumsum([len(names) for names in artists])
    credited = sparse.csr_array(
        (np.ones(len(places), dtype=np.int32), places, np.concatenate([[0], ends])),
        shape=(len(artists), len(artist_keys)),
        copy=True,  # the next step sorts each row, and the credits keep their order
    )
    # A name credited twice in one row counts once.
    credited.sum_duplicates()
    credited.data[:] = 1
    together = (credited.T @ credited).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    together.sort_indices()
    return Credits(artist_keys, places.astype(np.int32), ends, together)
