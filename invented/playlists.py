"""Invented playlists: songs of one genre and time that invented listeners put together."""

from dataclasses import dataclass

import numpy as np

from invented.careers import InventedArtist, InventedSong
from invented.genres import GENRES
from invented.sound import DoubleArray

SONGS_PER_PLAYLIST = (12, 60)
PLAYLISTS_PER_USER = 4
# How much less a song of another genre is taken, by the logarithm: of the same family, and of any other.
OF_FAMILY, OF_OTHERS = -2.5, -7.0
YEARS_APART = 6.0  # by which a song is taken e times less
POPULARITY_STEP = 15.0  # by which it is taken e times more
FAVOURITES = 1.5  # spread of how much more some artists are taken in one playlist than others


@dataclass(frozen=True, slots=True)
class InventedPlaylist:
    """A playlist: who made it, its name, and the indices of its songs."""

    user: str
    name: str
    songs: tuple[int, ...]


def invent_playlists(
    rng: np.random.Generator,
    songs: list[InventedSong],
    artists: list[InventedArtist],
    popularity: DoubleArray,
    n_playlists: int,
) -> list[InventedPlaylist]:
    """Invent playlists, each around the genre and year of one song drawn at random.

    Well-known songs and the favourite artists of a playlist are in it more
    often; a few songs have nothing to do with it.
    """
    families = sorted({genre.family for genre in GENRES})
    family_of = np.array([families.index(genre.family) for genre in GENRES])
    genres, years = np.array([song.genre for song in songs]), np.array([song.year for song in songs])
    first_artists = np.array([song.artists[0] for song in songs])
    playlists = []
    for number in range(n_playlists):
        at = int(rng.integers(len(songs)))
        distance = np.select(
            [genres == genres[at], family_of[genres] == family_of[genres[at]]], [0, OF_FAMILY], OF_OTHERS
        )
        weights = distance - np.abs(years - years[at]) / YEARS_APART + popularity / POPULARITY_STEP
        weights += rng.normal(0, FAVOURITES, len(artists))[first_artists]
        # The highest of weights plus Gumbel noise are a draw by weight without replacement.
        order = np.argsort(-(weights + rng.gumbel(size=len(songs))), kind="stable")
        drawn = order[: int(rng.integers(*SONGS_PER_PLAYLIST))]
        playlists.append(
            InventedPlaylist(
                f"invented-{number // PLAYLISTS_PER_USER}",
                f"{GENRES[genres[at]].name} {years[at]}, no. {number}",
                tuple(drawn.tolist()),
            )
        )
    return playlists
