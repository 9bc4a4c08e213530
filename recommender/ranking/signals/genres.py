"""Signals of a song's genres, by the artist vectors that training made from the genre file."""

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray
from recommender.catalogue.catalogue import Catalogue
from recommender.mix import Reason
from recommender.ranking.signals.affinity import list_liked_artists
from recommender.ranking.signals.evidence import MIN_HABIT, Evidence, Fact, PickedRow
from recommender.ranking.signals.signal import Signal, SignalInputs
from recommender.ranking.signals.table import Table

# Only near genres count: a cosine of 0.7 is worth a quarter.
SHARPNESS = 4
BLOCK = 4096
# The cosine from which on the genres of two artists are called near: one wide genre in common is too little.
NEAR = 0.8
# Genres in common that are named.
N_NAMED = 2


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
    nearest = np.zeros(len(liked), dtype=np.float32)
    together = np.zeros(len(liked), dtype=np.float32)
    if len(own):
        vectors = catalogue.artist_vectors[own].astype(np.float32)
        middle = liked[own] @ vectors
        middle /= np.maximum(np.linalg.norm(middle), np.finfo(np.float32).tiny)
        artists, all_vectors = catalogue.genre_vectors
        for start in range(0, len(artists), BLOCK):
            some, block = artists[start : start + BLOCK], all_vectors[start : start + BLOCK]
            # This order of the product finds the greatest in a fraction of the time.
            nearest[some] = (vectors[:max_artists] @ block.T).max(axis=0)
            together[some] = block @ middle
    # Half precision leaves the range by a little, opposite directions by much.
    nearest, together = np.clip(nearest, 0, 1) ** SHARPNESS, np.clip(together, 0, 1)
    return Table(nearest, catalogue.first_artists), Table(together, catalogue.first_artists)


def _find_genre_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the nearest artist by genre, if it is another one, and the genres that both have."""
    catalogue = evidence.catalogue
    cosines = evidence.vectors @ catalogue.artist_vectors[pick.artist].astype(np.float32)
    nearest = int(evidence.compared[cosines.argmax()]) if len(cosines) else pick.artist
    if nearest == pick.artist or cosines.max() < NEAR:
        return None
    common = np.intersect1d(catalogue.get_genres(pick.artist), catalogue.get_genres(nearest))
    names = _name_genres(common, evidence)[:N_NAMED]
    return Fact(int(evidence.n_by[nearest]), name_artist(nearest, catalogue), names)


def _find_scene_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the artist's genre that most saved songs are of."""
    genres = evidence.catalogue.get_genres(pick.artist)
    n_songs = int(evidence.n_in_genre[genres].max(initial=0))
    if n_songs < MIN_HABIT:
        return None
    return Fact(n_songs, words=_name_genres(genres, evidence)[:1])


def _name_genres(genres: npt.NDArray[np.int32], evidence: Evidence) -> tuple[str, ...]:
    """Name genres, those of most saved songs first, of equals the lower."""
    by_songs = genres[np.argsort(-evidence.n_in_genre[genres], kind="stable")]
    return tuple(evidence.genre_names[genre] for genre in by_songs.tolist())


def name_artist(artist: int, catalogue: Catalogue) -> str:
    """Return the name of an artist as the first row that credits it writes it."""
    credit = int((catalogue.row_artists == artist).argmax())
    row = int(np.searchsorted(catalogue.row_artist_ends, credit, "right"))
    place = int((catalogue.get_artists(row) == artist).argmax())
    return catalogue.song(row).artists[place]


def _describe_genres(reason: Reason) -> str:
    if not reason.words:
        return f"of genres near those of {reason.artist}"
    return f"same genre{'s' if len(reason.words) > 1 else ''} as {reason.artist}: {', '.join(reason.words)}"


def _build_tables(given: SignalInputs) -> tuple[Table, Table]:
    return rate_genre_and_scene(given.affinity, given.catalogue, given.limits.artists)


GENRE = Signal(
    "genre",
    known_weight=2.4,
    new_weight=2.4,
    tables=_build_tables,
    fact=_find_genre_fact,
    phrase=_describe_genres,
)
SCENE = Signal(
    "scene",
    known_weight=1.1,
    new_weight=1.1,
    tables=_build_tables,
    column=1,
    fact=_find_scene_fact,
    phrase="{words}, as are {n} of your songs",
    told_as="genre",
)
