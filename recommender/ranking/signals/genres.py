"""Signals of a song's genres, by the artist vectors that training made from the genre file."""

import numpy as np

from recommender.catalogue.arrays import FloatArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.affinity import list_liked_artists
from recommender.ranking.signals.evidence import MIN_HABIT, Evidence, Fact, PickedRow
from recommender.ranking.signals.signal import Signal, SignalInputs
from recommender.ranking.signals.table import Table

BLOCK = 4096
# The cosine from which on the genres of two artists are called near: one wide genre in common is too little.
NEAR = 0.8
# Genres in common that are named.
N_NAMED = 2


def sharpen(cosines: FloatArray) -> FloatArray:
    """Return the fourth power, 0 for negative ones: only near genres count, 0.7 is worth a quarter."""
    # Two products take a tenth of the time of a power.
    squares = np.square(np.maximum(cosines, 0))
    return squares * squares


def rate_genre_and_scene(liked: FloatArray, catalogue: Catalogue, max_artists: int) -> tuple[Table, Table]:
    """Rate how near the genres of each row's first artist are to the listener's.

    The first table compares with the nearest artist of whom the listener has songs,
    the second with all of the listener's artists together, weighted by affinity.
    Zeros where no genre is known of the artist, or of any of the listener's, and
    without a genre file.

    Parameters
    ----------
    liked : (m,) float32
        The listener's affinity to each artist, 0 to 1.
    max_artists : int
        The nearest is looked for among this many of the best liked.
    """
    own = list_liked_artists(liked, catalogue)
    # Whoever is the first artist of no row keeps zeros, too: nothing is asked of them.
    nearest, together = (np.zeros(len(catalogue.genre_vectors), dtype=np.float32) for _ in range(2))
    if len(own):
        vectors = catalogue.embed(own)
        middle = liked[own] @ vectors
        middle /= np.maximum(np.linalg.norm(middle), np.finfo(np.float32).tiny)
        n_compared = len(catalogue.genre_artists)
        for start in range(0, n_compared, BLOCK):
            some = slice(start, min(start + BLOCK, n_compared))
            block = catalogue.genre_vectors[some]
            # This order of the product finds the greatest in a fraction of the time.
            nearest[some] = (vectors[:max_artists] @ block.T).max(axis=0)
            together[some] = block @ middle
    # Half precision leaves the range by a little, opposite directions by much.
    nearest, together = sharpen(np.minimum(nearest, 1)), np.clip(together, 0, 1)
    return (
        Table(nearest, catalogue.first_artists, catalogue.genre_places),
        Table(together, catalogue.first_artists, catalogue.genre_places),
    )


def _find_genre_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the nearest artist by genre, if it is another one, and the genres that both have."""
    catalogue = evidence.catalogue
    cosines = evidence.vectors @ catalogue.embed(np.array(pick.artist))
    nearest = int(evidence.compared[cosines.argmax()]) if len(cosines) else pick.artist
    if nearest == pick.artist or cosines.max() < NEAR:
        return None
    common = set(catalogue.get_genres(nearest).tolist()).intersection(
        catalogue.get_genres(pick.artist).tolist()
    )
    # Those of most saved songs first, of equals the lower.
    named = sorted(common, key=lambda genre: (-evidence.n_in_genre[genre], genre))[:N_NAMED]
    names = tuple(evidence.genre_names[genre] for genre in named)
    return Fact(int(evidence.n_by[nearest]), evidence.name_artist(nearest), names)


def _find_scene_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the artist's genre that most saved songs are of."""
    genres = evidence.catalogue.get_genres(pick.artist)
    counts = evidence.n_in_genre[genres].tolist()
    most = max(counts, default=0)
    if most < MIN_HABIT:
        return None
    name = evidence.genre_names[genres[counts.index(most)]]
    return Fact(most, words=(name,), is_minimum=evidence.n_of_genres < evidence.n_saved)


def _build_tables(given: SignalInputs) -> tuple[Table, Table]:
    return rate_genre_and_scene(given.affinity, given.catalogue, given.limits.artists)


GENRE = Signal(
    "genre",
    known_weight=1.2,
    new_weight=0.3,
    tables=_build_tables,
    fact=_find_genre_fact,
    phrase="{words}, like {artist}",
    when_new=(("like {artist}", "{words}"), ("like {artist}", "")),
    shorter=(
        ("genres like those of {artist}", "{words}"),
        ("genres like those of {artist}", ""),
        ("genres like those of an artist you save", "{words}, like {artist}"),
        ("genres like those of an artist you save", "those of {artist}"),
    ),
)
SCENE = Signal(
    "scene",
    known_weight=0.8,
    new_weight=1.3,
    tables=_build_tables,
    column=1,
    fact=_find_scene_fact,
    phrase="{words}: you’ve saved {songs}",
    shorter=(("genre of {songs} you saved", "{words}"),),
    told_as="genre",
)
