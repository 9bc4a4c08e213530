"""Re-ranking for variety: of songs that are about as good, those unlike the ones before come first."""

from collections.abc import Iterator

import numpy as np

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.audible import AUDIBLE, SQUARED_REACH
from recommender.ranking.signals.genres import sharpen


def diversify(rows: IntArray, scores: FloatArray, catalogue: Catalogue, diversity: float) -> Iterator[int]:
    """Yield the rows by Maximal Marginal Relevance (Carbonell and Goldstein, 1998).

    Next comes the row with the highest (1 - diversity) * score - diversity *
    similarity, where the similarity, 0 to 1, is that to the most similar row
    yielded before: half by sound, half by the genres of the first artist.

    Parameters
    ----------
    rows, scores : (n,)
        Catalogue rows and their scores from 0 to 1; equal ones come in order.
    diversity : float
        0 to 1; at 0 the rows come by their scores alone.
    """
    sounds = catalogue.standardised[rows][:, AUDIBLE]
    genres = catalogue.embed(catalogue.first_artists[rows])
    relevance = (1 - diversity) * scores
    similarity = np.zeros(len(rows), dtype=np.float32)
    squares = (sounds**2).sum(axis=1)
    for _ in range(len(rows)):
        best = int(np.argmax(relevance - diversity * similarity))
        relevance[best] = -np.inf
        yield int(rows[best])
        # d² = |x|² + |y|² - 2xy, which takes a product instead of a table of differences.
        by_sound = np.exp((squares + squares[best] - 2 * (sounds @ sounds[best])) / -SQUARED_REACH)
        by_genre = sharpen(genres @ genres[best])
        np.maximum(similarity, (by_sound + by_genre) / 2, out=similarity)
