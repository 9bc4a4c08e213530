"""Where each artist stands among the genres: one short vector per artist, near for artists of near genres."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from recommender.keys import find, keys_of, plain
from recommender.training import SEED
from recommender.training.credits import Credits

DIMENSIONS = 64


def genre_vectors(credits: Credits, genres_of: Mapping[str, Iterable[str]]) -> npt.NDArray[np.float16]:
    """Place every artist among the genres.

    A genre counts by TF-IDF: the rarer, the more it says. An artist whose
    genres are not known gets those of the artists credited together with
    them, by the number of songs. Truncated SVD then brings genres that go
    together near each other.

    Parameters
    ----------
    genres_of : artist -> genres
        As the genre file names them; artists that the credits lack are passed over.

    Returns
    -------
    (m, d) float16
        Unit length, zeros where nothing is known; d is at most `DIMENSIONS`, and 0 without any genre.
    """
    told = _told(credits, genres_of)
    if told.nnz == 0:
        return np.zeros((len(credits.artist_keys), 0), dtype=np.float16)
    weighted = TfidfTransformer().fit(told[told.sum(axis=1) > 0]).transform(told)
    is_told = np.diff(weighted.indptr) > 0
    passed_on = normalize(credits.together @ weighted)
    known = sparse.csr_array(weighted + sparse.diags_array(~is_told * 1.0) @ passed_on)
    if known.shape[1] <= DIMENSIONS:
        return np.asarray(known.toarray(), dtype=np.float16)
    reduction = TruncatedSVD(DIMENSIONS, random_state=SEED).fit(known[np.diff(known.indptr) > 0])
    return np.asarray(normalize(reduction.transform(known)), dtype=np.float16)


def _told(credits: Credits, genres_of: Mapping[str, Iterable[str]]) -> sparse.csr_array:
    """Give the (m, n_genres) table of the genres that are named for each artist, 1 where they are."""
    artists = find(keys_of((plain(name),) for name in genres_of), credits.artist_keys)
    pairs = sorted(
        {
            (artist, genre)
            for artist, genres in zip(artists.tolist(), genres_of.values(), strict=True)
            if artist >= 0
            for genre in genres
        }
    )
    names = {genre: place for place, genre in enumerate(sorted({genre for _, genre in pairs}))}
    rows = np.array([artist for artist, _ in pairs], dtype=np.int64)
    columns = np.array([names[genre] for _, genre in pairs], dtype=np.int64)
    return sparse.csr_array(
        (np.ones(len(pairs)), (rows, columns)), shape=(len(credits.artist_keys), len(names))
    )
