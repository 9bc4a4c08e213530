"""The credited artists of all rows, and who appears together."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.catalogue.arrays import IntArray, KeyArray
from recommender.catalogue.keys import hash_texts
from recommender.matching.normalise import normalise_all


@dataclass(frozen=True, eq=False)
class Credits:
    """The artists of n rows, as places among m artists.

    artist_keys : (m,) sorted keys of all artists
    names : their m normalised names
    spellings : all names as written
    written : the place in `spellings` of each credit, row by row, as credited
    artists : places in `artist_keys`, row by row, as credited
    ends : (n,) where those of each row end in `artists`
    together : (m, m) sparse, number of rows that credit both artists; 0 on the diagonal
    """

    artist_keys: KeyArray
    names: list[str]
    spellings: list[str]
    written: npt.NDArray[np.int32]
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


def collect_credits(artists: Iterable[tuple[str, ...]]) -> Credits:
    """Number the artists of all rows, and count how often each two appear together.

    Parameters
    ----------
    artists : n tuples of names, first artist first; they are walked through twice
        Each has at least one.
    """
    ends = np.cumsum(np.fromiter(map(len, artists), np.int64))
    # Most names come often: each spelling is normalised once, and a credit is a number.
    numbers: dict[str, int] = {}
    written = np.fromiter(
        (numbers.setdefault(name, len(numbers)) for name in chain.from_iterable(artists)), np.int32, ends[-1]
    )
    spellings = list(numbers)
    del numbers
    normalised = normalise_all(spellings)
    artist_keys, first_spellings, of_spellings = np.unique(
        hash_texts(normalised), return_index=True, return_inverse=True
    )
    names = [normalised[place] for place in first_spellings.tolist()]
    places = of_spellings.astype(np.int32)[written]
    credited = sparse.csr_array(
        (np.ones(len(places), dtype=np.int32), places, np.concatenate([[0], ends])),
        shape=(len(ends), len(artist_keys)),
        copy=True,  # the next step sorts each row, and the credits keep their order
    )
    # A name credited twice in one row counts once.
    credited.sum_duplicates()
    credited.data[:] = 1
    together = (credited.T @ credited).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    together.sort_indices()
    return Credits(artist_keys, names, spellings, written, places, ends, together)
