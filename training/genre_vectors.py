"""Which genres each artist has, and where that puts them: a short vector each, near for near genres."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from recommender.catalogue.keys import find, hash_texts
from recommender.matching.normalise import normalise
from training import SEED
from training.credits import Credits

DIMENSIONS = 32


def genre_names(genres_by_artist: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Give every genre that any artist has, in alphabetical order."""
    return tuple(sorted({genre for genres in genres_by_artist.values() for genre in genres}))


def told_genres(credits: Credits, genres_by_artist: Mapping[str, Iterable[str]]) -> sparse.csr_array:
    """Give the (m, n_genres) table of what the genre file says of each artist: 1 where they have a genre.

    Parameters
    ----------
    genres_by_artist : artist -> genres
        Artists that the credits lack are passed over; the columns are `genre_names` of it.
    """
    names = {genre: place for place, genre in enumerate(genre_names(genres_by_artist))}
    artists = find(hash_texts((normalise(name),) for name in genres_by_artist), credits.artist_keys)
    # Two spellings of one artist may share a genre: each pair counts once.
    pairs = {
        (artist, names[genre])
        for artist, genres in zip(artists.tolist(), genres_by_artist.values(), strict=True)
        if artist >= 0
        for genre in genres
    }
    places = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return sparse.csr_array((np.ones(len(places)), places.T), shape=(len(credits.artist_keys), len(names)))


def genre_vectors(credits: Credits, told: sparse.csr_array) -> npt.NDArray[np.float16]:
    """Place every artist among the genres.

    A genre counts by TF-IDF: the rarer, the more it says. An artist whose
    genres are not known gets those of the artists credited together with
    them, by the number of songs. Truncated SVD then brings genres that go
    together near each other.

    Parameters
    ----------
    told : (m, n_genres) sparse, as `told_genres` gives it

    Returns
    -------
    (m, d) float16
        Unit length, zeros where nothing is known; d is at most `DIMENSIONS`, and 0 without any genre.
    """
    if told.nnz == 0:
        return np.zeros((len(credits.artist_keys), 0), dtype=np.float16)
    is_told = np.diff(told.indptr) > 0
    weighted = TfidfTransformer().fit(told[is_told]).transform(told)
    passed_on = normalize(credits.together @ weighted)
    known = sparse.csr_array(weighted + sparse.diags_array(~is_told * 1.0) @ passed_on)
    if known.shape[1] <= DIMENSIONS:
        return np.asarray(known.toarray(), dtype=np.float16)
    reduction = TruncatedSVD(DIMENSIONS, random_state=SEED).fit(known[np.diff(known.indptr) > 0])
    return np.asarray(normalize(reduction.transform(known)), dtype=np.float16)
