"""The profile of a listener: the artists, years and popularity of the saved songs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import BoolArray, DoubleArray, IntArray, list_distinct, look_up
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.match import Matches
from recommender.matching.scripts import find_scripts
from recommender.song import Song
from recommender.tastes.plays import weigh_by_plays


@dataclass(frozen=True, eq=False)
class ListenerProfile:
    """The artists, years and popularity of a listener's songs, in the catalogue or not.

    artists : (n_library,) place of its first artist in `Catalogue.artist_keys`, -1 where unknown
    years : (n_library,) its year, -1 where unknown
    popularity : (n_matched,) 0 to 100, of the songs that the catalogue has
    is_known_artist : (m,) whether the listener has anything by each artist, as a guest or under a variant of
        the name, too
    rows : (n_matched,) their catalogue rows, by which a signal reads any other fact of them
    scripts : (n_library,) the script of each song's title (`recommender.matching.scripts`)
    weights : (n_library,) what each song weighs by its plays, 1 in the mean; None where all weigh the same
    """

    artists: IntArray
    years: IntArray
    popularity: npt.NDArray[np.uint8]
    is_known_artist: BoolArray
    rows: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    scripts: npt.NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, dtype=np.uint8))
    weights: DoubleArray | None = None


def build_profile(library: Sequence[Song], matches: Matches, catalogue: Catalogue) -> ListenerProfile:
    """Build the profile of a library; for a song in the catalogue, the catalogue's facts are taken.

    Where that does not know its year, the library's own is. A song that it lacks
    still tells which artist the listener likes.
    """
    artists = np.full(len(library), -1)
    firsts = matches.artists.firsts
    artists[matches.artists.songs[firsts]] = matches.artists.places[firsts]
    years = np.array([-1 if song.year is None else song.year for song in library], dtype=np.int64)
    rows = matches.rows[matches.is_matched]
    artists[matches.is_matched] = catalogue.first_artists[rows]
    known = catalogue.find_years(rows)
    years[matches.is_matched] = np.where(known >= 0, known, years[matches.is_matched])
    is_known_artist = find_known_artists(matches, catalogue)
    scripts = find_scripts([song.title for song in library])
    weights = weigh_by_plays(library)
    return ListenerProfile(
        artists, years, catalogue.popularity[rows], is_known_artist, rows, scripts, weights
    )


def add_liked(listener: ListenerProfile, liked: IntArray, catalogue: Catalogue) -> ListenerProfile:
    """Return the profile with liked catalogue rows added as saved songs, each as often as it is listed.

    They weigh as a song does in the mean.
    """
    weights = listener.weights
    liked_groups = list_distinct(catalogue.artist_groups[catalogue.collect_artists(liked)])
    return ListenerProfile(
        np.concatenate([listener.artists, catalogue.first_artists[liked]]),
        np.concatenate([listener.years, catalogue.find_years(liked)]),
        np.concatenate([listener.popularity, catalogue.popularity[liked]]),
        listener.is_known_artist | np.isin(catalogue.artist_groups, liked_groups),
        np.concatenate([listener.rows, liked]),
        np.concatenate([listener.scripts, catalogue.artist_scripts[catalogue.first_artists[liked]]]),
        None if weights is None else np.concatenate([weights, np.ones(len(liked))]),
    )


def find_new_rows(is_known_artist: BoolArray, catalogue: Catalogue) -> BoolArray:
    """Return for each row whether none of its artists is known, guests included: (n,).

    Parameters
    ----------
    is_known_artist : (m,) bool
    """
    is_new = look_up(~is_known_artist, catalogue.first_artists)
    is_new[catalogue.guest_rows.compress(look_up(is_known_artist, catalogue.guest_artists))] = False
    return is_new


def find_known_artists(matches: Matches, catalogue: Catalogue) -> BoolArray:
    """Return for each artist of the catalogue whether a saved song credits a variant of the name: (m,).

    The credits are those of the library and, of songs that the catalogue has, its own.
    """
    is_known_group = np.zeros(len(catalogue.artist_group_keys), dtype=bool)
    in_catalogue = catalogue.collect_artists(matches.rows[matches.is_matched])
    is_known_group[matches.artists.groups[matches.artists.groups >= 0]] = True
    is_known_group[catalogue.artist_groups[in_catalogue]] = True
    return look_up(is_known_group, catalogue.artist_groups)
