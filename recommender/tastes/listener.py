"""The profile of a listener: the artists, years and popularity of the saved songs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.match import Matches
from recommender.song import Song


@dataclass(frozen=True, eq=False)
class ListenerProfile:
    """The artists, years and popularity of a listener's songs, in the catalogue or not.

    artists : (n_library,) place of its first artist in `Catalogue.artist_keys`, -1 where unknown
    years : (n_library,) its year, -1 where unknown
    popularity : (n_matched,) 0 to 100, of the songs that the catalogue has
    rows : (n_matched,) their catalogue rows, by which a signal reads any other fact of them
    """

    artists: IntArray
    years: IntArray
    popularity: npt.NDArray[np.uint8]
    rows: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def build_profile(library: Sequence[Song], matches: Matches, catalogue: Catalogue) -> ListenerProfile:
    """Build the profile of a library; for a song in the catalogue, the catalogue's facts are taken.

    A song that it lacks still tells which artist the listener likes.
    """
    artists = np.full(len(library), -1)
    firsts = matches.artists.firsts
    artists[matches.artists.songs[firsts]] = matches.artists.places[firsts]
    years = np.array([-1 if song.year is None else song.year for song in library], dtype=np.int64)
    rows = matches.rows[matches.is_matched]
    artists[matches.is_matched] = catalogue.first_artists[rows]
    years[matches.is_matched] = catalogue.years[rows]
    return ListenerProfile(artists, years, catalogue.popularity[rows], rows)


def add_liked(listener: ListenerProfile, liked: IntArray, catalogue: Catalogue) -> ListenerProfile:
    """Return the profile with liked catalogue rows added as saved songs, each as often as it is listed."""
    return ListenerProfile(
        np.concatenate([listener.artists, catalogue.first_artists[liked]]),
        np.concatenate([listener.years, catalogue.years[liked]]),
        np.concatenate([listener.popularity, catalogue.popularity[liked]]),
        np.concatenate([listener.rows, liked]),
    )
