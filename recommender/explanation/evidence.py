"""Count over a library what reasons are made of."""

import numpy as np

from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.artists import affinity
from recommender.ranking.signals.evidence import Evidence
from recommender.ranking.signals.genres import list_liked_artists
from recommender.tastes.listener import ListenerProfile


def collect_evidence(
    listener: ListenerProfile, catalogue: Catalogue, genre_names: tuple[str, ...], max_artists: int
) -> Evidence:
    """Count what the saved songs have in common; the signals compare with the genres of `max_artists`."""
    n_artists = len(catalogue.artist_keys)
    n_by = np.bincount(listener.artists[listener.artists >= 0], minlength=n_artists)
    lengths = np.diff(catalogue.artist_genre_ends, prepend=0)
    n_in_genre = np.bincount(
        catalogue.artist_genres, weights=np.repeat(n_by, lengths), minlength=len(genre_names)
    )
    compared = list_liked_artists(affinity(listener, n_artists), catalogue)[:max_artists]
    return Evidence(
        listener,
        catalogue,
        genre_names,
        n_by,
        n_in_genre.astype(np.int64),
        compared,
        catalogue.artist_vectors[compared].astype(np.float32),
    )
