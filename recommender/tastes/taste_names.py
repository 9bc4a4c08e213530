"""Names for a listener's own tastes, by their genres and artists: "Classic rock: David Bowie, Eagles"."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.tastes.own_tastes import OwnTastes

# A name has one genre; a full name has more, and more are told beside it.
N_FULL_GENRES, N_MORE_GENRES = 2, 3
N_ARTISTS, N_FULL_ARTISTS = 2, 4
# A genre that names a taste is that of as many artists and of this share of the songs whose genres are known.
MIN_ARTISTS = 2
MIN_SHARE = 0.15
# With genres known for a smaller share of a taste's songs, these few do not speak for the rest.
MIN_KNOWN_SHARE = 0.2
# Another taste's genre is left to it as long as the next one is at least this much as typical.
SECOND_BEST = 0.5
# Written in capitals in a name.
ABBREVIATIONS = frozenset({"ccm", "dnb", "ebm", "edm", "idm", "lgbtq+", "mpb", "nyc", "r&b", "uk", "usa"})


@dataclass(frozen=True, slots=True)
class TasteName:
    """What a taste is called.

    name : its most typical genre and the two artists of that genre with most songs
    full_name : two genres and four artists, those of `name` first
    genres : more typical genres, which `full_name` does not name
    """

    name: str
    full_name: str
    genres: tuple[str, ...]


def name_tastes(
    own: OwnTastes, artists: IntArray, catalogue: Catalogue, genre_names: tuple[str, ...]
) -> tuple[TasteName, ...]:
    """Name every taste; no two have a name in common where their artists are known.

    A taste without known genres is named by its artists alone, one without known
    artists is called "Other songs".

    Parameters
    ----------
    artists : (n_known,) int
        The first artist of each song in `own`, -1 where unknown.
    genre_names : `Model.genre_names`
    """
    saved, n_songs = np.unique(artists[artists >= 0], return_counts=True)
    tastes = own.by_artist[saved].astype(np.int64)
    genres = _list_typical_genres(tastes, saved, n_songs, len(own), catalogue, len(genre_names))
    ranked = [
        _rank_artists(saved[tastes == taste], n_songs[tastes == taste], typical[:1], catalogue)
        for taste, typical in enumerate(genres)
    ]
    name_by_artist = _find_names(np.concatenate(ranked), catalogue)
    return tuple(
        _compose([genre_names[genre] for genre in typical], [name_by_artist[artist] for artist in best])
        for typical, best in zip(genres, (each.tolist() for each in ranked), strict=True)
    )


def _compose(genres: list[str], artists: list[str]) -> TasteName:
    return TasteName(
        _join(genres[:1], artists[:N_ARTISTS]),
        _join(genres[:N_FULL_GENRES], artists[:N_FULL_ARTISTS]),
        tuple(genres[N_FULL_GENRES : N_FULL_GENRES + N_MORE_GENRES]),
    )


def _join(genres: list[str], artists: list[str]) -> str:
    words = [word.upper() if word in ABBREVIATIONS else word for word in ", ".join(genres).split(" ")]
    genre = " ".join(words)
    return ": ".join(filter(None, (genre[:1].upper() + genre[1:], ", ".join(artists)))) or "Other songs"


def _list_typical_genres(
    tastes: IntArray, artists: IntArray, n_songs: IntArray, n_tastes: int, catalogue: Catalogue, n_genres: int
) -> list[list[int]]:
    """List the genres typical of each taste, most typical first; the first differ as far as that goes.

    How typical a genre is: its share of the taste's songs times its lift, how
    many times its share of all the listener's songs that is.

    Parameters
    ----------
    tastes, artists, n_songs : (n_artists,) of each artist of the listener
    """
    ends = catalogue.artist_genre_ends
    starts = np.where(artists > 0, ends[artists - 1], 0)
    lengths = ends[artists] - starts
    numbers = np.repeat(np.arange(len(artists)), lengths)
    within = np.arange(len(numbers)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    cells = tastes[numbers] * n_genres + catalogue.artist_genres[starts[numbers] + within]
    shape, size = (n_tastes, n_genres), n_tastes * n_genres
    n_artists = np.bincount(cells, minlength=size).reshape(shape)
    songs = np.bincount(cells, n_songs[numbers], minlength=size).reshape(shape)
    has_genres = lengths > 0
    known = np.bincount(tastes, n_songs * has_genres, minlength=n_tastes)
    shares = songs / np.maximum(known, 1)[:, np.newaxis]
    overall = songs.sum(axis=0) / max(known.sum(), 1)
    typical: DoubleArray = shares**2 / np.maximum(overall, np.finfo(np.float64).tiny)
    is_told = known >= MIN_KNOWN_SHARE * np.bincount(tastes, n_songs, minlength=n_tastes)
    typical[(n_artists < MIN_ARTISTS) | (shares < MIN_SHARE) | ~is_told[:, np.newaxis]] = 0
    listed: list[list[int]] = []
    for scores in typical:
        best = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores)].tolist()
        taken = {first for first, *_ in filter(None, listed)}
        likely = [genre for genre in best if scores[genre] >= SECOND_BEST * scores[best[0]]]
        first = next((genre for genre in likely if genre not in taken), None)
        listed.append(sorted(best, key=lambda genre: genre != first))
    return listed


def _rank_artists(artists: IntArray, n_songs: IntArray, genres: list[int], catalogue: Catalogue) -> IntArray:
    """Return the artists that a taste's full name has: two of its genre, if any, then those of most songs."""
    best = artists[np.argsort(-n_songs, kind="stable")]
    of_genre = [
        at for at, artist in enumerate(best.tolist()) if set(genres) <= set(catalogue.get_genres(artist))
    ]
    first = of_genre[:N_ARTISTS]
    return np.concatenate([best[first], np.delete(best, first)])[:N_FULL_ARTISTS]


def _find_names(artists: IntArray, catalogue: Catalogue) -> dict[int, str]:
    """Return the name of each artist as the first row that credits it writes it."""
    is_wanted = np.zeros(len(catalogue.artist_keys), dtype=bool)
    is_wanted[artists] = True
    credits = np.flatnonzero(is_wanted.take(catalogue.row_artists))
    found, first = np.unique(catalogue.row_artists[credits], return_index=True)
    credits = credits[first]
    rows = np.searchsorted(catalogue.row_artist_ends, credits, "right")
    return {
        artist: catalogue.song(row).artists[credit - catalogue.credits(row).start]
        for artist, row, credit in zip(found.tolist(), rows.tolist(), credits.tolist(), strict=True)
    }
