"""What the learned signal looks at: the other signals, and what sets songs apart beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.affinity import list_liked_artists
from recommender.ranking.signals.genres import sharpen
from recommender.ranking.signals.signal import SignalInputs
from recommender.ranking.signals.table import Table
from recommender.ranking.signals.times import rate_era, rate_near_years

# The other signals, by name; one that does not apply is 0.
SIGNAL_TRAITS = (
    "sound",
    "mood",
    "genre",
    "scene",
    "artist",
    "guests",
    "collaborations",
    "era",
    "record",
    "fame",
    "best_known",
    "together",
    "circle",
)
#: Every trait by its place: the numbers in `Trees.traits`. Others, or another order, need trees that are
#: fitted anew.
TRAITS = (
    *SIGNAL_TRAITS,
    "popularity",
    "year_rank",
    "wide_years",
    "near_years",
    "artist_peak",
    "artist_songs",
    "artist_hits",
    "genre_lift",
    "best_genre_lift",
    "artist_sound",
    "alike_artists",
)
# In shares of artists: a genre that is rarer than this tells no more.
RARE_GENRE = 2e-3
# Of artists alike, these differences in years and popularity, and this squared one in sound, count for 1/e.
ALIKE_YEARS, ALIKE_POPULARITY, ALIKE_SOUND = 8.0, 15.0, 4.0


@dataclass(frozen=True, eq=False)
class TraitTables:
    """What is worked out once for a listener.

    wide_years, near_years : how near each year is to those of the saved songs; the second counts few years
    lifts : (n_genres,) float32, logarithm of how much commoner each genre is among the liked artists
    own : places of the liked artists whose genres are known, best liked first, at most `Limits.artists`
    weights : (n_own,) float32, how much each is liked; they sum to 1
    vectors : (n_own, d) float32, their genre vectors
    """

    catalogue: Catalogue
    wide_years: Table
    near_years: Table
    lifts: FloatArray
    own: IntArray
    weights: FloatArray
    vectors: FloatArray

    def collect(self, rows: IntArray, values: Mapping[str, FloatArray]) -> FloatArray:
        """Collect the traits of some rows: (n_traits, k) float32, in the order of `TRAITS`.

        Parameters
        ----------
        values : name -> (k,) the other signals of the rows
        """
        catalogue = self.catalogue
        artists, places = np.unique(catalogue.first_artists[rows].astype(np.int64), return_inverse=True)
        nothing = np.zeros(len(rows), dtype=np.float32)
        of_artists = (
            catalogue.artist_peaks[artists],
            catalogue.n_rows_by[artists],
            catalogue.artist_hits[artists],
            *self._lift_genres(artists),
            *self._compare_artists(artists),
        )
        return np.array(
            [
                *(values.get(name, nothing) for name in SIGNAL_TRAITS),
                catalogue.popularity[rows],
                catalogue.year_ranks[rows],
                self.wide_years.at(rows),
                self.near_years.at(rows),
                *(trait[places] for trait in of_artists),
            ],
            dtype=np.float32,
        )

    def _lift_genres(self, artists: IntArray) -> tuple[DoubleArray, FloatArray]:
        """Return the sum of the lifts of each artist's genres, by the root of their number, and the greatest.

        0 and -1 where no genre is known.
        """
        lengths, genres = self.catalogue.collect_genres(artists)
        lifts = self.lifts[genres]
        sums = np.bincount(np.repeat(np.arange(len(artists)), lengths), lifts, minlength=len(artists))
        greatest = np.full(len(artists), -1, dtype=np.float32)
        has_any = np.flatnonzero(lengths)
        if len(has_any):
            starts = (np.cumsum(lengths) - lengths)[has_any]
            greatest[has_any] = np.maximum.reduceat(lifts, starts)
        return sums / np.sqrt(np.maximum(lengths, 1)), greatest

    def _compare_artists(self, artists: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return how many liked artists sound like each, and how many are like it in all: 0 to 1."""
        catalogue, own = self.catalogue, self.own
        sounds, of_own = (catalogue.artist_sounds[places].astype(np.float32) for places in (artists, own))
        squares = (sounds**2).sum(axis=1)[:, np.newaxis] + (of_own**2).sum(axis=1)
        distances = np.maximum(squares - 2 * (sounds @ of_own.T), 0)
        years = np.abs(catalogue.artist_years[artists, np.newaxis] - catalogue.artist_years[own])
        peaks = catalogue.artist_peaks[artists, np.newaxis].astype(np.float32)
        apart = np.abs(peaks - catalogue.artist_peaks[own])
        cosines = catalogue.embed(artists) @ self.vectors.T
        alike = np.exp(-years / ALIKE_YEARS - apart / ALIKE_POPULARITY - distances / ALIKE_SOUND)
        return (
            np.exp(-distances) @ self.weights,
            (sharpen(cosines) * alike) @ self.weights,
        )


def build_trait_tables(given: SignalInputs) -> TraitTables:
    """Work out what the traits of one listener are looked up in."""
    catalogue, liked = given.catalogue, given.affinity
    own = list_liked_artists(liked, catalogue)
    # Of who is the first artist of no row neither sound nor years are known.
    own = own[catalogue.n_rows_by[own] > 0][: given.limits.artists]
    weights = liked[own] / max(float(liked[own].sum()), float(np.finfo(np.float32).tiny))
    return TraitTables(
        catalogue,
        rate_era(given.listener, catalogue, narrow_years=np.inf),
        rate_near_years(given.listener, catalogue),
        _compute_lifts(liked, catalogue),
        own,
        weights,
        catalogue.embed(own),
    )


def _compute_lifts(liked: FloatArray, catalogue: Catalogue) -> FloatArray:
    """Compare how common each genre is among the liked artists, by affinity, and among all: (n_genres,)."""
    own = np.flatnonzero(liked > 0)
    lengths, genres = catalogue.collect_genres(own)
    usual = catalogue.genre_shares
    weights = np.repeat(liked[own], lengths)
    mine = np.bincount(genres, weights, minlength=len(usual)) / max(float(liked.sum()), 1e-9)
    lifts: FloatArray = np.log((mine + RARE_GENRE) / (usual + RARE_GENRE)).astype(np.float32)
    return lifts
