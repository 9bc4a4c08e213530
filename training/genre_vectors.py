"""The genres of each artist, and their embedding: a short vector per artist, close for close genres."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from recommender.catalogue.arrays import list_distinct
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.normalise import normalise
from training import SEED
from training.credits import Credits

DIMENSIONS = 32


def list_genres(genres_by_artist: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """List every genre that any artist has, in alphabetical order."""
    return tuple(sorted({genre for genres in genres_by_artist.values() for genre in genres}))


def tabulate_genres(credits: Credits, genres_by_artist: Mapping[str, Iterable[str]]) -> sparse.csr_array:
    """Tabulate the genres of the genre file: (m, n_genres), 1 where an artist has the genre.

    Parameters
    ----------
    genres_by_artist : artist -> genres
        Artists that the credits lack are left out; the columns are `list_genres` of it.
    """
    names = {genre: place for place, genre in enumerate(list_genres(genres_by_artist))}
    artists = find(hash_texts(map(normalise, genres_by_artist)), credits.artist_keys)
    listed = list(map(tuple, genres_by_artist.values()))
    artists = np.repeat(artists, list(map(len, listed)))
    genres = np.fromiter((names[genre] for each in listed for genre in each), np.int64, len(artists))
    # Two spellings of one artist may share a genre: each pair counts once.
    pairs = list_distinct((artists * len(names) + genres)[artists >= 0])
    places = np.divmod(pairs, max(len(names), 1))
    return sparse.csr_array((np.ones(len(pairs)), places), shape=(len(credits.artist_keys), len(names)))


def embed_artists(credits: Credits, table: sparse.csr_array) -> npt.NDArray[np.float16]:
    """Embed every artist by genres.

    Genres are weighted by TF-IDF: the rarer, the heavier. An artist of unknown
    genres gets those of the artists credited together with them, weighted by
    the number of songs. Truncated SVD then brings genres that occur together
    close to each other.

    Parameters
    ----------
    table : (m, n_genres) sparse, from `tabulate_genres`

    Returns
    -------
    (m, d) float16
        Of unit length, zeros where no genre is known; d is at most `DIMENSIONS`, and 0 without any genre.
    """
    if table.nnz == 0:
        return np.zeros((len(credits.artist_keys), 0), dtype=np.float16)
    has_genres = np.diff(table.indptr) > 0
    weighted = TfidfTransformer().fit(table[has_genres]).transform(table)
    inherited = normalize(credits.together @ weighted)
    known = sparse.csr_array(weighted + sparse.diags_array(~has_genres * 1.0) @ inherited)
    if known.shape[1] <= DIMENSIONS:
        return np.asarray(known.toarray(), dtype=np.float16)
    reduction = TruncatedSVD(DIMENSIONS, random_state=SEED).fit(known[np.diff(known.indptr) > 0])
    return np.asarray(normalize(reduction.transform(known)), dtype=np.float16)
