"""Names for a listener's own tastes, by their genres and artists: "Classic rock: David Bowie, Eagles"."""

from dataclasses import dataclass
from itertools import islice

import numpy as np

from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.language import Language
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
#: A taste of whose genres and artists nothing is known; it is kept so, and worded where it is shown.
OTHER_SONGS = "Other songs"
# Written in capitals in a name.
ABBREVIATIONS = frozenset({"ccm", "dnb", "ebm", "edm", "idm", "lgbtq+", "mpb", "nyc", "r&b", "uk", "usa"})


@dataclass(frozen=True, slots=True)
class TasteName:
    """What a taste is called.

    name : `genre` and `artists` together, "Other songs" where neither is known
    full_name : two genres and four artists, those of `name` first
    genres : more typical genres, which `full_name` does not name
    genre : the most typical one as it is written at the beginning of a sentence, "" where none is known
    artists : the two of that genre with most songs; their own names may have commas and colons
    """

    name: str
    full_name: str
    genres: tuple[str, ...]
    genre: str
    artists: tuple[str, ...]


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
    typical = _rate_genres(tastes, saved, n_songs, (len(own), len(genre_names)), catalogue)
    genres = _list_typical_genres(typical)
    ranked = [
        _rank_artists(saved[tastes == taste], n_songs[tastes == taste], of_taste[:1], catalogue)
        for taste, of_taste in enumerate(genres)
    ]
    return tuple(
        _compose([genre_names[genre] for genre in of_taste], list(map(catalogue.name_artist, best.tolist())))
        for of_taste, best in zip(genres, ranked, strict=True)
    )


def _compose(genres: list[str], artists: list[str]) -> TasteName:
    genre, first_artists = _write_genres(genres[:1]), artists[:N_ARTISTS]
    return TasteName(
        _join(genre, first_artists),
        _join(_write_genres(genres[:N_FULL_GENRES]), artists[:N_FULL_ARTISTS]),
        tuple(genres[N_FULL_GENRES : N_FULL_GENRES + N_MORE_GENRES]),
        genre,
        tuple(first_artists),
    )


def _write_genres(genres: list[str]) -> str:
    written = ", ".join(map(write_genre, genres))
    return written[:1].upper() + written[1:]


def _join(genres: str, artists: list[str]) -> str:
    return ": ".join(filter(None, (genres, ", ".join(artists)))) or OTHER_SONGS


def word_taste(name: str, language: Language) -> str:
    """Return the name of a taste in a language: genres and artists are called the same in all."""
    return language.translate(name) if name == OTHER_SONGS else name


def write_genre(genre: str) -> str:
    """Return a genre as it is written inside a sentence: "R&B", "classic rock"."""
    return " ".join(word.upper() if word in ABBREVIATIONS else word for word in genre.split(" "))


def _list_typical_genres(typical: DoubleArray) -> list[list[int]]:
    """List the typical genres of each taste, most typical first; the first differ as far as that goes."""
    listed: list[list[int]] = []
    for scores in typical:
        named = np.flatnonzero(scores > 0)
        best = named[np.argsort(-scores[named], kind="stable")].tolist()
        taken = {genres[0] for genres in listed if genres}
        likely = [genre for genre in best if scores[genre] >= SECOND_BEST * scores[best[0]]]
        first = next((genre for genre in likely if genre not in taken), None)
        listed.append(sorted(best, key=lambda genre: genre != first))
    return listed


def _rate_genres(
    tastes: IntArray, artists: IntArray, n_songs: IntArray, shape: tuple[int, int], catalogue: Catalogue
) -> DoubleArray:
    """Rate how typical each genre is of each taste: (n_tastes, n_genres), 0 where it cannot name one.

    That is its share of the taste's songs times its lift, how many times its
    share of all the listener's songs that is.

    Parameters
    ----------
    tastes, artists, n_songs : (n_artists,) of each artist of the listener
    shape : n_tastes, n_genres
    """
    n_tastes, n_genres = shape
    lengths, genres = catalogue.collect_genres(artists)
    numbers = np.repeat(np.arange(len(artists)), lengths)
    cells = tastes[numbers] * n_genres + genres
    n_artists = np.bincount(cells, minlength=n_tastes * n_genres).reshape(shape)
    songs = np.bincount(cells, n_songs[numbers], minlength=n_tastes * n_genres).reshape(shape)
    known = np.bincount(tastes, n_songs * (lengths > 0), minlength=n_tastes)
    is_told = known >= MIN_KNOWN_SHARE * np.bincount(tastes, n_songs, minlength=n_tastes)
    shares = songs / np.maximum(known, 1)[:, np.newaxis]
    overall = np.maximum(songs.sum(axis=0), 1) / max(known.sum(), 1)
    can_name = (n_artists >= MIN_ARTISTS) & (shares >= MIN_SHARE) & is_told[:, np.newaxis]
    return np.where(can_name, shares**2 / overall, 0)


def _rank_artists(artists: IntArray, n_songs: IntArray, genres: list[int], catalogue: Catalogue) -> IntArray:
    """Return the artists that a taste's full name has: two of its genre, if any, then those of most songs."""
    best = artists[np.argsort(-n_songs, kind="stable")]
    of_genre = (
        at for at, artist in enumerate(best.tolist()) if set(genres) <= set(catalogue.get_genres(artist))
    )
    first = list(islice(of_genre, N_ARTISTS))
    return np.concatenate([best[first], np.delete(best, first)])[:N_FULL_ARTISTS]
